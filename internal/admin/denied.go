package admin

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Ask asks the policy for an operation, as every method here does by itself; name
// is what it is to be done to. A change that is denied goes on record. The error is
// nil or a [*Denied].
func (a *Administrator) Ask(ctx context.Context, op Operation, t Target, name string) error {
	err := Allowed(a.actor, op, t)
	var denied *Denied
	if errors.As(err, &denied) && policy(op).changes && !a.dry {
		a.service.noteDenied(ctx, a.actor, denied, name)
	}
	return err
}

// noteDenied records what somebody was refused. They are refused whether or not it
// can be stored.
func (s *Service) noteDenied(ctx context.Context, a Actor, d *Denied, name string) {
	if !s.denied.take(cmp.Or(a.ID, a.Name), s.Now()) {
		return
	}
	e := s.event(a, idp.ActionDenied, name)
	e.Outcome, e.Reason = idp.OutcomeRefused, string(d.Operation)+": "+d.Why
	if d.Operation == OpConnector {
		e.Connector = name
	}
	_ = s.Store.PutEvent(ctx, e)
}

// How many refusals a minute go on record, so that nobody fills it with them: of one
// actor, and of how many actors.
const (
	maxDenied       = 10
	maxDeniedActors = 1000
)

// ration bounds what goes on record in a minute. It is that of one process, which
// counts for itself: the function that runs here may not write counters.
type ration struct {
	mu     sync.Mutex
	minute int64
	taken  map[string]int // by actor
}

func (r *ration) take(actor string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	minute := now.Unix() / 60
	if r.taken == nil || r.minute != minute {
		r.minute, r.taken = minute, map[string]int{}
	}
	if r.taken[actor] == maxDenied || len(r.taken) == maxDeniedActors && r.taken[actor] == 0 {
		return false
	}
	r.taken[actor]++
	return true
}
