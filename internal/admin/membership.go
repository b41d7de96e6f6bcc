package admin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// memberships are the groups that a shape names, checked as those of a person, who
// was as before and becomes as u, or is new where there is no before:
// each must exist, and the actor may make or end each membership that is new,
// gone or has another end.
func (a *Administrator) memberships(ctx context.Context, before, u *idp.User, named []resource.Membership) ([]idp.Membership, error) {
	var list []idp.Membership
	faults := u.Validate()
	if before != nil {
		faults = idp.NewFaults(before.Validate(), faults)
	}
	problems, err := gather(faults)
	if err != nil {
		return nil, err
	}
	groups, err := a.service.Store.GroupsByName(ctx, namesOf(named))
	if err != nil {
		return nil, store.About("groups of user", u.Email, err)
	}
	for i, m := range named {
		field := fmt.Sprintf("groups[%d]", i)
		g := groups[m.Name]
		if g == nil {
			problems = append(problems, idp.Problem{Field: field + ".name", Value: m.Name, Reason: "there is no such group", Remedy: "create the group first"})
			continue
		}
		if slices.ContainsFunc(list, func(other idp.Membership) bool { return other.GroupID == g.ID }) {
			problems = append(problems, idp.Problem{Field: field + ".name", Value: m.Name, Reason: "is there twice", Remedy: "name each group once"})
			continue
		}
		until, problem := a.until(field+".expires_at", m.ExpiresAt)
		problems = append(problems, problem...)
		list = append(list, idp.Membership{GroupID: g.ID, Until: until})
	}
	if n := len(differing(u.Groups, list)); n > store.MaxChanges {
		problems = append(problems, idp.Problem{Field: "groups", Value: fmt.Sprintf("%d changes", n), Reason: fmt.Sprintf("are more than %d", store.MaxChanges), Remedy: "add and remove some one by one"})
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return list, a.mayRejoin(ctx, u, list)
}

func namesOf(memberships []resource.Membership) []string {
	names := make([]string, len(memberships))
	for i, m := range memberships {
		names[i] = m.Name
	}
	return names
}

// membershipStep is how exact the end of a membership is: as exact as it is shown,
// so that a person who is read and written back keeps it.
const membershipStep = time.Second

func (a *Administrator) until(field, text string) (time.Time, idp.Problems) {
	until, problems := idp.ReadEnd(field, text)
	if len(problems) > 0 || until.IsZero() {
		return until, problems
	}
	if !until.Truncate(membershipStep).After(a.service.Now()) {
		return until, idp.Problems{{Field: field, Value: text, Reason: "is in the past", Remedy: "give a time to come, or leave it out"}}
	}
	return until.UTC().Truncate(membershipStep), nil
}

// mayRejoin asks for each membership that differs. One that has ended is none.
func (a *Administrator) mayRejoin(ctx context.Context, u *idp.User, wanted []idp.Membership) error {
	for _, group := range differing(a.service.live(u.Groups), wanted) {
		err := a.mayJoin(ctx, group, u)
		if err != nil {
			return err
		}
	}
	return nil
}

// lookAgain asks once more for memberships that helpdesk has written, and puts
// those back that are denied now: u is the person as before. A connector may have
// been granted to the group since it was asked; whoever grants one later than this
// second look sees the member.
func (a *Administrator) lookAgain(ctx context.Context, u *idp.User, groupIDs ...string) error {
	if a.actor.Role != idp.AdminHelpdesk {
		return nil
	}
	var denied error
	for _, id := range groupIDs {
		err := a.mayJoin(ctx, id, u)
		if err != nil {
			denied = errors.Join(denied, err, a.putBack(ctx, u, id))
		}
	}
	return denied
}

// putBack makes a person's place in a group again what it was in u.
func (a *Administrator) putBack(ctx context.Context, u *idp.User, groupID string) error {
	s := a.service
	g, err := s.Store.Group(ctx, groupID)
	if err != nil {
		return err
	}
	for _, m := range u.Groups {
		if m.GroupID == groupID {
			return s.Store.AddMember(ctx, u.ID, groupID, m.Until, s.memberEvent(a.actor, idp.ActionMemberAdd, g.Name, u.Email, m.Until))
		}
	}
	return s.Store.RemoveMember(ctx, u.ID, groupID, s.memberEvent(a.actor, idp.ActionMemberRemove, g.Name, u.Email, time.Time{}))
}

// live are the memberships that have not ended.
func (s *Service) live(groups []idp.Membership) []idp.Membership {
	now := s.Now()
	return slices.DeleteFunc(slices.Clone(groups), func(m idp.Membership) bool { return !m.Live(now) })
}

// differing are the groups in which two lists of memberships differ.
func differing(before, after []idp.Membership) []string {
	ends := map[string]time.Time{}
	for _, m := range before {
		ends[m.GroupID] = m.Until
	}
	var groups []string
	for _, m := range after {
		until, was := ends[m.GroupID]
		if !was || !until.Equal(m.Until) {
			groups = append(groups, m.GroupID)
		}
		delete(ends, m.GroupID)
	}
	for group := range ends {
		groups = append(groups, group)
	}
	return groups
}
