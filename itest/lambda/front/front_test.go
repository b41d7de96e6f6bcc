package front

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

func TestARequestBecomesTheEventThatAWSDocuments(t *testing.T) {
	cases := []struct {
		name, golden, method, target, kind, body string
		headers                                  []string
	}{
		{
			name: "a page, with cookies and with values that came twice", golden: "page", method: "GET", target: "/sso/aws-a?role=a&role=b%2Cc&RelayState=",
			headers: []string{"Cookie: a=1; b=2", "Cookie: c=3", "Accept-Language: de", "Accept-Language: en;q=0.5", "X-Forwarded-For: 192.0.2.66"},
		},
		{name: "a form goes in base64", golden: "form", method: "POST", target: "/signin", kind: "application/x-www-form-urlencoded", body: "username=a%40b&password=c"},
		{name: "JSON goes as text", golden: "json", method: "POST", target: "/json", kind: "application/json; charset=utf-8", body: `{"a":"ü"}`},
		{name: "a caller whom IAM vouches for", golden: "iam", method: "POST", target: "/iam/token", headers: []string{"Authorization: AWS4-HMAC-SHA256 …"}},
		{name: "a path keeps its encoding", golden: "path", method: "HEAD", target: "/metadata/a%2Fb%20c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), c.method, "https://sso.example.com"+c.target, strings.NewReader(c.body))
			r.Header.Set("User-Agent", "Test/1.0")
			if c.kind != "" {
				r.Header.Set("Content-Type", c.kind)
			}
			for _, line := range c.headers {
				name, value, _ := strings.Cut(line, ": ")
				r.Header.Add(name, value)
			}
			compare(t, filepath.Join("testdata", c.golden+".json"), sent(t, r))
		})
	}
}

// sent is the event that a function gets of a request.
func sent(t *testing.T, r *http.Request) []byte {
	t.Helper()
	var got []byte
	function := func(_ context.Context, event []byte) ([]byte, error) {
		got = event
		return []byte(`{"statusCode":204}`), nil
	}
	f := &Front{
		Routes: map[string]Function{
			"ANY /sso/{proxy+}": function, "ANY /metadata/{proxy+}": function, "POST /signin": function, "POST /iam/token": function, "$default": function,
		},
		Authorizers: map[string]Authorizer{"POST /iam/token": func(*http.Request) *Caller {
			return &Caller{
				AccessKey: "ASIAIOSFODNN7EXAMPLE", AccountID: "111122223333", CallerID: "AROAEXAMPLEID:deploy", UserID: "AROAEXAMPLEID:deploy",
				UserARN: "arn:aws:sts::111122223333:assumed-role/gatepost-owner/deploy",
			}
		}},
		Failed: func(route string, err error) { t.Errorf("%s failed: %v", route, err) },
	}
	f.ServeHTTP(httptest.NewRecorder(), r)
	return got
}

// unsteady is what differs from run to run.
var unsteady = regexp.MustCompile(`"(requestId|time|timeEpoch|x-amzn-trace-id)": [^,\n]*`)

func compare(t *testing.T, golden string, got []byte) {
	t.Helper()
	var indented bytes.Buffer
	err := json.Indent(&indented, got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text := unsteady.ReplaceAllString(indented.String(), `"$1": "…"`) + "\n"
	if *update {
		err = os.WriteFile(golden, []byte(text), 0o600)
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("the event is\n%s\nwant\n%s", text, want)
	}
}

func TestTheMostExactRouteTakesARequest(t *testing.T) {
	f := &Front{Routes: map[string]Function{"ANY /sso/{proxy+}": nil, "POST /signin": nil, "$default": nil}}
	for request, want := range map[string]string{
		"GET /sso/aws-a": "ANY /sso/{proxy+}", "POST /sso/a/b": "ANY /sso/{proxy+}", "GET /sso/": "$default", "GET /sso": "$default",
		"GET /signin": "$default", "POST /signin": "POST /signin", "POST /signin/x": "$default", "GET /ssox": "$default", "GET /": "$default",
	} {
		method, path, _ := strings.Cut(request, " ")
		if got, _ := f.match(method, path); got != want {
			t.Errorf("%s goes to %q, want %q", request, got, want)
		}
	}
}

func TestWhomIAMDoesNotKnowReachesNoFunction(t *testing.T) {
	var asked []string
	function := func(context.Context, []byte) ([]byte, error) {
		asked = append(asked, "function")
		return []byte(`{"statusCode":204}`), nil
	}
	f := &Front{
		Routes: map[string]Function{"POST /iam/token": function, "$default": function},
		Authorizers: map[string]Authorizer{"POST /iam/token": func(*http.Request) *Caller {
			asked = append(asked, "IAM")
			return nil
		}},
		Failed: func(route string, err error) { t.Errorf("%s failed: %v", route, err) },
	}
	for _, c := range []struct {
		method string
		status int
		asked  string
	}{{"POST", 403, "IAM"}, {"GET", 204, "function"}} {
		asked = nil
		w := httptest.NewRecorder()
		f.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), c.method, "/iam/token", http.NoBody))
		if got := strings.Join(asked, " "); w.Code != c.status || got != c.asked {
			t.Errorf("%s is answered %d by %s", c.method, w.Code, got)
		}
	}
}

func TestAnAnswerBecomesHTTP(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		err          error
		status       int
		body         string
		failed       bool
	}{
		{name: "text", answer: `{"statusCode":200,"headers":{"Content-Type":"text/html","Content-Length":"99"},"body":"ü","cookies":["a=1; Secure","b=2"]}`, status: 200, body: "ü"},
		{name: "base64", answer: `{"statusCode":200,"headers":{"Content-Type":"text/html"},"body":"/wA=","isBase64Encoded":true,"cookies":["a=1; Secure","b=2"]}`, status: 200, body: "\xff\x00"},
		{name: "bad base64", answer: `{"statusCode":200,"body":"!","isBase64Encoded":true}`, status: 500, failed: true},
		{name: "no answer", err: errors.New("gone"), status: 500, failed: true},
		{name: "the time limit", answer: `Task timed out after 10.00 seconds`, status: 500, failed: true},
		{name: "an error of the function", answer: `{"errorMessage":"x","errorType":"y"}`, status: 500, failed: true},
		{name: "an impossible status", answer: `{"statusCode":99}`, status: 500, failed: true},
		{name: "too long", answer: `{"statusCode":200,"body":"` + strings.Repeat("x", maxPayload) + `"}`, status: 500, failed: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			failed := false
			f := &Front{
				Routes: map[string]Function{"$default": func(context.Context, []byte) ([]byte, error) { return []byte(c.answer), c.err }},
				Failed: func(string, error) { failed = true },
			}
			w := httptest.NewRecorder()
			f.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
			if w.Code != c.status || failed != c.failed {
				t.Fatalf("status %d, failed %v", w.Code, failed)
			}
			if c.failed {
				return
			}
			if w.Body.String() != c.body || w.Header().Get("Content-Type") != "text/html" || len(w.Header().Values("Set-Cookie")) != 2 {
				t.Errorf("answered %q with %v", w.Body, w.Header())
			}
		})
	}
}

func TestARequestThatIsTooLongIsAnsweredInTheFunctionsPlace(t *testing.T) {
	f := &Front{Routes: map[string]Function{"$default": func(context.Context, []byte) ([]byte, error) { panic("called") }}}
	for _, length := range []int64{maxPayload * 4 / 5, maxBody + 1} { // one is too long as base64 only
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", io.LimitReader(zeros{}, length))
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		if w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%d bytes: status %d", length, w.Code)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
