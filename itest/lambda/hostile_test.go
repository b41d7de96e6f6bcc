package lambda

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/lambda/front"
)

// public are the functions that API Gateway invokes, and a path of each.
var public = map[string]string{"sso": "/sso/aws-a", "portal": "/", "metadata": "/metadata/aws-a"}

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
	sso, portal := s.sandbox["sso"], s.sandbox["portal"]
	form := url.Values{"username": {alice}, "password": {password}}.Encode()
	long := strings.Repeat("x", 4<<20)   // as base64 within Lambda's 6 MB
	longer := strings.Repeat("x", 1<<20) // than what API Gateway takes of a header or an address
	cases := []struct {
		name    string
		to      *emulator.Sandbox
		request string // method and target
		body    string
		change  func(*events.APIGatewayV2HTTPRequest)
		want    int
	}{
		{"a launch, as the control", sso, "GET /sso/aws-a", "", func(*events.APIGatewayV2HTTPRequest) {}, 200},
		{"a context of its own", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) {
			e.Headers["x-golambdaproxy-apigw-context"] = `{"http":{"sourceIp":"203.0.113.66"},"requestId":"spoofed"}`
			e.Headers["x-golambdaproxy-apigw-stagevars"] = `{"a":"b"}`
			e.Headers["x-forwarded-for"] = "203.0.113.66," + e.RequestContext.HTTP.SourceIP
		}, 200},
		{"a role twice, joined by a comma", sso, "GET /sso/aws-a?role=a&role=b", "", func(*events.APIGatewayV2HTTPRequest) {}, 400},
		{"a role with a comma", sso, "GET /sso/aws-a?role=a%2Cb", "", func(*events.APIGatewayV2HTTPRequest) {}, 403},
		{"parameters that the raw query does not have", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) {
			e.QueryStringParameters = map[string]string{"SAMLRequest": "x", "RelayState": "https://evil.example"}
		}, 200},
		{"a fetch mode twice, joined by a comma", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) { e.Headers["sec-fetch-mode"] = "navigate,cors" }, 403},
		{"a site twice, joined by a comma", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) { e.Headers["sec-fetch-site"] = "none,cross-site" }, 403},
		{"two cookies of the name", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) { e.Cookies = append(e.Cookies, e.Cookies[0]+"0") }, 303},
		{"cookies joined by a comma", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) { e.Cookies[0] = "a=1, " + e.Cookies[0] }, 303},
		{"a cookie in a header", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) {
			e.Headers["cookie"], e.Headers["Cookie"], e.Cookies = e.Cookies[0], e.Cookies[0], nil
		}, 303},
		{"ten thousand cookies", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) {
			e.Cookies = append(e.Cookies, strings.Split(strings.Repeat("a=b ", 10_000), " ")...)
		}, 303},
		{"a stage before the path", sso, "GET /prod/sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Stage = "prod" }, 200},
		{"a stage that is not there", sso, "GET /prod/sso/aws-a", "", func(*events.APIGatewayV2HTTPRequest) {}, 404},
		{"a stage alone", portal, "GET /prod", "", func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Stage = "prod" }, 200},
		{"a launch of another's function", portal, "GET /sso/aws-a", "", func(*events.APIGatewayV2HTTPRequest) {}, 404},
		{"an encoded slash", sso, "GET /sso/aws-a%2F", "", func(*events.APIGatewayV2HTTPRequest) {}, 404},
		{"a decoded control character", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "/sso/aws-a\x01" }, 400},
		{"an encoded NUL", sso, "GET /sso/aws-a%00", "", func(*events.APIGatewayV2HTTPRequest) {}, 404},
		{"a host as a path", sso, "GET //evil.example/sso/aws-a", "", func(*events.APIGatewayV2HTTPRequest) {}, 307},
		{"another host", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) {
			e.RequestContext.DomainName, e.Headers["host"], e.Headers["x-forwarded-host"] = "evil.example", "evil.example", "evil.example"
		}, 200},
		{"a form in base64", portal, "POST /signin", form, func(*events.APIGatewayV2HTTPRequest) {}, 303},
		{"a form that is not base64", portal, "POST /signin", form, func(e *events.APIGatewayV2HTTPRequest) { e.Body = "%" }, 400},
		{"a form that says not to be base64", portal, "POST /signin", form, func(e *events.APIGatewayV2HTTPRequest) { e.IsBase64Encoded = false }, 401},
		{"a form to a launch", sso, "POST /sso/aws-a", "a=b", func(*events.APIGatewayV2HTTPRequest) {}, 405},
		{"a form of 4 MiB", portal, "POST /signin", form + "&a=" + long, func(*events.APIGatewayV2HTTPRequest) {}, 400},
		{"a body of 4 MiB to a launch", sso, "GET /sso/aws-a", long, func(*events.APIGatewayV2HTTPRequest) {}, 200},
		{"a header of 1 MiB", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) { e.Headers["user-agent"] = longer }, 200},
		{"a query of 1 MiB", sso, "GET /sso/aws-a?RelayState=" + longer, "", func(*events.APIGatewayV2HTTPRequest) {}, 400},
		{"a path of 1 MiB", sso, "GET /sso/" + longer, "", func(*events.APIGatewayV2HTTPRequest) {}, 404},
		{"a method that is none", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.HTTP.Method = "GET /x HTTP/1.1\r\n" }, 400},
		{"an odd method", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.HTTP.Method = "GETS" }, 405},
		{"no source", sso, "GET /sso/aws-a", "", func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.HTTP.SourceIP = "" }, 400},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			signedIn := cookie
			if c.body == form { // a sign-in would end the session
				signedIn = nil
			}
			event := eventOf(t, c.request, c.body, signedIn)
			c.change(&event)
			answer := s.send(t, c.to, event)
			if answer.StatusCode != c.want {
				t.Errorf("answered %d, want %d: %.300q", answer.StatusCode, c.want, answer.Body)
			}
			if evil := "//evil.example"; strings.Contains(answer.Body+answer.Headers["Location"], evil) {
				t.Errorf("the answer leads elsewhere: %q, %.600q", answer.Headers["Location"], answer.Body)
			}
			if strings.Contains(answer.Body, "SAMLResponse") != (c.want == http.StatusOK && c.to == sso) {
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
	if len(cookies) != 1 {
		s.Fatalf("the sign-in leaves %d cookies", len(cookies))
	}
	return cookies[0]
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
