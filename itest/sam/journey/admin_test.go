package journey_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/tables"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/desk"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/itest/sam/gate"
)

// adminRole is the use cases of administrators in the function admin: with its
// tables and its permissions, and with keys a call away.
type adminRole struct {
	role
	*admin.Service
}

// enterAdmin makes a setup token, as a deployer does, and enters admin, which
// invokes the same function.
func (s *stage) enterAdmin(t *testing.T) (adminRole, string) {
	t.Helper()
	held := s.enterKeys(t)
	var setup struct{ Link string }
	err := json.Unmarshal([]byte(held.ask(t, `{"op":"setup"}`)), &setup)
	if err != nil {
		t.Fatal(err)
	}
	at := s.enter(t, "AdminFunction", "AdminRole",
		environment.URL, environment.ConfigTable, environment.DirectoryTable, environment.ActivityTable, environment.KeysFunction)
	at.Answer(at.config.KeysFunction, gate.Function(held.function))
	open := tables.Open(at.config.AWS(), at.config)
	invoker := lambda.NewFromConfig(at.config.AWS(), func(o *lambda.Options) { o.BaseEndpoint = environment.Endpoint("lambda") })
	service := &admin.Service{
		Store: open, Keys: desk.NewClient(invoker, at.config.KeysFunction), Passwords: signin.New(open, time.Now),
		URL: at.config.URL.String(), Now: time.Now,
	}
	return adminRole{at, service}, setup.Link
}

const owner = "owner@example.com"

// begin makes the first owner, as /setup does, and returns the service in their
// hands.
func (r adminRole) begin(t *testing.T, setup string) *admin.Administrator {
	t.Helper()
	link, err := url.Parse(setup)
	if err != nil {
		t.Fatal(err)
	}
	token := link.Query().Get("token")
	from := admin.Actor{SourceIP: "192.0.2.1"}
	err = r.SetupOpen(t.Context(), token)
	if err == nil {
		_, err = r.Setup(t.Context(), from, token, admin.NewUser{Email: owner, Name: "Olive"})
	}
	if err != nil {
		t.Fatalf("/setup: %v", err)
	}
	u, err := r.User(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	from.Name, from.ID, from.Role = u.Email, u.ID, idp.AdminOwner
	return r.As(from)
}

// TestAnAdministratorComesInUnderThePolicy goes through the three ways in: a
// token, a token for a principal of AWS, and a session that the portal made.
func TestAnAdministratorComesInUnderThePolicy(t *testing.T) {
	s := newStage(t, idp.CustodyKMS)
	at, setup := s.enterAdmin(t)
	first := at.begin(t, setup)
	made, err := first.CreateToken(t.Context(), tokenRequest)
	if err != nil {
		t.Fatal(err)
	}
	given, err := at.PrincipalToken(t.Context(), "arn:aws:sts::111122223333:assumed-role/gatepost-viewer/x", idp.AdminViewer, admin.Actor{})
	if err != nil {
		t.Fatal(err)
	}
	for bearer, want := range map[string]idp.AdminRole{made.Secret: idp.AdminOwner, given.Secret: idp.AdminViewer} {
		a, err := at.ByToken(t.Context(), bearer, admin.Actor{})
		if err != nil || a.Role != want {
			t.Errorf("a token makes %q, %v", a.Role, err)
		}
	}
	a, err := at.BySession(t.Context(), s.signedIn(t, first.Who().ID), admin.Actor{})
	if err != nil || a.Role != idp.AdminOwner {
		t.Errorf("a session makes %q, %v", a.Role, err)
	}
	at.clean(t, "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem")
}

// signedIn is a session of a person, made as the portal makes it.
func (s *stage) signedIn(t *testing.T, userID string) session.Token {
	t.Helper()
	token, now := session.NewToken(userID), time.Now()
	epochs, err := s.open().Epochs(t.Context(), userID)
	if err == nil {
		err = s.open().PutSession(t.Context(), &idp.Session{
			ID: token.ID, UserID: userID, Hash: token.Hash(), Methods: []idp.Method{idp.MethodPassword}, AuthTime: now, LastSeen: now,
			ExpiresAt: now.Add(time.Hour), InstanceEpoch: epochs.Instance, UserEpoch: epochs.User,
		}, idp.Event{Action: idp.ActionSignIn})
	}
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// uploadable is a private key with its certificate.
func uploadable(t *testing.T, slug string) (privateKey, certificate []byte) {
	t.Helper()
	signer, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := keys.Issue(signer, slug, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(signer)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issued.Raw})
}

// TestAdminCannotWriteWhatItMayNot sees the gate refuse what the policy denies:
// making a session, a password, a key.
func TestAdminCannotWriteWhatItMayNot(t *testing.T) {
	s := newStage(t, idp.CustodyKMS)
	at, setup := s.enterAdmin(t)
	id := at.begin(t, setup).Who().ID
	for what, call := range map[string]func() error{
		"making a session": func() error {
			return at.Store.PutSession(t.Context(), &idp.Session{ID: "ab", UserID: id, Hash: "ab"}, idp.Event{})
		},
		"setting a password": func() error { return at.Store.SetCredential(t.Context(), id, "hash", idp.Event{}) },
		"reading a password": func() error { _, err := at.Store.Credential(t.Context(), id); return err },
		"reading a link":     func() error { _, err := at.Store.Link(t.Context(), "ab"); return err },
		"writing a key":      func() error { return at.Store.PutKey(t.Context(), &idp.Key{Slug: "aws-a"}, idp.Event{}) },
		"making a setup":     func() error { return at.Store.PutSetup(t.Context(), "ab", time.Now().Add(time.Hour), idp.Event{}) },
	} {
		before := len(at.Denied())
		err := call()
		if err == nil || len(at.Denied()) == before {
			t.Errorf("%s is not denied: %v", what, err)
		}
	}
	_, err := lambda.NewFromConfig(at.config.AWS(), func(o *lambda.Options) { o.BaseEndpoint = environment.Endpoint("lambda") }).
		Invoke(t.Context(), &lambda.InvokeInput{FunctionName: new("gatepost-sso")})
	if err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("admin may invoke sso: %v", err)
	}
}
