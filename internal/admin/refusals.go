package admin

import (
	"context"
	"errors"

	"github.com/gatepost/gatepost/internal/idp"
)

// Refusals tell of each of the operations that the actor may not do to a person why
// not, as the operation itself would answer, so that a page says it beforehand. A
// question is no attempt: nothing goes on record.
func (a *Administrator) Refusals(ctx context.Context, email string, ops ...Operation) (map[Operation]*Denied, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	u, err := a.service.User(ctx, email)
	if err != nil {
		return nil, err
	}
	refused := map[Operation]*Denied{}
	for _, op := range ops {
		target, err := a.targetOf(ctx, op, u)
		if err != nil {
			return nil, err
		}
		var denied *Denied
		if errors.As(Allowed(a.actor, op, target), &denied) {
			refused[op] = denied
		}
	}
	return refused, nil
}

// mayTo asks for an operation on a person.
func (a *Administrator) mayTo(ctx context.Context, op Operation, u *idp.User) error {
	target, err := a.targetOf(ctx, op, u)
	if err != nil {
		return err
	}
	return a.Ask(ctx, op, target, u.Email)
}

// targetOf is a person as the policy sees them for an operation. What their groups
// open, and the settings, are read only for an actor for whom that decides.
func (a *Administrator) targetOf(ctx context.Context, op Operation, u *idp.User) (Target, error) {
	target := Target{Administrator: u.AdminRole != idp.AdminNone, LockedBy: u.LockedBy}
	if op != OpUserReset && op != OpIdentity || Allowed(a.actor, op, target) != nil {
		return target, nil // denied whatever is open to them, or it does not matter
	}
	target.Opens = true
	if Allowed(a.actor, op, target) == nil {
		return target, nil
	}
	opens, err := a.service.Store.Opens(ctx, u)
	if err != nil {
		return Target{}, err
	}
	target.Opens = opens
	if opens && op == OpUserReset {
		settings, err := a.service.Store.Settings(ctx)
		if err != nil {
			return Target{}, err
		}
		target.Delegated = settings.HelpdeskResetsAccess
	}
	return target, nil
}
