package sso_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/store"
)

// timed is a store that notes by when it has to answer.
type timed struct {
	sso.Store
	ends []time.Time
}

func (s *timed) note(ctx context.Context) {
	end, _ := ctx.Deadline()
	s.ends = append(s.ends, end)
}

func (s *timed) Launch(ctx context.Context, ticket idp.Ticket, slug string) (store.Launch, error) {
	s.note(ctx)
	return s.Store.Launch(ctx, ticket, slug)
}

func (s *timed) PutEvent(ctx context.Context, e idp.Event) error {
	s.note(ctx)
	return s.Store.PutEvent(ctx, e)
}

type timedKeys struct {
	sso.Keys
	end time.Time
}

func (k *timedKeys) Signer(ctx context.Context, key *idp.Key, certificate *x509.Certificate) (crypto.Signer, error) {
	k.end, _ = ctx.Deadline()
	return k.Keys.Signer(ctx, key, certificate)
}

// TestAllPartsOfALaunchHaveOneDeadline: that of its opening, and a moment more to
// record that it failed. What is compared are the deadlines, not how long it took.
func TestAllPartsOfALaunchHaveOneDeadline(t *testing.T) {
	w := newWorld(t)
	parts, signers := &timed{Store: w.faults}, &timedKeys{Keys: w.signers}
	w.service.Store, w.service.Keys = parts, signers
	w.signers.err = errors.New("broken")
	before := time.Now()
	l, err := w.service.Open(t.Context(), w.request())
	if err != nil {
		t.Fatal(err)
	}
	latest := time.Now().Add(w.service.Budget)
	_, err = w.service.Issue(t.Context(), l, "")
	if !errors.Is(err, sso.ErrUnavailable) {
		t.Fatalf("got %v", err)
	}
	if len(parts.ends) != 3 {
		t.Fatalf("%d calls, want the reading, the event and the failure", len(parts.ends))
	}
	read, event, failure := parts.ends[0], parts.ends[1], parts.ends[2]
	if read.Before(before.Add(w.service.Budget)) || read.After(latest) {
		t.Errorf("the reading ends %v after the launch began", read.Sub(before))
	}
	if !event.Equal(read) || !signers.end.Equal(read) {
		t.Errorf("the launch is opened until %v, its event may take until %v and its signature until %v", read, event, signers.end)
	}
	if want := read.Add(time.Second); failure.After(want) {
		t.Errorf("the failure may take until %v, want at most %v", failure, want)
	}
}

// TestNothingIsSignedByAClockThatIsOff: ten minutes of it would open what has ended,
// or be refused by AWS.
func TestNothingIsSignedByAClockThatIsOff(t *testing.T) {
	for _, off := range []time.Duration{10 * time.Minute, -10 * time.Minute, 61 * time.Second, -61 * time.Second} {
		t.Run(off.String(), func(t *testing.T) {
			w := newWorld(t)
			w.service.Skew = func() time.Duration { return off }
			issued, err := w.launch("")
			if !errors.Is(err, sso.ErrClock) || !errors.Is(err, sso.ErrUnavailable) || issued != nil {
				t.Errorf("got %v, %v", issued, err)
			}
			if n := w.signers.signed.Load(); n != 0 {
				t.Errorf("%d signatures", n)
			}
		})
	}
	w := newWorld(t)
	w.service.Skew = func() time.Duration { return -time.Minute }
	if _, err := w.launch(""); err != nil {
		t.Errorf("a minute off: %v", err)
	}
}

// TestNothingIsSignedWhenTheClockJumps between the decision and the signature.
func TestNothingIsSignedWhenTheClockJumps(t *testing.T) {
	for _, jump := range []time.Duration{10 * time.Minute, -10 * time.Minute, 48 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			w := newWorld(t)
			l, err := w.service.Open(t.Context(), w.request())
			if err != nil {
				t.Fatal(err)
			}
			w.service.Now = func() time.Time { return noon.Add(jump) }
			issued, err := w.service.Issue(t.Context(), l, "")
			if !errors.Is(err, sso.ErrClock) || !errors.Is(err, sso.ErrUnavailable) || issued != nil {
				t.Errorf("got %v, %v", issued, err)
			}
			if n := w.signers.signed.Load(); n != 0 {
				t.Errorf("%d signatures", n)
			}
		})
	}
}
