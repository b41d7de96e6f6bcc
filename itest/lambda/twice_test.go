package lambda

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/emulator"
)

// delivered sends one event twice, one after the other or both at once, to the two
// sandboxes that Lambda would have for them, and returns the answers.
func (s *stage) delivered(t *testing.T, function string, event events.APIGatewayV2HTTPRequest, atOnce bool) [2]events.APIGatewayV2HTTPResponse {
	t.Helper()
	var answers [2]events.APIGatewayV2HTTPResponse
	if !atOnce {
		for i := range answers {
			answers[i] = s.send(t, s.sandbox[function], event)
		}
		return answers
	}
	sandboxes := [2]*emulator.Sandbox{s.sandbox[function], emulator.Lambda(t, bootstrap(t, function), s.given[function])}
	var both sync.WaitGroup
	for i, sandbox := range sandboxes {
		both.Go(func() { answers[i] = s.send(t, sandbox, event) })
	}
	both.Wait()
	return answers
}

// byAPI is the event of a request to the config API.
func (c curl) byAPI(t *testing.T, request, body string, header ...string) events.APIGatewayV2HTTPRequest {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	event := eventOf(t, method+" "+root+path, "", nil)
	event.Body = body
	event.Headers["authorization"] = "Bearer " + c.bearer
	if body != "" {
		event.Headers["content-type"] = "application/json"
	}
	if method == http.MethodPatch {
		event.Headers["content-type"] = "application/merge-patch+json"
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		event.Headers[strings.ToLower(name)] = value
	}
	return event
}

// TestAChangeThatIsDeliveredTwiceIsDoneOnce: the second answer is the first one's, or
// says what is there already, and nothing is there twice.
func TestAChangeThatIsDeliveredTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	owner := s.with(s.iamToken("owner"))
	const person = "dora@example.com"
	for _, c := range []struct {
		request, body, etag string
		first, second       int
		atOnce              bool
	}{
		{"POST users", `{"email":"` + person + `"}`, "", 201, 409, true},
		{"POST groups", `{"name":"new"}`, "", 201, 409, true},
		{"PUT groups/new/members/" + person, `{}`, "", 204, 204, false},
		{"PUT connectors/aws-b/grants/new", `{}`, "", 204, 204, false},
		{"PATCH users/" + person, `{"name":"Dora"}`, "users/" + person, 200, 412, true},
		{"POST connectors", `{"slug":"once","label":"Once","account_id":"` + account + `"}`, "", 201, 409, false},
		{"POST users/" + person + "/suspend", "", "", 200, 200, false},
		{"POST users/" + person + "/resume", "", "", 200, 200, false},
		{"POST users/" + person + "/lockdown", "", "", 204, 204, false},
		{"DELETE connectors/aws-b/grants/new", "", "", 204, 204, false},
		{"DELETE groups/new/members/" + person, "", "", 204, 204, false},
		{"DELETE users/" + person, "", "users/" + person, 204, 404, false},
		{"POST connectors/aws-b/deactivate", "", "", 200, 200, false},
	} {
		name := c.request
		var header []string
		if c.etag != "" {
			header = append(header, owner.etag(c.etag))
		}
		answers := s.delivered(t, "admin", owner.byAPI(t, c.request, c.body, header...), c.atOnce)
		got := [2]int{answers[0].StatusCode, answers[1].StatusCode}
		if c.atOnce && got[0] == c.second {
			got[0], got[1] = got[1], got[0]
		}
		if got != [2]int{c.first, c.second} {
			t.Errorf("%s is answered %v, want %d and %d: %.200s", name, got, c.first, c.second, answers[1].Body)
		}
	}
	for path, want := range map[string]int{"users?q=" + person: 0, "groups?q=new": 1, "connectors?q=once": 1} {
		if n := len(items(owner.want(200, "GET "+path, ""))); n != want {
			t.Errorf("%s lists %d", path, n)
		}
	}
}

// TestALinkThatIsDeliveredTwiceIsUsedOnce: of two that set the first owner, or a
// password, at once, one does, and the other is told that the link is over.
func TestALinkThatIsDeliveredTwiceIsUsedOnce(t *testing.T) {
	t.Parallel()
	s := newEmptyStage(t, kumo(t), idp.CustodyKMS)
	_, token, _ := strings.Cut(s.local(s.askKeys(`{"op":"setup"}`)["link"]), "?token=")
	form := url.Values{"token": {token}, "email": {olive}, "name": {"Olive"}}
	link := s.once(t, "admin", eventOf(t, "POST /setup", form.Encode(), nil), http.StatusOK)
	_, rest, _ := strings.Cut(link.Body, "/password?token=")
	token, _, _ = strings.Cut(rest, `"`)
	form = url.Values{"token": {token}, "password": {password}, "repeat": {password}}
	s.once(t, "portal", eventOf(t, "POST /password", form.Encode(), nil), http.StatusSeeOther)

	owner := s.with(s.token(s.signIn(olive), "write"))
	if people := items(owner.want(200, "GET users", "")); len(people) != 1 || people[0]["admin_role"] != "owner" {
		t.Errorf("there are %v", people)
	}
}

// once sends an event twice at once, and once more: one answer is that of what was
// done, and the others say that the link is over.
func (s *stage) once(t *testing.T, function string, event events.APIGatewayV2HTTPRequest, done int) events.APIGatewayV2HTTPResponse {
	t.Helper()
	answers := s.delivered(t, function, event, true)
	if answers[0].StatusCode != done {
		answers[0], answers[1] = answers[1], answers[0]
	}
	late := s.send(t, s.sandbox[function], event)
	if answers[0].StatusCode != done || answers[1].StatusCode != http.StatusNotFound || late.StatusCode != http.StatusNotFound {
		t.Errorf("%s is answered %d, %d and %d: %.300s", event.RawPath, answers[0].StatusCode, answers[1].StatusCode, late.StatusCode, late.Body)
	}
	return answers[0]
}
