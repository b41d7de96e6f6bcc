// Package functions_test sends the sample events of the folder events through the
// functions as the runtime would.
package functions_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/gatepost/gatepost/internal/admin"
	adminapp "github.com/gatepost/gatepost/internal/app/admin"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/app/metadata"
	"github.com/gatepost/gatepost/internal/app/portal"
	"github.com/gatepost/gatepost/internal/app/sso"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/web/gateway"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestEvents compares what each event is answered with its golden file, in which
// what differs from run to run is named and not written.
func TestEvents(t *testing.T) {
	files, err := filepath.Glob("../events/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d events, %v", len(files), err)
	}
	stage := newStage(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			answer := stage.send(t, file)
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				err := os.WriteFile(golden, []byte(answer), 0o644)
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if answer != string(want) {
				t.Errorf("answered\n%s\nwant\n%s", answer, want)
			}
		})
	}
}

// stage is the walk-through's installation with people who are signed in, behind
// the functions that are on the internet.
type stage struct {
	functions map[string]gateway.Function
	sessions  map[string]string // by the placeholder in the event
	log       bytes.Buffer
}

const address = "https://sso.example.com"

func newStage(t *testing.T) *stage {
	t.Helper()
	folder, err := installation.OpenFolder(t.Context(), installation.FolderOptions{Path: filepath.Join(t.TempDir(), "data"), URL: address, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := folder.Close()
		if err != nil {
			t.Error(err)
		}
	})
	s := &stage{sessions: map[string]string{}}
	log := slog.New(slog.NewJSONHandler(&s.log, nil))
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	config := environment.Config{URL: u, Contact: "help@example.com", AdminRoles: "owner=arn:aws:iam::111122223333:role/gatepost-prod-owner"}
	s.functions = map[string]gateway.Function{}
	var failed [4]error
	s.functions["sso"], failed[0] = sso.Over(config, folder.Store, folder, log)
	s.functions["portal"], failed[1] = portal.Over(config, folder.Store, log)
	s.functions["metadata"], failed[2] = metadata.Over(config, folder.Store, log)
	s.functions["admin"], failed[3] = adminapp.Over(config, folder.Store, folder.Admin.Keys, log)
	err = errors.Join(failed[:]...)
	if err != nil {
		t.Fatal(err)
	}
	s.fill(t, folder)
	return s
}

func (s *stage) fill(t *testing.T, folder *installation.Installation) {
	t.Helper()
	ctx, a := t.Context(), folder.Admin
	var me admin.Actor
	var failed []error
	try := func(_ any, err error) { failed = append(failed, err) }
	for _, c := range []struct{ slug, role, provider, group string }{
		{"aws-a", "SAML-User", "Gatepost", "SSO-AWS-A"}, {"aws-b", "SAML2-User", "Gatepost2", "SSO-AWS-B"},
	} {
		const iam = "arn:aws:iam::111122223333:"
		try(a.CreateConnector(ctx, me, admin.NewConnector{Connector: idp.Connector{
			Slug: c.slug, Label: strings.ToUpper(c.slug), Shown: true, ConfirmCross: true,
			Roles: []idp.Role{{RoleARN: iam + "role/" + c.role, ProviderARN: iam + "saml-provider/" + c.provider}},
		}}))
		try(a.CreateGroup(ctx, me, c.group, ""))
		try(nil, a.Grant(ctx, me, c.slug, c.group))
		try(nil, a.Activate(ctx, me, c.slug))
	}
	for _, name := range []string{"alice", "bob"} {
		try(a.CreateUser(ctx, me, admin.NewUser{Email: name + "@example.com", Name: strings.ToUpper(name[:1]) + name[1:]}))
		try(nil, a.AddMember(ctx, me, "SSO-AWS-A", name+"@example.com", time.Time{}))
	}
	try(nil, a.AddMember(ctx, me, "SSO-AWS-B", "alice@example.com", time.Time{}))
	try(a.CreateUser(ctx, me, admin.NewUser{Email: "olive@example.com", Name: "Olive", AdminRole: idp.AdminOwner}))
	try(nil, folder.SignIn.SetDemoPassword(ctx, "open sesame", []string{"alice@example.com", "bob@example.com", "olive@example.com"}))
	made, err := a.As(admin.Actor{Role: idp.AdminOwner, Operator: true}).CreateToken(ctx, resource.TokenRequest{Name: "events", Scope: admin.ScopeWrite, User: "olive@example.com"})
	try(nil, err)
	s.sessions["TOKEN_OF_OLIVE"] = made.Secret
	for placeholder, email := range map[string]string{"ALICE": "alice@example.com", "BOB": "bob@example.com", "LEAVER": "bob@example.com", "OLIVE": "olive@example.com"} {
		result, err := folder.SignIn.SignIn(ctx, signin.Attempt{Username: email, Password: "open sesame"})
		try(nil, err)
		s.sessions["SESSION_OF_"+placeholder] = result.Token.Text()
	}
	err = errors.Join(failed...)
	if err != nil {
		t.Fatal(err)
	}
}

// send reads an event strictly, so that a mistyped field is no silent nothing,
// and tells the answer as text.
func (s *stage) send(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for placeholder, token := range s.sessions {
		text = strings.ReplaceAll(text, placeholder, token)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	var event events.APIGatewayV2HTTPRequest
	err = decoder.Decode(&event)
	if err != nil {
		t.Fatal(err)
	}
	function, _, _ := strings.Cut(filepath.Base(file), "-")
	function = strings.TrimSuffix(function, ".json")
	answer, err := s.functions[function](t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	return describe(t, answer)
}

func describe(t *testing.T, answer events.APIGatewayV2HTTPResponse) string {
	t.Helper()
	lines := []string{fmt.Sprintf("status: %d", answer.StatusCode)}
	var headers []string
	for name, value := range answer.Headers {
		if name != "Content-Length" {
			headers = append(headers, name+": "+steady(value))
		}
	}
	slices.Sort(headers)
	lines = append(lines, headers...)
	for _, cookie := range answer.Cookies {
		lines = append(lines, "cookie: "+steady(cookie))
	}
	if title := regexp.MustCompile(`<title>(.*?)</title>`).FindStringSubmatch(answer.Body); title != nil {
		lines = append(lines, "title: "+html.UnescapeString(title[1]))
	}
	for _, link := range regexp.MustCompile(`<a class="tile" href="([^"]*)"`).FindAllStringSubmatch(answer.Body, -1) {
		lines = append(lines, "tile: "+link[1])
	}
	if form := regexp.MustCompile(`<form method="post" action="(https:[^"]*)"`).FindStringSubmatch(answer.Body); form != nil {
		lines = append(lines, "posts to: "+form[1])
	}
	if state := field(answer.Body, "RelayState"); state != "" {
		lines = append(lines, "relay state: "+state)
	}
	if strings.HasPrefix(answer.Body, "<?xml") || strings.HasPrefix(answer.Body, "<md:") {
		lines = append(lines, "metadata:", steady(answer.Body))
	}
	if strings.HasPrefix(answer.Body, "{") {
		lines = append(lines, "json:", steady(strings.TrimSpace(answer.Body)))
	}
	if response := field(answer.Body, "SAMLResponse"); response != "" {
		xml, err := base64.StdEncoding.DecodeString(response)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, "response:", steady(string(saml.Indent(xml))))
	}
	return strings.Join(lines, "\n") + "\n"
}

func field(body, name string) string {
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// steady names what differs from run to run.
func steady(text string) string {
	for _, change := range []struct{ pattern, name string }{
		{`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z`, "TIME"},
		{`gp_[0-9a-f]{64}`, "TOKEN"},
		{`"id":"[0-9a-f]+"`, `"id":"ID"`},
		{`"(fingerprint|created_at|updated_at|name_id)":"[^"]*"`, `"$1":"VALUE"`},
		{`_[a-z2-7]{26}`, "ID"},
		{`>n[a-z2-7]{26}<`, ">NAMEID<"},
		{`<ds:(SignatureValue|X509Certificate|DigestValue)>[^<]*<`, "<ds:$1>VALUE<"},
		{`uID\.sID\.[0-9a-f]{64}`, "TOKEN"},
		{`-device=[0-9a-f]{64}`, "-device=MARK"},
		{`^"[A-Za-z0-9_-]{24}"$`, "ETAG"},
	} {
		text = regexp.MustCompile(change.pattern).ReplaceAllString(text, change.name)
	}
	return text
}

// TestTheLogOfTheEventsHoldsNoSecret looks for what the events carry.
func TestTheLogOfTheEventsHoldsNoSecret(t *testing.T) {
	s := newStage(t)
	files, err := filepath.Glob("../events/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		s.send(t, file)
	}
	log := s.log.String()
	if !strings.Contains(log, `"path":"/sso/aws-a"`) || !strings.Contains(log, "JKJaXmPLvHcESHA=") || !strings.Contains(log, "192.0.2.7") {
		t.Fatal("the log lacks the launches")
	}
	secrets := []string{"open sesame", "open+sesame", "evil.example", "203.0.113.66", "used-up", "PHNhbWxwO"}
	for _, token := range s.sessions {
		secrets = append(secrets, token)
	}
	for _, secret := range secrets {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
