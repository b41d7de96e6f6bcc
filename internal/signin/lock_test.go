package signin

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

func TestOfManyAttemptsAtOnceFewAreVerified(t *testing.T) {
	for _, name := range []string{alice, "nobody@example.com"} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			var wrong, limited, other atomic.Int32
			var wg sync.WaitGroup
			start := make(chan struct{})
			for i := range 200 {
				wg.Go(func() {
					a := try(name, "wrong")
					a.Client.SourceIP = fmt.Sprintf("198.51.100.%d", i) // no source makes many
					<-start
					_, err := f.SignIn(t.Context(), a)
					var l *Limited
					switch {
					case errors.Is(err, ErrWrong):
						wrong.Add(1)
					case errors.As(err, &l):
						limited.Add(1)
					default:
						other.Add(1)
						t.Error(err)
					}
				})
			}
			close(start)
			wg.Wait()
			if n := f.runs.Load(); n < 1 || n > LockAfter || n != wrong.Load() || wrong.Load()+limited.Load() != 200 {
				t.Errorf("%d verified; %d wrong, %d limited, %d other", n, wrong.Load(), limited.Load(), other.Load())
			}
		})
	}
}

func TestALockedAccountRefusesTheRightPasswordUntilTheLockEnds(t *testing.T) {
	f := newFixture(t)
	for range LockAfter {
		f.mustBeWrong(t, try(alice, "wrong"))
	}
	f.mustBeLimited(t, try(alice, password), 30*time.Second)
	f.clock.add(29 * time.Second)
	f.mustBeLimited(t, try(alice, password), time.Second)
	f.mustBeLimited(t, try("ALICE@example.com", password), time.Second)
	f.clock.add(time.Second)
	f.mustSignIn(t, try(alice, password))
	e := f.events(t, idp.ActionSignIn)
	if e[1].Reason != "locked" || e[1].Outcome != idp.OutcomeRefused || e[1].Actor != alice || e[1].ActorID != f.user(t, alice).ID {
		t.Errorf("event of an attempt during the lock: %+v", e[1])
	}
	for range LockAfter - 1 { // the count began anew
		f.mustBeWrong(t, try(alice, "wrong"))
	}
	f.mustSignIn(t, try(alice, password))
}

func TestAnUnknownNameIsLockedLikeAKnownOne(t *testing.T) {
	for _, name := range []string{alice, suspended, without, "nobody@example.com", "no address"} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			for range LockAfter {
				f.mustBeWrong(t, try(name, "wrong"))
			}
			for _, lock := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
				f.mustBeLimited(t, try(name, "wrong"), lock)
				f.clock.add(lock)
				f.mustBeWrong(t, try(name, "wrong"))
			}
		})
	}
}

func TestOneAccountsLockIsNotAnothers(t *testing.T) {
	f := newFixture(t)
	for range LockAfter {
		f.mustBeWrong(t, try("nobody@example.com", "wrong"))
	}
	f.mustSignIn(t, try(alice, password))
}

func TestUnlockEndsTheLock(t *testing.T) {
	f := newFixture(t)
	for range LockAfter {
		f.mustBeWrong(t, try(alice, "wrong"))
	}
	err := f.Unlock(t.Context(), " Alice@example.com")
	if err != nil {
		t.Fatal(err)
	}
	f.mustSignIn(t, try(alice, password))
	err = f.Unlock(t.Context(), "nobody@example.com")
	if err != nil {
		t.Error(err)
	}
}

func TestASourceIsLimitedWhateverTheNames(t *testing.T) {
	f := newFixture(t)
	for i := range sourceLimit {
		f.mustBeWrong(t, try(fmt.Sprintf("nobody%d@example.com", i), "wrong"))
	}
	events := len(f.events(t, idp.ActionSignIn))
	f.mustBeLimited(t, try(alice, password), time.Minute)
	if got := len(f.events(t, idp.ActionSignIn)); got != events {
		t.Errorf("a flood is recorded line by line: %d more", got-events)
	}
	elsewhere := try(alice, password)
	elsewhere.Client.SourceIP = "192.0.2.2"
	f.mustSignIn(t, elsewhere)
	f.clock.add(time.Minute)
	f.mustSignIn(t, try(alice, password))
}
