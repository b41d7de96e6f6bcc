package admin

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gatepost/gatepost/internal/idp"
)

// mayIdentify asks whether the actor may change what a rule can tell AWS of a
// person, where that differs: by it the person is known wherever a connector is
// open to them.
func (a *Administrator) mayIdentify(ctx context.Context, before, after *idp.User) error {
	if before == nil || len(idp.IdentityChanges(before, after)) == 0 {
		return nil
	}
	return a.mayTo(ctx, OpIdentity, before)
}

// identifyAgain asks once more for what is written by now, as lookAgain does for
// memberships, and puts it back if that is denied now.
func (a *Administrator) identifyAgain(ctx context.Context, before, after *idp.User) error {
	denied := a.mayIdentify(ctx, before, after)
	if denied == nil {
		return nil
	}
	back := *after
	back.Email, back.Name, back.Attributes, back.Unconfirmed = before.Email, before.Name, before.Attributes, before.Unconfirmed
	e, err := a.service.userEvent(ctx, a.actor, idp.ActionUserUpdate, after, &back)
	if err != nil {
		return errors.Join(denied, err)
	}
	return errors.Join(denied, a.service.Store.UpdateUser(ctx, &back, e))
}

// unconfirmed are the fields of a person that are helpdesk's word alone once the
// actor has made after of before. What helpdesk may set or remove while nothing is
// open to a person would be told to AWS from the day on which something is, and
// whoever opens it does not look for that: a rule has another word for who lacks an
// attribute. An actor who may set it for people with access confirms what they save;
// a change of the groups alone confirms nothing.
func (a *Administrator) unconfirmed(before, after *idp.User) ([]string, error) {
	set := idp.Confirmable(before, after)
	var was []string
	regrouped := false
	if before != nil {
		was = slices.Clone(before.Unconfirmed)
		regrouped = len(differing(a.service.live(before.Groups), after.Groups)) > 0
	}
	if Allowed(a.actor, OpIdentity, Target{Opens: true}) == nil {
		if !regrouped {
			return nil, nil
		}
		return slices.DeleteFunc(was, func(field string) bool { return slices.Contains(set, field) }), nil
	}
	was = append(was, set...)
	slices.Sort(was)
	was = slices.Compact(was)
	if len(was) > idp.MaxUnconfirmed && len(set) > 0 {
		return nil, idp.Problems{{
			Field: "unconfirmed", Value: fmt.Sprintf("%d fields", len(was)), Reason: fmt.Sprintf("would be more than the %d that may wait for an owner's word", idp.MaxUnconfirmed),
			Remedy: "ask an owner to save the person first",
		}}
	}
	return was, nil
}
