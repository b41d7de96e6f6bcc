package lambda

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/fault"
	"github.com/gatepost/gatepost/itest/server"
)

// In each of these tests the emulator of Lambda ends a function that takes longer
// than its limit in template.yaml, and the stage fails a test in which one gave no
// answer.

// trouble is a fault and what it befalls.
type trouble struct {
	name, operation string
	fault           fault.Fault // nil for a service that is down
}

var badDays = []trouble{
	{"is down", "", nil},
	{"is slow", fault.Any, fault.Hang()},
	{"throttles", fault.Any, fault.ThrottleTable()},
	{"fails", fault.Any, fault.Fail()},
	{"breaks off its answers", fault.Any, fault.Cut()},
}

func TestALaunchOnABadDayOfDynamoDB(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	p := s.signIn(alice)
	troubles := append([]trouble{
		{"finds a write in the way of every read", "TransactGetItems", fault.Conflict()},
		{"takes no event", "PutItem", fault.Hang()},
		{"throttles the event", "PutItem", fault.ThrottleTable()},
		{"does not say that it took the event", "PutItem", fault.Lose()},
		{"says half that it took the event", "PutItem", fault.Cut()},
	}, badDays...)
	for _, f := range troubles {
		t.Run("that "+f.name, func(t *testing.T) { s.suffers(t, s.tables, f, p, "/sso/aws-a") })
	}
}

func TestALaunchOnABadDayOfKMS(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	p := s.signIn(alice)
	troubles := append([]trouble{
		{"has the key disabled", "Sign", fault.Answer(http.StatusBadRequest, "DisabledException")},
		{"has the key pending deletion", "Sign", fault.Answer(http.StatusBadRequest, "KMSInvalidStateException")},
		{"has no such key", "Sign", fault.Answer(http.StatusBadRequest, "NotFoundException")},
		{"lets the function not sign", "Sign", fault.Answer(http.StatusBadRequest, "AccessDeniedException")},
		{"throttles the account", "Sign", fault.Throttle()},
	}, badDays...)
	for _, f := range troubles {
		t.Run("that "+f.name, func(t *testing.T) {
			begun := s.events(t)
			s.suffers(t, s.keys, f, p, "/sso/aws-a")
			s.failureIsRecorded(t, begun)
		})
	}
}

func TestALaunchOnABadDayOfSecretsManager(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodySecrets)
	p := s.signIn(alice)
	for _, f := range badDays {
		t.Run("that "+f.name, func(t *testing.T) { s.troubled(t, s.keys, f, p, "/sso/aws-a") })
	}
	s.keys.Heal()
	p.Launch(t, "aws-a") // from now on the key is in memory
	s.keys.Down(t)
	p.Launch(t, "aws-a")
}

func TestThePortalOnABadDayOfDynamoDB(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	p := s.signIn(alice)
	for _, f := range badDays {
		t.Run("that "+f.name, func(t *testing.T) { s.suffers(t, s.tables, f, p, "/") })
	}
}

func TestMetadataOnABadDayOfDynamoDB(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	for _, f := range badDays {
		t.Run("that "+f.name, func(t *testing.T) { s.suffers(t, s.tables, f, s.visitor(), "/metadata/aws-a") })
	}
}

// TestASignInThatDynamoDBMakesSlow has every call take longer than its first try
// may: however many calls a sign-in makes, it is answered in time.
func TestASignInThatDynamoDBMakesSlow(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	for _, delay := range []time.Duration{900 * time.Millisecond, 1900 * time.Millisecond} {
		t.Run(fmt.Sprintf("by %v a call", delay), func(t *testing.T) {
			p := s.visitor()
			form := p.Get(t, "/signin").FormWith(t, "password")
			form.Fields.Set("username", alice)
			form.Fields.Set("password", password)
			s.tables.Always(fault.Any, fault.Delay(delay))
			page := p.Submit(t, form)
			s.tables.Heal()
			if page.Status != http.StatusSeeOther && page.Status != http.StatusServiceUnavailable {
				t.Errorf("answered %d after the calls %q\n%s", page.Status, s.tables.Calls(), page.Body)
			}
		})
	}
	s.signIn(alice)
}

// suffers opens a page on a bad day, and again on a good one.
func (s *stage) suffers(t *testing.T, proxy *fault.Proxy, f trouble, p *server.Person, path string) {
	t.Helper()
	s.troubled(t, proxy, f, p, path)
	proxy.Heal()
	if page := p.Get(t, path); page.Status != http.StatusOK {
		t.Errorf("afterwards %s answers %d", path, page.Status)
	}
}

// troubled opens a page while a service is in trouble: it is unavailable, and says
// so to people.
func (s *stage) troubled(t *testing.T, proxy *fault.Proxy, f trouble, p *server.Person, path string) {
	t.Helper()
	proxy.Heal()
	if f.fault == nil {
		proxy.Down(t)
		defer proxy.Up(t)
	} else {
		proxy.Always(f.operation, f.fault)
	}
	page := p.Get(t, path)
	id := page.Header.Get("X-Request-Id")
	text := html.UnescapeString(page.Body)
	switch {
	case page.Status != http.StatusServiceUnavailable:
		t.Errorf("answered %d", page.Status)
	case id == "" || !strings.Contains(text, id) || !strings.Contains(text, "Gatepost is not available right now"):
		t.Errorf("the page does not say what to do, or not under which ID %q to ask:\n%s", id, text)
	case page.Header.Get("Retry-After") == "" || page.Header.Get("Cache-Control") != "no-store":
		t.Errorf("the headers are %v", page.Header)
	case strings.Contains(text, "SAMLResponse"):
		t.Error("a response left all the same")
	}
	for _, detail := range []string{"127.0.0.1", "DynamoDB", "KMS", "arn:", "Exception", "InternalServerError", "deadline"} {
		if strings.Contains(text, detail) {
			t.Errorf("the page tells %q", detail)
		}
	}
}

// events are all events about aws-a, newest first.
func (s *stage) events(t *testing.T) []idp.Event {
	t.Helper()
	list, _, err := s.store.Events(t.Context(), store.EventFilter{Connector: "aws-a", Limit: store.MaxPage})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// failureIsRecorded demands that the assertion of the launch that failed was
// announced, and then taken back.
func (s *stage) failureIsRecorded(t *testing.T, before []idp.Event) {
	t.Helper()
	var outcomes []string
	assertions := map[string][]idp.Outcome{}
	for _, e := range s.events(t) {
		if !slices.ContainsFunc(before, func(old idp.Event) bool { return old.ID == e.ID }) {
			outcomes = append(outcomes, string(e.Outcome))
			assertions[e.AssertionID] = append(assertions[e.AssertionID], e.Outcome)
		}
	}
	for _, about := range assertions {
		if slices.Equal(about, []idp.Outcome{idp.OutcomeFailed, idp.OutcomeIssuing}) {
			return
		}
	}
	t.Errorf("the events are %q", outcomes)
}
