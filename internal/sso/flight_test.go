package sso_test

import (
	"context"
	"errors"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/store"
)

// What happens to a launch that is under way.

// TestAResponseWhoseEventHasNoAnswerIsMarked: the event is stored and its answer
// lost, so the record announces a response that nobody got.
func TestAResponseWhoseEventHasNoAnswerIsMarked(t *testing.T) {
	for name, signers := range map[string]error{"though it was signed": nil, "and it was not signed": errors.New("broken")} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.signers.err = signers
			lost := &lossy{Store: w.faults}
			w.service.Store = lost
			issued, err := w.launch("")
			if !errors.Is(err, sso.ErrUnavailable) || issued != nil {
				t.Fatalf("got %v, %v", issued, err)
			}
			ends := map[idp.Outcome]string{}
			for _, e := range w.events() {
				ends[e.Outcome] = e.AssertionID
			}
			if ends[idp.OutcomeIssuing] == "" || ends[idp.OutcomeFailed] != ends[idp.OutcomeIssuing] {
				t.Errorf("the outcomes are %v; want the failure of what was announced", ends)
			}
		})
	}
}

// lossy loses the answer to the first event.
type lossy struct {
	sso.Store
	lost bool
}

func (s *lossy) PutEvent(ctx context.Context, e idp.Event) error {
	err := s.Store.PutEvent(ctx, e)
	if !s.lost {
		s.lost = true
		return errors.Join(err, store.ErrUnavailable)
	}
	return err
}

// TestAConnectorThatIsDeletedInFlight, with its key: what is under way was granted
// while it was there and is on record, and the next launch is refused.
func TestAConnectorThatIsDeletedInFlight(t *testing.T) {
	w := newWorld(t)
	l, err := w.service.Open(t.Context(), w.request())
	if err != nil {
		t.Fatal(err)
	}
	w.change(func(c *idp.Connector) { c.Active = false })
	c, err := w.store.Connector(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	err = w.store.DeleteConnector(t.Context(), c, event())
	if err != nil {
		t.Fatal(err)
	}
	issued, err := w.service.Issue(t.Context(), l, "")
	announced := false
	for _, e := range w.events() {
		announced = announced || e.Outcome == idp.OutcomeIssuing && e.AssertionID != ""
	}
	if (issued != nil) != announced || issued == nil && !errors.Is(err, sso.ErrUnavailable) {
		t.Errorf("got %v, %v; announced: %v", issued, err, announced)
	}
	_, err = w.service.Open(t.Context(), w.request())
	var refusal *sso.Refusal
	if !errors.As(err, &refusal) || refusal.Reason != idp.UnknownConnector {
		t.Errorf("the next launch gives %v", err)
	}
}

// panicky is a store that has a fault of its own when an event is put.
type panicky struct{ sso.Store }

func (panicky) PutEvent(context.Context, idp.Event) error { panic("the-secret-password") }

// TestAPanicWhileTheEventIsStoredEndsNoOtherRequest: it happens beside the signature,
// in a goroutine that no face recovers.
func TestAPanicWhileTheEventIsStoredEndsNoOtherRequest(t *testing.T) {
	w := newWorld(t)
	l, err := w.service.Open(t.Context(), w.request())
	if err != nil {
		t.Fatal(err)
	}
	w.service.Store = panicky{w.faults}
	defer func() {
		if recover() != nil {
			t.Error("the panic reaches the caller")
		}
	}()
	issued, err := w.service.Issue(t.Context(), l, "")
	if !errors.Is(err, sso.ErrUnavailable) || issued != nil {
		t.Errorf("got %v, %v", issued, err)
	}
}
