package lambda

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/lambda/front"
)

// public are the functions that API Gateway invokes, and a path of each.
var public = map[string]string{"sso": "/sso/aws-a", "portal": "/", "metadata": "/metadata/aws-a", "admin": "/admin"}

// TestWhatIsNoEventEndsNoFunction sends what API Gateway never would, past it: the
// runtime may say that it cannot read that, and goes on.
func TestWhatIsNoEventEndsNoFunction(t *testing.T) {
	s := newStage(t, kumo(t), idp.CustodyKMS)
	cases := map[string]string{
		"nothing":                 ``,
		"null":                    `null`,
		"an empty object":         `{}`,
		"a list":                  `[]`,
		"a text":                  `"event"`,
		"half an object":          `{"rawPath":"/`,
		"two objects":             `{}{}`,
		"bytes that are no text":  "{\"rawPath\":\"/\xff\xfe\"}",
		"a NUL":                   `{"rawPath":"/\u0000"}`,
		"half a surrogate":        `{"rawPath":"/\ud800"}`,
		"a context of a number":   `{"requestContext":7}`,
		"no context":              `{"requestContext":null,"rawPath":"/","headers":null,"cookies":null}`,
		"headers of lists":        `{"headers":{"accept":["a","b"]}}`,
		"cookies as text":         `{"cookies":"a=b"}`,
		"a path of an object":     `{"rawPath":{}}`,
		"a huge number":           `{"requestContext":{"timeEpoch":1e999}}`,
		"the same key twice":      `{"rawPath":"/a","rawPath":"/b","RAWPATH":"/c"}`,
		"a deep list":             strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
		"an event of REST":        `{"resource":"/{proxy+}","path":"/","httpMethod":"GET","headers":{},"requestContext":{"stage":"prod"}}`,
		"an event of a schedule":  `{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}`,
		"an event of a websocket": `{"requestContext":{"connectionId":"a","eventType":"CONNECT"}}`,
	}
	for function := range public {
		for name, event := range cases {
			t.Run(name+" to "+function, func(t *testing.T) {
				answer, err := s.sandbox[function].Invoke(t.Context(), []byte(event))
				if err != nil {
					t.Fatal(err)
				}
				if status := statusOf(answer); status >= 500 || status == 0 && !isError(answer) {
					t.Errorf("answered %.300q", answer)
				}
			})
		}
	}
	s.signIn(alice).Launch(t, "aws-a")
}

// TestWhatAClientCanPutIntoAnEvent sends events as API Gateway makes them, of
// requests that mean ill.
func TestWhatAClientCanPutIntoAnEvent(t *testing.T) {
	s := newStage(t, kumo(t), idp.CustodyKMS)
	cookie := s.cookie(alice)
	for _, c := range slices.Concat(hostileLaunches(), hostileForms(), hostileAdministration(), oversized()) {
		t.Run(c.name, func(t *testing.T) {
			signedIn := cookie
			if c.body == signInForm { // a sign-in would end the session
				signedIn = nil
			}
			event := eventOf(t, c.request, c.body, signedIn)
			if c.change != nil {
				c.change(&event)
			}
			answer := s.send(t, s.sandbox[c.to], event)
			if answer.StatusCode != c.want {
				t.Errorf("answered %d, want %d: %.300q", answer.StatusCode, c.want, answer.Body)
			}
			if evil := "//evil.example"; strings.Contains(answer.Body+answer.Headers["Location"], evil) {
				t.Errorf("the answer leads elsewhere: %q, %.600q", answer.Headers["Location"], answer.Body)
			}
			if strings.Contains(answer.Body, "SAMLResponse") != (c.want == http.StatusOK && c.to == "sso") {
				t.Errorf("a response or none at status %d", answer.StatusCode)
			}
		})
	}
	s.sourcesAreTrue()
}

// sourcesAreTrue looks for addresses and IDs that a client claimed to have.
func (s *stage) sourcesAreTrue() {
	s.Helper()
	launches := 0
	for cursor := ""; launches == 0 || cursor != ""; {
		list, next, err := s.store.Events(s.Context(), store.EventFilter{Limit: store.MaxPage, Cursor: cursor})
		s.must(err)
		for _, e := range list {
			if e.Action != idp.ActionLaunch {
				continue
			}
			launches++
			if e.SourceIP != "192.0.2.1" || strings.Contains(e.RequestID, "spoofed") || len(e.UserAgent) > 1024 {
				s.Errorf("a launch from %q, request %q, by an agent of %d bytes", e.SourceIP, e.RequestID, len(e.UserAgent))
			}
		}
		if next == "" {
			break
		}
		cursor = next
	}
	if launches == 0 {
		s.Error("no launch was recorded")
	}
}

// cookie is the cookie of a person who has signed in.
func (s *stage) cookie(email string) *http.Cookie {
	s.Helper()
	u, err := url.Parse(address)
	s.must(err)
	cookies := s.signIn(email).Client.Jar.Cookies(u)
	i := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return c.Name == "__Host-gatepost" })
	if len(cookies) != 2 || i < 0 {
		s.Fatalf("the sign-in leaves %d cookies", len(cookies))
	}
	return cookies[i]
}

// eventOf is the event of a navigation or of a form from a page of our own.
func eventOf(t testing.TB, request, body string, cookie *http.Cookie) events.APIGatewayV2HTTPRequest {
	t.Helper()
	method, target, _ := strings.Cut(request, " ")
	r := httptest.NewRequestWithContext(t.Context(), method, "/", http.NoBody)
	u, err := url.ParseRequestURI(target)
	if err != nil {
		t.Fatal(err)
	}
	r.URL, r.Host = u, domain
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("User-Agent", "Test/1.0")
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	return front.Event(r, []byte(body))
}

// send sends an event past the front.
func (s *stage) send(t *testing.T, to *emulator.Sandbox, event events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPResponse {
	t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	text, err := to.Invoke(t.Context(), payload)
	if err != nil {
		t.Fatal(err)
	}
	var answer events.APIGatewayV2HTTPResponse
	err = json.Unmarshal(text, &answer)
	if err != nil || answer.StatusCode == 0 {
		t.Fatalf("no answer: %.300q", text)
	}
	if answer.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body = string(decoded)
	}
	answer.Body = html.UnescapeString(answer.Body)
	return answer
}

// statusOf is the status of an answer, 0 for what is none.
func statusOf(answer []byte) int {
	var a struct{ StatusCode int }
	err := json.Unmarshal(answer, &a)
	if err != nil {
		return 0
	}
	return a.StatusCode
}

// isError reports whether the runtime says that the function failed.
func isError(answer []byte) bool {
	var a struct{ ErrorType, ErrorMessage string }
	return json.Unmarshal(answer, &a) == nil && a.ErrorType != "" && a.ErrorMessage != ""
}
