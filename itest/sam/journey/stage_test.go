// Package journey_test runs the functions with the environment that template.yaml
// gives them, against an emulator behind a gate that holds them to the policies of
// their roles: what the deployed functions lack in permissions, these lack.
package journey_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/web/gateway"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/sam/gate"
	"github.com/gatepost/gatepost/itest/sam/template"
	"github.com/gatepost/gatepost/itest/tool"
)

// stage is the stack of the template over one emulator.
type stage struct {
	stack *template.Stack
	cloud string // address of the emulator
	keys  *gate.Keys
}

func newStage(t *testing.T, custody idp.Custody) *stage {
	t.Helper()
	read, err := template.Read(filepath.Join(tool.Root(), "..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	stack, err := read.Stack(map[string]any{"Contact": "help@example.com", "KeyCustody": string(custody)})
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{stack: stack, cloud: emulator.Kumo(t), keys: &gate.Keys{}}
	names := emulator.Tables(t, emulator.Client(s.cloud))
	stack.Call("ConfigTable", names.Config)
	stack.Call("DirectoryTable", names.Directory)
	stack.Call("ActivityTable", names.Activity)
	t.Setenv("AWS_REGION", template.Region)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_SESSION_TOKEN", "")
	return s
}

// role is a function as the template makes it, behind its gate.
type role struct {
	*gate.Gate
	config environment.Config
}

// enter gives this process the environment of a function, and only that, until
// the next one is entered. With the names of variables that the function needs it
// returns its configuration and gate.
func (s *stage) enter(t *testing.T, functionID, roleID string, needs ...string) role {
	t.Helper()
	g, err := gate.New(s.stack, roleID, s.cloud, s.keys)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	s.setEnvironment(t, functionID, server.URL)
	config, err := environment.Read(needs...)
	if err != nil {
		t.Fatalf("%s: the template's environment: %v", functionID, err)
	}
	return role{g, config}
}

// setEnvironment sets what the template sets, and clears what another function
// had.
func (s *stage) setEnvironment(t *testing.T, functionID, endpoint string) {
	t.Helper()
	all, err := s.stack.Resources("AWS::Serverless::Function")
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]string{"AWS_ENDPOINT_URL": endpoint}
	for _, r := range all {
		for name, value := range variablesOf(t, r) {
			if r.ID == functionID {
				own[name] = value
			} else if _, set := own[name]; !set {
				own[name] = ""
			}
		}
	}
	for name, value := range own {
		t.Setenv(name, value)
	}
}

func variablesOf(t *testing.T, r template.Resource) map[string]string {
	t.Helper()
	var e struct{ Variables map[string]any }
	err := template.Into(r.Properties["Environment"], &e)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{} // CloudFormation makes texts of numbers
	for name, value := range e.Variables {
		texts[name] = fmt.Sprint(value)
	}
	return texts
}

// clean fails the test when the gate had to refuse a call, or never saw one of
// those that it was there for.
func (r role) clean(t *testing.T, wanted ...string) {
	t.Helper()
	for _, call := range r.Denied() {
		t.Errorf("denied: %s", call)
	}
	for _, action := range wanted {
		if !r.Seen(action) {
			t.Errorf("never called: %s", action)
		}
	}
}

// send sends a browser's request through a function.
func (r role) send(t *testing.T, f gateway.Function, method, target string, form url.Values, cookie string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	path, query, _ := strings.Cut(target, "?")
	event := events.APIGatewayV2HTTPRequest{RawPath: path, RawQueryString: query, Headers: map[string]string{}}
	event.RequestContext.Stage = "$default"
	event.RequestContext.DomainName = r.config.URL.Host
	event.RequestContext.HTTP.Method = method
	event.RequestContext.HTTP.SourceIP = "192.0.2.1"
	if form != nil {
		event.Body = form.Encode()
		event.Headers["content-type"] = "application/x-www-form-urlencoded"
	}
	if cookie != "" {
		event.Cookies = []string{cookie}
	}
	answer, err := f(t.Context(), event)
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	return answer
}

// want checks the status of an answer.
func want(t *testing.T, what string, a events.APIGatewayV2HTTPResponse, status int) {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s: answered %d, want %d: %s", what, a.StatusCode, status, a.Body)
	}
}

// cookieOf is the cookie of the session that an answer sets, beside the mark of
// the browser.
func cookieOf(t *testing.T, a events.APIGatewayV2HTTPResponse) string {
	t.Helper()
	set := slices.Clone(a.Cookies)
	if a.Headers["Set-Cookie"] != "" {
		set = append(set, a.Headers["Set-Cookie"])
	}
	i := slices.IndexFunc(set, func(one string) bool { return strings.HasPrefix(one, "__Host-gatepost=") })
	if i < 0 {
		t.Fatalf("cookies: %q", set)
	}
	value, _, _ := strings.Cut(set[i], ";")
	return value
}

func logTo(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// lastEvent is the newest event.
func lastEvent(ctx context.Context, t *testing.T, s *store.Store) string {
	t.Helper()
	all, _, err := s.Events(ctx, store.EventFilter{Limit: 1})
	if err != nil || len(all) == 0 {
		t.Fatalf("%d events, %v", len(all), err)
	}
	return string(all[0].Action) + " " + string(all[0].Outcome)
}
