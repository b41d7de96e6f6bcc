package gateway

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/gatepost/gatepost/internal/web/reqctx"
)

func event() events.APIGatewayV2HTTPRequest {
	e := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RawPath: "/sso/aws-a", RawQueryString: "role=a&role=b",
		Headers:               map[string]string{"user-agent": "Test/1.0, really", "sec-fetch-mode": "navigate"},
		Cookies:               []string{"a=1", "b=2"},
		QueryStringParameters: map[string]string{"role": "a,b"},
	}
	e.RequestContext.Stage = "$default"
	e.RequestContext.DomainName = "sso.example.com"
	e.RequestContext.RequestID = "JKJaXmPLvHcESHA="
	e.RequestContext.HTTP = events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: "GET", Path: "/sso/aws-a", SourceIP: "192.0.2.7"}
	return e
}

// seen is what the handler saw of a request.
type seen struct {
	*http.Request
	client reqctx.Client
	body   string
}

func send(t *testing.T, e events.APIGatewayV2HTTPRequest) (*seen, events.APIGatewayV2HTTPResponse) {
	t.Helper()
	return sendVia(t, reqctx.Via{}, e)
}

func sendVia(t *testing.T, via reqctx.Via, e events.APIGatewayV2HTTPRequest) (*seen, events.APIGatewayV2HTTPResponse) {
	t.Helper()
	var got *seen
	f := New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = &seen{r, reqctx.From(r.Context()), string(body)}
		http.SetCookie(w, &http.Cookie{Name: "x", Value: "1"})
		http.SetCookie(w, &http.Cookie{Name: "y", Value: "2"})
		w.WriteHeader(http.StatusTeapot)
	}), via)
	answer, err := f(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return got, answer
}

func TestTheEventBecomesTheRequestThatTheBrowserSent(t *testing.T) {
	got, answer := send(t, event())
	if got.Method != "GET" || got.URL.Path != "/sso/aws-a" || got.URL.RawQuery != "role=a&role=b" {
		t.Errorf("%s %s", got.Method, got.URL)
	}
	if got.client != (reqctx.Client{RequestID: "JKJaXmPLvHcESHA=", SourceIP: "192.0.2.7", UserAgent: "Test/1.0, really"}) {
		t.Errorf("client %+v", got.client)
	}
	if cookies := got.Cookies(); len(cookies) != 2 || cookies[1].Value != "2" {
		t.Errorf("cookies %v", cookies)
	}
	if answer.StatusCode != http.StatusTeapot || len(answer.Cookies) != 2 || answer.Headers["X-Request-Id"] != "JKJaXmPLvHcESHA=" {
		t.Errorf("answer %+v", answer)
	}
}

func TestClientsCannotSpeakForTheGateway(t *testing.T) {
	e := event()
	e.Headers["X-GoLambdaProxy-ApiGw-Context"] = `{"accountId":"SPOOFED","http":{"sourceIp":"6.6.6.6"}}`
	e.Headers["x-golambdaproxy-apigw-stagevars"] = `{}`
	e.Headers["X-Forwarded-For"] = "6.6.6.6"
	e.Headers["Cookie"] = "gatepost=planted"
	e.RequestContext.RequestID = "bad\nid"
	got, _ := send(t, e)
	for name := range got.Header {
		if strings.HasPrefix(strings.ToLower(name), ownHeaders) {
			t.Errorf("%s came through", name)
		}
	}
	if got.client.SourceIP != "192.0.2.7" || strings.ContainsAny(got.client.RequestID, "\n ") || len(got.Cookies()) != 2 {
		t.Errorf("client %+v, cookies %v", got.client, got.Cookies())
	}
}

func TestJoinedValuesAreNotRead(t *testing.T) {
	e := event()
	e.RawQueryString = ""
	got, _ := send(t, e)
	if got.URL.RawQuery != "" {
		t.Errorf("the query is %q", got.URL.RawQuery)
	}
}

func TestARequestEndsBeforeTheFunctionDoes(t *testing.T) {
	limit := time.Now().Add(10 * time.Second)
	ctx, cancel := context.WithDeadline(t.Context(), limit)
	defer cancel()
	var end time.Time
	f := New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		end, _ = r.Context().Deadline()
		w.WriteHeader(http.StatusOK)
	}), reqctx.Via{})
	_, err := f(ctx, event())
	if err != nil || !end.Equal(limit.Add(-reserve)) {
		t.Errorf("the request ends at %v, the function at %v; %v", end, limit, err)
	}
}

func TestStageBodyAndEncodings(t *testing.T) {
	cases := []struct {
		name   string
		change func(*events.APIGatewayV2HTTPRequest)
		path   string
		body   string
	}{
		{"a stage before the path", func(e *events.APIGatewayV2HTTPRequest) {
			e.RequestContext.Stage, e.RawPath = "prod", "/prod/sso/aws-a"
		}, "/sso/aws-a", ""},
		{"a stage alone", func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Stage, e.RawPath = "prod", "/prod" }, "/", ""},
		{"a path that begins like the stage", func(e *events.APIGatewayV2HTTPRequest) {
			e.RequestContext.Stage, e.RawPath = "sso", "/ssox"
		}, "/ssox", ""},
		{"a decoded question mark", func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "/sso/aws-a?role=x#y" }, "/sso/aws-a?role=x#y", ""},
		{"an encoded slash", func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "/sso/a%2Fb" }, "/sso/a/b", ""},
		{"a body in base64", func(e *events.APIGatewayV2HTTPRequest) {
			e.RequestContext.HTTP.Method, e.IsBase64Encoded, e.Body = "POST", true, base64.StdEncoding.EncodeToString([]byte("username=a&password=ü"))
		}, "/sso/aws-a", "username=a&password=ü"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := event()
			c.change(&e)
			got, _ := send(t, e)
			if got == nil || got.URL.Path != c.path || got.body != c.body {
				t.Fatalf("got %+v", got)
			}
		})
	}
}

func TestAnEventThatIsNoRequestIsAnswered400(t *testing.T) {
	for name, change := range map[string]func(*events.APIGatewayV2HTTPRequest){
		"nothing":           func(e *events.APIGatewayV2HTTPRequest) { *e = events.APIGatewayV2HTTPRequest{} },
		"no method":         func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.HTTP.Method = "" },
		"a bad method":      func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.HTTP.Method = "GE T" },
		"no source":         func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.HTTP.SourceIP = "" },
		"a bad path":        func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "/%zz" },
		"no path":           func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "" },
		"a path as a host":  func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "@evil.example/" },
		"a control in path": func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "/\x00" },
		"bad base64":        func(e *events.APIGatewayV2HTTPRequest) { e.IsBase64Encoded, e.Body = true, "!" },
	} {
		t.Run(name, func(t *testing.T) {
			e := event()
			change(&e)
			got, answer := send(t, e)
			if got != nil || answer.StatusCode != http.StatusBadRequest {
				t.Fatalf("the handler saw %v; answered %d", got, answer.StatusCode)
			}
		})
	}
}

// FuzzEvent states that no event makes the function fail or answer for the
// gateway.
func FuzzEvent(f *testing.F) {
	f.Add("GET", "/sso/aws-a", "a=b", "body", "prod", false)
	f.Add("POST", "/prod/%2f", "%", "!", "prod", true)
	f.Fuzz(func(t *testing.T, method, path, query, body, stage string, encoded bool) {
		e := event()
		e.RequestContext.HTTP.Method, e.RawPath, e.RawQueryString, e.Body, e.RequestContext.Stage, e.IsBase64Encoded = method, path, query, body, stage, encoded
		answer, err := New(http.NotFoundHandler(), reqctx.Via{})(t.Context(), e)
		if err != nil || (answer.StatusCode != 400 && answer.StatusCode != 404) {
			t.Fatalf("answered %d, %v", answer.StatusCode, err)
		}
	})
}

func TestThePrincipalIsWhomTheGatewayVouchesFor(t *testing.T) {
	const arn = "arn:aws:sts::111122223333:assumed-role/owner/session"
	e := event()
	e.Headers["x-golambdaproxy-apigw-context"] = `{"authorizer":{"iam":{"userArn":"` + arn + `"}}}`
	got, _ := send(t, e)
	if got.client.Principal != "" {
		t.Errorf("a header made it %q", got.client.Principal)
	}
	e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{Lambda: map[string]any{"userArn": arn}}
	got, _ = send(t, e)
	if got.client.Principal != "" {
		t.Errorf("another authorizer made it %q", got.client.Principal)
	}
	e.RequestContext.Authorizer.IAM = &events.APIGatewayV2HTTPRequestContextAuthorizerIAMDescription{UserARN: arn}
	got, _ = send(t, e)
	if got.client.Principal != arn {
		t.Errorf("it is %q", got.client.Principal)
	}
}

func TestWhereARequestComesFromBehindCloudFront(t *testing.T) {
	secret := strings.Repeat("s", 32)
	via := reqctx.Via{Secrets: []string{secret}}
	through := event()
	peer := through.RequestContext.HTTP.SourceIP
	through.Headers["x-gatepost-origin"] = secret
	through.Headers["cloudfront-viewer-address"] = "203.0.113.9:46532"
	through.Headers["x-forwarded-for"] = "198.51.100.1, 203.0.113.9, " + peer
	got, answer := sendVia(t, via, through)
	if answer.StatusCode != http.StatusTeapot || got.client.SourceIP != "203.0.113.9" || got.client.Local {
		t.Errorf("through it: answered %d, seen as %+v", answer.StatusCode, got)
	}
	if got.Header.Get("X-Gatepost-Origin") != "" {
		t.Error("the secret is handed on")
	}
	around := event()
	around.Headers["cloudfront-viewer-address"] = "203.0.113.9:46532"
	got, answer = sendVia(t, via, around)
	if got != nil || answer.StatusCode != http.StatusForbidden || answer.Headers["X-Request-Id"] == "" {
		t.Errorf("around it: answered %+v, seen %v", answer, got)
	}
	got, _ = send(t, through)
	if got.client.SourceIP != peer {
		t.Errorf("where there is none, its headers make the source %s", got.client.SourceIP)
	}
}
