package admin

import (
	"context"
	"errors"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// Administrator is the service in the hands of one actor: each of its methods
// first asks [Allowed], and returns a [*Denied] when the actor may not. API,
// console and command line have nothing else.
//
// A match is the ETag of what the caller read; a change of anything that is
// another version by now fails with a [*Stale]. An empty match asks for nothing.
type Administrator struct {
	service *Service
	actor   Actor
	dry     bool // only asks what would be: what is denied is no attempt
}

// As is the service for one actor.
func (s *Service) As(a Actor) *Administrator { return &Administrator{service: s, actor: a} }

// Who is the actor.
func (a *Administrator) Who() Actor { return a.actor }

// May reports whether the actor may do an operation to a usual target, so that a
// page shows no button that would be refused.
func (a *Administrator) May(op Operation) bool { return Allowed(a.actor, op, Target{}) == nil }

// mayRead asks for an operation that changes nothing.
func (a *Administrator) mayRead(op Operation) error { return Allowed(a.actor, op, Target{}) }

// may asks for a change of what is named so.
func (a *Administrator) may(ctx context.Context, op Operation, name string) error {
	return a.Ask(ctx, op, Target{}, name)
}

// Stale says that a thing has changed since the caller read it.
type Stale struct {
	ETag    string           // of what is there now
	Current any              // what is there now: a shape of package resource
	Changes []resource.Event // what was done to it lately, newest first, as far as that is known
}

// Error tells that it changed.
func (s *Stale) Error() string { return "it has changed since you read it" }

// Unwrap is [store.ErrStale].
func (s *Stale) Unwrap() error { return store.ErrStale }

// matches compares a caller's ETag with that of what is there.
func matches(match, etag string) bool { return match == "" || match == "*" || match == etag }

// ErrLockdown says that something must wait until the lockdown is lifted.
var ErrLockdown = errors.New("lockdown is in force: an owner has to lift it first")

// quicker makes a change again, from the reading on, when somebody else was
// quicker, a few times.
func quicker(change func() error) error {
	var err error
	for range maxQuicker {
		err = change()
		if !errors.Is(err, store.ErrStale) {
			return err
		}
	}
	return err
}

const maxQuicker = 10

// maxChanges is how many changes a [Stale] tells at most.
const maxChanges = 10

// changesOf are the latest changes of a thing, which tells somebody whose change
// was refused what came between. Without an answer of the store there are none.
func (s *Service) changesOf(ctx context.Context, filter store.EventFilter, target string) []resource.Event {
	filter.Limit = store.MaxPage
	list, _, err := s.Store.Events(ctx, filter)
	if err != nil {
		return nil
	}
	var changes []resource.Event
	for _, e := range list {
		about := e.Target == target || e.Before[fieldMember] == target || e.After[fieldMember] == target
		if about && len(e.Before)+len(e.After) > 0 && len(changes) < maxChanges {
			changes = append(changes, resource.FromEvent(e))
		}
	}
	return changes
}

// Instance is the state of the whole installation.
func (a *Administrator) Instance(ctx context.Context) (resource.Instance, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return resource.Instance{}, err
	}
	in, err := a.service.Store.Instance(ctx)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("read instance: %w", err)
	}
	return resource.Instance{Lockdown: in.Lockdown, URL: a.service.URL}, nil
}

// Lockdown closes every connector and ends every session and token at once, the
// actor's own included. An owner signs in again to lift it.
func (a *Administrator) Lockdown(ctx context.Context) error {
	err := a.may(ctx, OpLockdown, "")
	if err != nil {
		return err
	}
	e := a.service.event(a.actor, idp.ActionLockdown, "")
	e.After = map[string]any{"lockdown": true}
	return a.service.Store.Lockdown(ctx, e)
}

// LiftLockdown opens the connectors again that were active before. Sessions and
// tokens that were ended stay so.
func (a *Administrator) LiftLockdown(ctx context.Context) error {
	err := a.may(ctx, OpLockdown, "")
	if err != nil {
		return err
	}
	e := a.service.event(a.actor, idp.ActionLockdownLift, "")
	e.After = map[string]any{"lockdown": false}
	return a.service.Store.LiftLockdown(ctx, e)
}
