package awsfed_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"flag"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/saml"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

var now = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)

const (
	entityID    = "https://sso.example.com/metadata/aws-a"
	roleARN     = "arn:aws:iam::111122223333:role/SAML-User"
	providerARN = "arn:aws:iam::111122223333:saml-provider/Gatepost"
	prefix      = "https://aws.amazon.com/SAML/Attributes/"
	invalidText = "Your request included an invalid SAML response. To logout, click here."
)

// connector is one with nothing wrong and every kind of rule.
func connector() *idp.Connector {
	return &idp.Connector{
		Slug: "aws-a", Kind: idp.KindAWS, Label: "AWS A", Active: true,
		EntityID:  entityID,
		Partition: "aws",
		Roles:     []idp.Role{{RoleARN: roleARN, ProviderARN: providerARN}},
		Attributes: []idp.AttributeRule{
			{Name: "RoleSessionName", Value: "${user.email}"},
			{Name: "SourceIdentity", Value: "${user.id}"},
			{Name: "PrincipalTag:team", Value: "${user.attributes.team}"},
			{Name: "PrincipalTag:stage", Value: "prod"},
			{Name: "TransitiveTagKeys", Value: "team"},
			{Name: "TransitiveTagKeys", Value: "stage"},
		},
		SessionDuration: 2 * time.Hour,
	}
}

func user() *idp.User {
	return &idp.User{
		ID: "uabcdefgh", Email: "alice@example.com", Name: "Alice Ártemis", Active: true,
		NameID:     "n-7f3k",
		Attributes: map[string]string{"team": "Blå / 7"},
	}
}

// forGood are roles that are open without an end.
func forGood(roles []idp.Role) []idp.OpenRole {
	open := make([]idp.OpenRole, len(roles))
	for i, role := range roles {
		open[i].Role = role
	}
	return open
}

func launch(c *idp.Connector) awsfed.Launch {
	return awsfed.Launch{
		Connector: c,
		User:      user(),
		Session: &idp.Session{
			Methods:   []idp.Method{idp.MethodPassword},
			AuthTime:  now.Add(-10 * time.Minute),
			ExpiresAt: now.Add(8 * time.Hour),
		},
		Roles:       forGood(c.Roles),
		Now:         now,
		ResponseID:  "_response",
		AssertionID: "_assertion",
		TLS:         true,
	}
}

func compose(t testing.TB, l awsfed.Launch) saml.Response {
	t.Helper()
	r, err := awsfed.Compose(l)
	must(t, err)
	return r
}

// pair is a key made for one run of the tests, and its certificate.
type pair struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

var (
	current = sync.OnceValue(func() pair { return newPair(0) })
	other   = sync.OnceValue(func() pair { return newPair(1) })
)

func newPair(n int) pair {
	key := keystest.Key(n)
	cert, err := x509.ParseCertificate(certify(key.Public(), key))
	if err != nil {
		panic(err)
	}
	return pair{key, cert}
}

// certify is the DER of a certificate that has expired, which IAM never minds.
func certify(key crypto.PublicKey, by crypto.Signer, extensions ...pkix.Extension) []byte {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.AddDate(-2, 0, 0), NotAfter: now.AddDate(-1, 0, 0), ExtraExtensions: extensions}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key, by)
	if err != nil {
		panic(err)
	}
	return der
}

// weakKey has so many bits and no private half.
func weakKey(bits uint) *rsa.PublicKey {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 65537}
}

// prepared is the document as a judge sees it before it is signed.
func prepared(t testing.TB, spec saml.Response) *saml.Document {
	t.Helper()
	var doc *saml.Document
	_, err := saml.Prepare(spec, saml.SigningOptions{Certificate: current().cert}, func(d *saml.Document) error {
		doc = d
		return nil
	})
	must(t, err)
	return doc
}

// signed is the document as it is read back after it was signed.
func signed(t testing.TB, spec saml.Response) *saml.Document {
	t.Helper()
	p, err := saml.Prepare(spec, saml.SigningOptions{Certificate: current().cert}, func(*saml.Document) error { return nil })
	must(t, err)
	s, err := p.Sign(current().key)
	must(t, err)
	released, err := s.Release()
	must(t, err)
	doc, err := saml.Read(released.XML())
	must(t, err)
	return doc
}

func metadata() *saml.Descriptor {
	return &saml.Descriptor{EntityID: entityID, Certificates: [][]byte{current().cert.Raw}, Size: 2000}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantProblem fails t unless err is one problem of that field that says why.
func wantProblem(t *testing.T, err error, field, why string) {
	t.Helper()
	var problems idp.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got error %v, want idp.Problems", err)
	}
	if len(problems) != 1 {
		t.Fatalf("got %d problems, want one:\n%v", len(problems), err)
	}
	p := problems[0]
	if p.Field != field || !strings.Contains(p.Error(), why) {
		t.Errorf("got  %v\nwant %s: …%s…", p, field, why)
	}
	if p.Remedy == "" {
		t.Errorf("%v has no remedy", p)
	}
}
