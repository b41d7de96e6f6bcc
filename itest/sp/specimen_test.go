package sp

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/saml"
)

// specimen is a response made by Gatepost's own packages, for what the demo's
// connectors do not show. It is fresh: service providers look at the clock.
type specimen struct {
	connector idp.Connector
	user      idp.User
	key       *rsa.PrivateKey
	signing   *x509.Certificate
	published []*x509.Certificate // of the metadata
}

func newSpecimen(t testing.TB) *specimen {
	t.Helper()
	s := &specimen{
		connector: idp.Connector{
			Slug:      "aws-a",
			Kind:      idp.KindAWS,
			Label:     "AWS A",
			Active:    true,
			EntityID:  "https://sso.example.com/metadata/aws-a",
			Partition: "aws",
			Roles: []idp.Role{{
				RoleARN:     "arn:aws:iam::111122223333:role/SAML-User",
				ProviderARN: "arn:aws:iam::111122223333:saml-provider/Gatepost",
			}},
		},
		user: idp.User{ID: idp.NewID("u"), Email: "alice@example.com", NameID: idp.NewID("n")},
	}
	s.key, s.signing = newKey(t)
	s.published = []*x509.Certificate{s.signing}
	return s
}

func newKey(t testing.TB) (*rsa.PrivateKey, *x509.Certificate) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, keys.Bits)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := keys.Issue(key, "aws-a", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return key, certificate
}

// compose is what a launch of the specimen would state.
func (s *specimen) compose(t testing.TB) saml.Response {
	t.Helper()
	now := time.Now().UTC()
	spec, err := awsfed.Compose(awsfed.Launch{
		Connector:   &s.connector,
		User:        &s.user,
		Session:     &idp.Session{Methods: []idp.Method{idp.MethodPassword}, AuthTime: now.Add(-time.Minute), ExpiresAt: now.Add(time.Hour)},
		Roles:       []idp.OpenRole{{Role: s.connector.Roles[0]}},
		Now:         now,
		ResponseID:  idp.NewID("_"),
		AssertionID: idp.NewID("_"),
		TLS:         true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// sign takes a statement all the way to what the form would carry. AWS's rules
// are not asked: some specimens are beyond them on purpose.
func (s *specimen) sign(t testing.TB, spec saml.Response) string {
	t.Helper()
	options := saml.SigningOptions{Certificate: s.signing, SignResponse: s.connector.SignResponse}
	prepared, err := saml.Prepare(spec, options, func(*saml.Document) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	signed, err := prepared.Sign(s.key)
	if err != nil {
		t.Fatal(err)
	}
	released, err := signed.Release()
	if err != nil {
		t.Fatal(err)
	}
	return released.Base64()
}

// metadata is what the connector publishes.
func (s *specimen) metadata(t testing.TB) string {
	t.Helper()
	certificates := [][]byte{}
	for _, certificate := range s.published {
		certificates = append(certificates, certificate.Raw)
	}
	document, err := saml.Metadata(saml.MetadataSpec{
		EntityID:     s.connector.EntityID,
		Certificates: certificates,
		SSOLocation:  "https://sso.example.com/sso/aws-a",
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(document)
}
