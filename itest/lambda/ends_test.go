package lambda

import (
	"net/http"
	"regexp"
	"slices"
	"syscall"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

// TestAFunctionThatIsKilledInALaunch: no response leaves, what was announced stands in
// the record, and the next sandbox goes on.
func TestAFunctionThatIsKilledInALaunch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		fault     func(kill func()) fault.Fault
		announced bool
	}{
		{"before its event is stored", fault.RefuseAfter, false},
		{"after its event is stored", fault.LoseThen, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cloud := kumo(t)
			cloud.secrets = nowhere
			s := deploy(t, cloud, idp.CustodyKMS)
			s.fill()
			p := s.signIn(alice)
			p.Launch(t, "aws-a")
			begun := s.events(t)
			sso := s.sandbox["sso"]
			killed := sso.PID()
			s.tables.Next("PutItem", c.fault(func() { _ = syscall.Kill(killed, syscall.SIGKILL) }))
			page := p.Get(t, "/sso/aws-a")
			if page.Status < http.StatusInternalServerError || samlResponse(page.Body) != "" {
				t.Errorf("answered %d: %.300s", page.Status, page.Body)
			}
			added := slices.DeleteFunc(s.events(t), func(e idp.Event) bool {
				return slices.ContainsFunc(begun, func(old idp.Event) bool { return old.ID == e.ID })
			})
			if announced := len(added) == 1 && added[0].Outcome == idp.OutcomeIssuing && added[0].AssertionID != ""; announced != c.announced || len(added) > 1 {
				t.Errorf("the events are %+v", added)
			}
			p.Launch(t, "aws-a")
			if now := sso.PID(); now == killed {
				t.Error("the function was not killed")
			}
		})
	}
}

// TestAnEventThatIsDeliveredTwice: Lambda may. Each launch is a response of its own
// with an event of its own; what can be done once is done once.
func TestAnEventThatIsDeliveredTwice(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	cookie := s.cookie(alice)
	t.Run("a launch", func(t *testing.T) {
		begun := len(s.events(t))
		event := eventOf(t, "GET /sso/aws-a", "", cookie)
		first, second := s.send(t, s.sandbox["sso"], event), s.send(t, s.sandbox["sso"], event)
		one, two := samlResponse(first.Body), samlResponse(second.Body)
		if one == "" || two == "" || one == two {
			t.Errorf("answered %d and %d, the same response: %v", first.StatusCode, second.StatusCode, one == two)
		}
		if added := len(s.events(t)) - begun; added != 2 {
			t.Errorf("%d events", added)
		}
	})
	t.Run("a page", func(t *testing.T) {
		event := eventOf(t, "GET /", "", cookie)
		first, second := s.send(t, s.sandbox["portal"], event), s.send(t, s.sandbox["portal"], event)
		if first.StatusCode != http.StatusOK || first.Body != second.Body {
			t.Errorf("answered %d and %d", first.StatusCode, second.StatusCode)
		}
	})
	t.Run("metadata", func(t *testing.T) {
		event := eventOf(t, "GET /metadata/aws-a", "", nil)
		first, second := s.send(t, s.sandbox["metadata"], event), s.send(t, s.sandbox["metadata"], event)
		if first.StatusCode != http.StatusOK || first.Body != second.Body {
			t.Errorf("answered %d and %d", first.StatusCode, second.StatusCode)
		}
	})
	t.Run("a sign-in", func(t *testing.T) {
		event := eventOf(t, "POST /signin", signInForm, nil)
		first, second := s.send(t, s.sandbox["portal"], event), s.send(t, s.sandbox["portal"], event)
		if first.StatusCode != http.StatusSeeOther || second.StatusCode != http.StatusSeeOther || slices.Equal(first.Cookies, second.Cookies) {
			t.Errorf("answered %d and %d, the same session: %v", first.StatusCode, second.StatusCode, slices.Equal(first.Cookies, second.Cookies))
		}
	})
	t.Run("a sign-out", func(t *testing.T) {
		event := eventOf(t, "POST /signout", "next=", cookie)
		for range 2 {
			if answer := s.send(t, s.sandbox["portal"], event); answer.StatusCode != http.StatusSeeOther {
				t.Errorf("answered %d", answer.StatusCode)
			}
		}
		if answer := s.send(t, s.sandbox["sso"], eventOf(t, "GET /sso/aws-a", "", cookie)); answer.StatusCode != http.StatusSeeOther {
			t.Errorf("the session lives: %d", answer.StatusCode)
		}
	})
	t.Run("a new key", func(t *testing.T) {
		_, err := s.desk().Create(t.Context(), "aws-a", idp.CustodyKMS, idp.Event{Actor: "test"})
		if err == nil {
			t.Error("a second key is made in the place of the first")
		}
	})
}

// TestManyColdSandboxesAtOnce: each answers its first event or says that it cannot,
// and no two sign one assertion.
func TestManyColdSandboxesAtOnce(t *testing.T) {
	t.Parallel()
	const burst = 10
	s := newStage(t, kumo(t), idp.CustodyKMS)
	event := eventOf(t, "GET /sso/aws-a", "", s.cookie(alice))
	s.given["sso"]["AWS_LAMBDA_FUNCTION_TIMEOUT"] = "120" // the machine may be slow: what is asked is what they answer
	type said struct {
		status   int
		response string
	}
	answers := make(chan said, burst)
	for range burst {
		sandbox := emulator.Lambda(t, bootstrap(t, "sso"), s.given["sso"])
		go func() {
			answer := s.send(t, sandbox, event)
			answers <- said{answer.StatusCode, samlResponse(answer.Body)}
		}()
	}
	seen := map[string]bool{}
	for range burst {
		a := <-answers
		if (a.status == http.StatusOK) != (a.response != "") || a.status != http.StatusOK && a.status != http.StatusServiceUnavailable || seen[a.response] && a.response != "" {
			t.Errorf("answered %d, a response of its own: %v", a.status, !seen[a.response])
		}
		seen[a.response] = true
	}
	delete(seen, "")
	announced := 0
	for _, e := range s.events(t) {
		if e.Outcome == idp.OutcomeIssuing {
			announced++
		}
	}
	if announced < len(seen) {
		t.Errorf("%d responses left, %d were announced", len(seen), announced)
	}
}

var response = regexp.MustCompile(`name="SAMLResponse" value="([^"]+)"`)

// samlResponse is the response in a page; empty when there is none.
func samlResponse(page string) string {
	found := response.FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return found[1]
}
