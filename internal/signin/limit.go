package signin

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

const (
	// recordTime is how long the event of a refusal may take to be written after the
	// person has gone, and lastTime after the time of the request is over.
	recordTime = 10 * time.Second
	lastTime   = 500 * time.Millisecond

	// One source may make as many attempts as an office behind one address needs
	// on a Monday morning; each costs us the work of one argon2id.
	sourceWindow = time.Minute
	sourceLimit  = 120

	// reserveTries is how often a reservation is tried that loses the race
	// against others on the same account. A person alone loses none.
	reserveTries = 4
)

// Limited is returned when an attempt was not looked at. It says nothing about
// the name or the password that was given.
type Limited struct {
	RetryAfter time.Duration // until an attempt can be looked at; more than zero
}

// Error tells how long to wait.
func (e *Limited) Error() string {
	return fmt.Sprintf("too many attempts to sign in; try again in %v", e.RetryAfter)
}

// share takes the source's share of attempts. Who is at the machine itself has
// none; who comes by a proxy on it has.
func (s *Service) share(ctx context.Context, c Client) error {
	if c.Local {
		return nil
	}
	wait, err := s.store.Reserve(ctx, sourceName(c.SourceIP), sourceWindow, sourceLimit)
	if errors.Is(err, store.ErrLimit) {
		return &Limited{RetryAfter: wait}
	}
	if err != nil {
		return fmt.Errorf("count attempts of the source: %w", err)
	}
	return nil
}

// reserve counts an attempt as failed before it is looked at, and locks what it
// counts under when there were too many; the right password takes that back. So
// however many attempts come at once, no more are verified than one after the
// other.
func (s *Service) reserve(ctx context.Context, l limit) error {
	for range reserveTries {
		attempts, err := s.store.Attempts(ctx, l.name)
		if err != nil {
			return fmt.Errorf("read attempts: %w", err)
		}
		now := s.now()
		if now.Before(attempts.LockedUntil) {
			return &Limited{RetryAfter: attempts.LockedUntil.Sub(now)}
		}
		attempts.Fails++
		attempts.LockedUntil = time.Time{}
		lock := l.lockFor(attempts.Fails)
		if lock > 0 {
			attempts.LockedUntil = now.Add(lock)
		}
		err = s.store.PutAttempts(ctx, l.name, &attempts)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrStale) {
			return fmt.Errorf("reserve an attempt: %w", err)
		}
	}
	return &Limited{RetryAfter: time.Second}
}

// refuse records why an attempt is refused and returns what the person is told;
// or, when it cannot be recorded, that. A name is recorded when it has the form
// of an address: what else is typed there may be a password.
func (s *Service) refuse(ctx context.Context, a Attempt, u *idp.User, reason string, told error) error {
	event := s.event(a.Client, idp.ActionSignIn, idp.OutcomeRefused, u)
	event.Reason = reason
	name := idp.NormalEmail(a.Username)
	if u == nil && idp.CheckEmail(name) == nil {
		event.Actor, event.Target = name, name
	}
	ctx, cancel := afterwards(ctx)
	defer cancel()
	err := s.store.PutEvent(ctx, event)
	if err != nil {
		return fmt.Errorf("record a refused sign-in: %w", err)
	}
	return told
}

// afterwards is a context for what is recorded of an attempt: it lasts as long as
// the request, however busy the store is, and somewhat longer, so that closing the
// connection keeps nothing out of the record.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	kept, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		left := recordTime
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			left = lastTime // a function is frozen soon
		}
		time.AfterFunc(left, cancel)
	})
	return kept, func() { stop(); cancel() }
}

// sourceName is the counter of a source: one IPv4 address, or the 64 bits of IPv6
// that one customer is given and can change the rest of. What is not an address
// shares one counter.
func sourceName(ip string) string {
	const prefix = "signin/source/"
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return prefix + "unknown"
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return prefix + addr.String()
	}
	return prefix + netip.PrefixFrom(addr, 64).Masked().String()
}
