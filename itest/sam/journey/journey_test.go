package journey_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/gatepost/gatepost/internal/admin"
	appkeys "github.com/gatepost/gatepost/internal/app/keys"
	"github.com/gatepost/gatepost/internal/app/metadata"
	"github.com/gatepost/gatepost/internal/app/portal"
	"github.com/gatepost/gatepost/internal/app/sso"
	"github.com/gatepost/gatepost/internal/app/tables"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys/desk"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/emulator"
)

const (
	person   = "alice@example.com"
	password = "a long enough passphrase"
)

// TestTheFunctionsDoTheirWorkUnderTheirPolicies makes a connector with a key in
// each custody, sets a password by link, signs in, launches, reads metadata, signs
// out, checks the key and deletes it: each step in the function whose it is, with that
// function's environment and permissions and nothing else.
func TestTheFunctionsDoTheirWorkUnderTheirPolicies(t *testing.T) {
	for _, kept := range []idp.Custody{idp.CustodyKMS, idp.CustodySecrets} {
		t.Run(string(kept), func(t *testing.T) {
			s := newStage(t, kept)
			held := s.enterKeys(t)
			link := s.fill(t, desk.NewClient(held, "gatepost-keys"))
			held.clean(t, "dynamodb:BatchGetItem", "dynamodb:PutItem")

			at := s.enter(t, "PortalFunction", "PortalRole", portal.Needs()...)
			cookie := at.throughPortal(t, link)
			s.throughSSO(t, kept, cookie)
			s.throughMetadata(t)

			at = s.enter(t, "PortalFunction", "PortalRole", portal.Needs()...)
			at.signOut(t, cookie)

			held = s.enterKeys(t)
			held.tend(t)
			s.remove(t, desk.NewClient(held, "gatepost-keys"))
			held.clean(t, "dynamodb:DeleteItem")
		})
	}
}

// keysRole is the function keys, as a client of package desk invokes it.
type keysRole struct {
	role
	function appkeys.Function
}

func (s *stage) enterKeys(t *testing.T) keysRole {
	t.Helper()
	at := s.enter(t, "KeysFunction", "KeysRole", appkeys.Needs()...)
	f, err := appkeys.New(at.config, logTo(t))
	if err != nil {
		t.Fatal(err)
	}
	return keysRole{at, f}
}

// Invoke implements [desk.Invoker].
func (k keysRole) Invoke(ctx context.Context, in *lambda.InvokeInput, _ ...func(*lambda.Options)) (*lambda.InvokeOutput, error) {
	answer, err := k.function(ctx, in.Payload)
	return &lambda.InvokeOutput{StatusCode: 200, Payload: answer}, err
}

// fill does what the command line does with the deployer's own permissions, all
// but the key, and returns the link by which the person sets a password.
func (s *stage) fill(t *testing.T, held admin.Keys) string {
	t.Helper()
	ctx, open := t.Context(), s.open()
	a := &admin.Service{Store: open, Keys: held, Passwords: signin.New(open, time.Now), URL: "https://sso.example.com", Now: time.Now}
	var me admin.Actor
	_, err := a.CreateConnector(ctx, me, admin.NewConnector{Connector: idp.Connector{
		Slug: "aws-a", Label: "AWS A", Kind: idp.KindAWS, Shown: true,
		Roles: []idp.Role{{RoleARN: "arn:aws:iam::111122223333:role/SAML-User", ProviderARN: "arn:aws:iam::111122223333:saml-provider/Gatepost"}},
	}})
	failed := []error{err}
	_, err = a.CreateGroup(ctx, me, "SSO-AWS-A", "")
	failed = append(failed, err)
	_, err = a.CreateUser(ctx, me, admin.NewUser{Email: person, Name: "Alice"})
	failed = append(failed, err, a.AddMember(ctx, me, "SSO-AWS-A", person, time.Time{}),
		a.Grant(ctx, me, "aws-a", "SSO-AWS-A"), a.Activate(ctx, me, "aws-a"))
	link, err := a.PasswordLink(ctx, me, person)
	err = errors.Join(append(failed, err)...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(link, "https://sso.example.com")
}

// remove deletes the connector and its key.
func (s *stage) remove(t *testing.T, held admin.Keys) {
	t.Helper()
	a := &admin.Service{Store: s.open(), Keys: held, URL: "https://sso.example.com", Now: time.Now}
	err := a.Deactivate(t.Context(), admin.Actor{}, "aws-a")
	if err == nil {
		err = a.DeleteConnector(t.Context(), admin.Actor{}, "aws-a")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// open is the store without a gate.
func (s *stage) open() *store.Store {
	names := dynamodb.Names{Config: s.nameOf("ConfigTable"), Directory: s.nameOf("DirectoryTable"), Activity: s.nameOf("ActivityTable")}
	return store.New(dynamodb.New(emulator.Client(s.cloud), names, dynamodb.Options{}), time.Now)
}

func (s *stage) nameOf(id string) string {
	name, err := s.stack.Resolve(map[string]any{"Ref": id})
	if err != nil {
		panic(err) // the stage named it
	}
	return name.(string)
}

// throughPortal sets a password, fails to sign in and signs in, and sees a tile.
func (at role) throughPortal(t *testing.T, link string) string {
	t.Helper()
	f, err := portal.New(at.config, logTo(t))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "the password link", at.send(t, f, "GET", link, nil, ""), 200)
	_, token, _ := strings.Cut(link, "token=")
	set := url.Values{"token": {token}, "password": {password}, "repeat": {password}}
	want(t, "a new password", at.send(t, f, "POST", "/password", set, ""), 303)
	wrong := url.Values{"username": {person}, "password": {"not this one"}}
	want(t, "a wrong password", at.send(t, f, "POST", "/signin", wrong, ""), 401)
	right := url.Values{"username": {person}, "password": {password}, "next": {"/"}}
	in := at.send(t, f, "POST", "/signin", right, "")
	if in.StatusCode != 303 && in.StatusCode != 200 { // a page leads on where a redirect would be blocked
		t.Fatalf("sign-in answered %d", in.StatusCode)
	}
	cookie := cookieOf(t, in)
	home := at.send(t, f, "GET", "/", nil, cookie)
	want(t, "the portal", home, 200)
	if !strings.Contains(home.Body, "/sso/aws-a") {
		t.Error("the portal shows no tile")
	}
	at.clean(t, "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem",
		"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
	return cookie
}

func (at role) signOut(t *testing.T, cookie string) {
	t.Helper()
	f, err := portal.New(at.config, logTo(t))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "signing out", at.send(t, f, "POST", "/signout", url.Values{}, cookie), 303)
	want(t, "the portal afterwards", at.send(t, f, "GET", "/", nil, cookie), 303)
	at.clean(t, "dynamodb:DeleteItem")
}

// throughSSO launches the connector. The key signs by the policy that it was made
// with, or from a secret.
func (s *stage) throughSSO(t *testing.T, kept idp.Custody, cookie string) {
	t.Helper()
	at := s.enter(t, "SsoFunction", "SsoRole", sso.Needs()...)
	f, err := sso.New(at.config, logTo(t))
	if err != nil {
		t.Fatal(err)
	}
	launch := at.send(t, f, "GET", "/sso/aws-a", nil, cookie)
	want(t, "a launch", launch, 200)
	if !strings.Contains(launch.Body, "SAMLResponse") {
		t.Error("the launch has no response")
	}
	want(t, "a launch signed out", at.send(t, f, "GET", "/sso/aws-a", nil, ""), 303)
	signing := map[idp.Custody]string{idp.CustodyKMS: "kms:Sign", idp.CustodySecrets: "secretsmanager:GetSecretValue"}
	at.clean(t, "dynamodb:GetItem", "dynamodb:PutItem", signing[kept])
	if at.Seen("dynamodb:BatchGetItem") {
		t.Error("a launch reads items that are no snapshot")
	}
	if got := lastEvent(t.Context(), t, s.open()); got != "connector.launch issuing" {
		t.Errorf("the last event is %q", got)
	}
}

func (s *stage) throughMetadata(t *testing.T) {
	t.Helper()
	at := s.enter(t, "MetadataFunction", "MetadataRole", metadata.Needs()...)
	f, err := metadata.New(at.config, logTo(t))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "metadata", at.send(t, f, "GET", "/metadata/aws-a", nil, ""), 200)
	at.clean(t, "dynamodb:BatchGetItem")
}

// tend checks all keys, deletes one, and makes a setup token twice, the second in
// place of the first.
func (k keysRole) tend(t *testing.T) {
	t.Helper()
	checked := k.ask(t, `{"op":"check"}`)
	if !strings.Contains(checked, `"signs":true`) {
		t.Errorf("the check says %s", checked)
	}
	k.ask(t, `{"op":"setup"}`)
	k.ask(t, `{"op":"setup"}`)
	k.clean(t, "dynamodb:Query", "dynamodb:UpdateItem")
}

func (k keysRole) ask(t *testing.T, request string) string {
	t.Helper()
	answer, err := k.function(t.Context(), json.RawMessage(request))
	if err != nil || strings.Contains(string(answer), `"error"`) {
		t.Fatalf("%s: %s, %v", request, answer, err)
	}
	return string(answer)
}

// TestWhatIsNotTheirsIsDenied sees the gate refuse, so that its silence means
// something.
func TestWhatIsNotTheirsIsDenied(t *testing.T) {
	s := newStage(t, idp.CustodyKMS)
	at := s.enter(t, "MetadataFunction", "MetadataRole", metadata.Needs()...)
	at.config.DirectoryTable, at.config.ActivityTable = s.nameOf("DirectoryTable"), s.nameOf("ActivityTable")
	held := tables.Open(at.config.AWS(), at.config)
	for what, call := range map[string]func() error{
		"reading a person":    func() error { _, err := held.User(t.Context(), "u_1"); return err },
		"listing connectors":  func() error { _, _, err := held.ListConnectors(t.Context(), store.List{}); return err },
		"writing an event":    func() error { return held.PutEvent(t.Context(), idp.Event{Action: idp.ActionLaunch}) },
		"ending all sessions": func() error { return held.RaiseInstanceEpoch(t.Context(), idp.Event{Action: idp.ActionInstanceUpdate}) },
	} {
		before := len(at.Denied())
		err := call()
		if err == nil || len(at.Denied()) == before {
			t.Errorf("%s is not denied: %v", what, err)
		}
	}
}
