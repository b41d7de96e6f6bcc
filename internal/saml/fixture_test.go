package saml_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/saml"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

var now = time.Date(2026, 3, 14, 9, 26, 53, 589_000_000, time.UTC)

// keyPair is a key made for these tests, and nothing else, with its certificate.
type keyPair struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
	pem  []byte // the certificate
}

func loadKey(t testing.TB, name string) keyPair {
	t.Helper()
	certPEM := readFile(t, name+".cert.pem")
	certBlock, _ := pem.Decode(certPEM)
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	must(t, err)
	keyBlock, _ := pem.Decode(readFile(t, name+".key.pem"))
	key, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	must(t, err)
	return keyPair{key: key.(*rsa.PrivateKey), cert: cert, pem: certPEM}
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	must(t, err)
	return content
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// good is a specification with nothing wrong.
func good() saml.Response {
	return saml.Response{
		ID:           "_response-1",
		AssertionID:  "_assertion-1",
		Issuer:       "https://sso.example.com/metadata/aws-a",
		Destination:  "https://signin.aws.amazon.com/saml",
		Audiences:    []string{"https://signin.aws.amazon.com/saml"},
		NameID:       "u-7f3k",
		NameIDFormat: saml.NameIDPersistent,
		IssueInstant: now,
		NotBefore:    now.Add(-time.Minute),
		NotOnOrAfter: now.Add(5 * time.Minute),
		AuthnInstant: now.Add(-time.Hour),
		AuthnContext: saml.AuthnPasswordProtectedTransport,
		SessionIndex: "_session-1",
		Attributes: []saml.Attribute{
			{Name: "https://aws.amazon.com/SAML/Attributes/Role", Values: []string{"arn:aws:iam::111122223333:role/SAML-User,arn:aws:iam::111122223333:saml-provider/Gatepost"}},
			{Name: "https://aws.amazon.com/SAML/Attributes/RoleSessionName", Values: []string{"alice@example.com"}},
			{Name: "https://aws.amazon.com/SAML/Attributes/SessionDuration", Values: []string{"3600"}},
		},
	}
}

func accept(*saml.Document) error { return nil }

// issue takes spec all the way with a key and its certificate.
func issue(t testing.TB, spec saml.Response, pair keyPair, both bool) *saml.Released {
	t.Helper()
	signed, err := sign(t, spec, pair, both, pair.key)
	must(t, err)
	released, err := signed.Release()
	must(t, err)
	return released
}

func sign(t testing.TB, spec saml.Response, pair keyPair, both bool, signer crypto.Signer) (*saml.Signed, error) {
	t.Helper()
	prepared, err := saml.Prepare(spec, saml.SigningOptions{Certificate: pair.cert, SignResponse: both}, accept)
	must(t, err)
	return prepared.Sign(signer)
}

// golden compares got with a file of testdata, byte for byte.
func golden(t testing.TB, name string, got []byte) {
	t.Helper()
	if *update {
		must(t, os.WriteFile(filepath.Join("testdata", name), got, 0o600))
	}
	if want := readFile(t, name); !bytes.Equal(got, want) {
		t.Errorf("%s differs:\n got %s\nwant %s", name, got, want)
	}
}
