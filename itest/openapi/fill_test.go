package openapi_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
)

// holder is somebody who makes requests with a token.
type holder struct {
	email string
	role  idp.AdminRole
	scope string
}

// holders are the callers that have a token. There is one owner, so that it is easy
// to try to take the last one away.
func holders() map[string]holder {
	return map[string]holder{
		"owner":           {"owner@example.com", idp.AdminOwner, admin.ScopeWrite},
		"connector-admin": {"connectors@example.com", idp.AdminConnectors, admin.ScopeWrite},
		"helpdesk":        {"helpdesk@example.com", idp.AdminHelpdesk, admin.ScopeWrite},
		"viewer":          {"viewer@example.com", idp.AdminViewer, admin.ScopeWrite},
		"reader":          {"owner@example.com", idp.AdminOwner, admin.ScopeRead},
	}
}

// browsers are the callers that have a session: an owner, and a person who is no
// administrator.
func browsers() map[string]string {
	return map[string]string{"browser": "owner@example.com", "person": "alice@example.com"}
}

// password is one that a person of the world has.
const password = "correct-horse-battery-staple"

// fill makes what is in the world at its beginning.
func (w *world) fill() {
	as := w.site.Admin.As(operator)
	for _, name := range []string{"SSO-AWS-A", "SSO-AWS-B", "staff"} {
		_, err := as.CreateGroup(w.Context(), resource.Group{Name: name, Description: "Group " + name})
		w.must(err)
	}
	for email, groups := range map[string][]resource.Membership{
		"alice@example.com": {{Name: "SSO-AWS-A"}, {Name: "SSO-AWS-B"}}, "bob@example.com": {{Name: "SSO-AWS-A"}, {Name: "staff"}}, "carol@example.com": nil,
	} {
		_, err := as.CreateUser(w.Context(), resource.User{Email: email, Name: "A Person", Groups: groups, Attributes: map[string]string{"team": "blue"}})
		w.must(err)
	}
	w.must(w.site.Admin.SetPassword(w.Context(), operator, "alice@example.com", password))
	w.fillConnectors(as)
	w.secrets[password] = "a password"
	w.secrets["$argon2"] = "a password's hash"
	w.words["{private-key}"], w.words["{certificate}"] = keyPair(w)
	w.words["{viewer-token}"] = w.heal()["viewer"]
	w.words["{spare-token}"] = w.token("owner@example.com", admin.ScopeRead).ID
}

func (w *world) fillConnectors(as *admin.Administrator) {
	const account = "arn:aws:iam::111122223333:"
	for _, c := range []resource.Connector{
		{Slug: "aws-a", Label: "AWS A", Groups: []string{"SSO-AWS-A"}, Roles: []resource.Role{{RoleARN: account + "role/SAML-User", ProviderARN: account + "saml-provider/Gatepost"}}},
		{Slug: "aws-b", Label: "AWS B", Groups: []string{"SSO-AWS-B"}, Roles: []resource.Role{{RoleARN: account + "role/SAML2-User", ProviderARN: account + "saml-provider/Gatepost2"}}},
		{Slug: "bare", Label: "Without a key", Key: &resource.Key{Source: "uploaded"}},
		{Slug: "wiki", Label: "Wiki", Kind: "bookmark", URL: "https://wiki.example.com", Groups: []string{"SSO-AWS-A"}},
	} {
		_, err := as.CreateConnector(w.Context(), c)
		w.must(err)
	}
	w.must(as.ActivateConnector(w.Context(), "aws-a"))
	w.must(as.ActivateConnector(w.Context(), "wiki"))
	w.must(as.PutImage(w.Context(), "aws-a", []byte(onePixel)))
}

// token makes a token. It is used once, so that a later use is not written.
func (w *world) token(email, scope string) resource.NewToken {
	made, err := w.site.Admin.As(operator).CreateToken(w.Context(), resource.TokenRequest{Name: "test", Scope: scope, User: email, Lifetime: "12h"})
	w.must(err)
	w.secrets[made.Secret] = "a token"
	_, err = w.site.Admin.ByToken(w.Context(), made.Secret, admin.Actor{})
	w.must(err)
	return made
}

// session signs a person in.
func (w *world) session(email string) string {
	u, err := w.site.Admin.User(w.Context(), email)
	w.must(err)
	epochs, err := w.site.Store.Epochs(w.Context(), u.ID)
	w.must(err)
	token := session.NewToken(u.ID)
	w.must(w.site.Store.PutSession(w.Context(), &idp.Session{
		ID: token.ID, Hash: token.Hash(), UserID: u.ID, Methods: []idp.Method{idp.MethodPassword}, AuthTime: w.now, LastSeen: w.now, ExpiresAt: w.now.Add(idp.SessionLifetime),
		InstanceEpoch: epochs.Instance, UserEpoch: epochs.User, SourceIP: "192.0.2.7", UserAgent: "a browser",
	}, idp.Event{ID: idp.NewID("e"), At: w.now, Action: idp.ActionSignIn, Outcome: idp.OutcomeDone, ActorID: u.ID, Actor: email}))
	base, err := url.Parse(address)
	w.must(err)
	text := token.Text()
	secret := text[strings.LastIndexByte(text, '.')+1:]
	w.secrets[secret] = "a session"
	return session.CookieFor(base).Name() + "=" + token.Text()
}

// keyPair is a private key and its certificate that can be uploaded.
func keyPair(t tester) (privateKey, certificate string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	subject := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "uploaded"}, NotBefore: begin.Add(-time.Hour), NotAfter: begin.AddDate(2, 0, 0),
	}
	issued, err := x509.CreateCertificate(rand.Reader, subject, subject, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	armour := func(kind string, data []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
	}
	return armour("PRIVATE KEY", secret), armour("CERTIFICATE", issued)
}
