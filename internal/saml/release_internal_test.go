package saml

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// TestReleaseRefusesWhatChangedOnTheWay reaches into the steps, which nobody
// outside can: the self-check must see a change of the tree before signing and of
// the text after it.
func TestReleaseRefusesWhatChangedOnTheWay(t *testing.T) {
	replace := func(from, to string) func(*Signed) {
		return func(s *Signed) {
			if !bytes.Contains(s.text, []byte(from)) {
				t.Fatalf("the text has no %q", from)
			}
			s.text = bytes.Replace(s.text, []byte(from), []byte(to), 1)
		}
	}
	put := func(after string, at int, change func(byte) byte) func(*Signed) {
		return func(s *Signed) {
			at := bytes.Index(s.text, []byte(after)) + len(after) + at
			s.text[at] = change(s.text[at])
		}
	}
	star := func(byte) byte { return '*' }
	for _, test := range []struct {
		name   string
		before func(*Prepared)
		after  func(*Signed)
	}{
		{"the tree's NameID, before signing", func(p *Prepared) {
			p.assertion.el.FindElement(".//NameID").SetText("u-8888")
		}, nil},
		{"an attribute of the tree's assertion, before signing", func(p *Prepared) {
			p.assertion.el.CreateAttr("ID", "_assertion-2")
		}, nil},
		{"a comment in the tree, before signing", func(p *Prepared) {
			p.assertion.el.FindElement(".//NameID").CreateComment("x")
			p.text = bytes.Replace(p.text, []byte("u-7f3k"), []byte("u-7f3k<!--x-->"), 1)
		}, nil},
		{"the certificate, before signing", func(p *Prepared) {
			other := *p.certificate
			other.Raw = bytes.Clone(other.Raw)
			other.Raw[100] ^= 1
			p.certificate = &other
		}, func(s *Signed) {
			restored, err := x509.ParseCertificate(testCertificate(t))
			if err != nil {
				t.Fatal(err)
			}
			s.prepared.certificate = restored
		}},
		{"the NameID", nil, replace("u-7f3k", "u-8888")},
		{"the destination, which the assertion's signature is not over", nil, replace(`Destination="https://signin.aws`, `Destination="https://signin.evl`)},
		{"the status", nil, replace("status:Success", "status:Succ3ss")},
		{"the assertion's ID", nil, replace(`ID="_assertion-1"`, `ID="_assertion-2"`)},
		{"the reference", nil, replace(`URI="#_assertion-1"`, `URI="#_assertion-2"`)},
		{"a transform", nil, replace("#enveloped-signature", "#enveloped-Signature")},
		{"the signature method", nil, replace("#rsa-sha256", "#rsa-sha512")},
		{"the digest", nil, put("<ds:DigestValue>", 0, other)},
		{"the signature's value", nil, put("<ds:SignatureValue>", 0, other)},
		{"the signature's value, to what is not base64", nil, put("<ds:SignatureValue>", 0, star)},
		{"the certificate", nil, put("<ds:X509Certificate>", 100, other)},
		{"a byte too many at the end", nil, func(s *Signed) { s.text = append(s.text, ' ') }},
		{"a byte too few at the end", nil, func(s *Signed) { s.text = s.text[:len(s.text)-1] }},
		{"everything but the start", nil, func(s *Signed) { s.text = s.text[:10] }},
		{"nothing left", nil, func(s *Signed) { s.text = nil }},
	} {
		for _, both := range []bool{false, true} {
			t.Run(test.name, func(t *testing.T) {
				prepared, key := prepareForTest(t, both)
				if test.before != nil {
					test.before(prepared)
				}
				signed, err := prepared.Sign(key)
				if err != nil {
					t.Fatal(err)
				}
				if test.after != nil {
					test.after(signed)
				}
				released, err := signed.Release()
				if released != nil || !errors.Is(err, ErrSignature) {
					t.Errorf("got %v and %v, want ErrSignature", released, err)
				}
			})
		}
	}
}

// other is another character of base64.
func other(b byte) byte {
	if b == 'A' {
		return 'B'
	}
	return 'A'
}

func prepareForTest(t *testing.T, both bool) (*Prepared, *rsa.PrivateKey) {
	t.Helper()
	certificate, err := x509.ParseCertificate(testCertificate(t))
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.ParsePKCS8PrivateKey(testPEM(t, "current.key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	spec := Response{
		ID: "_response-1", AssertionID: "_assertion-1",
		Issuer: "https://sso.example.com/metadata/aws-a", Destination: "https://signin.aws.amazon.com/saml",
		Audiences: []string{"https://signin.aws.amazon.com/saml"},
		NameID:    "u-7f3k", NameIDFormat: NameIDPersistent,
		IssueInstant: at, NotBefore: at, NotOnOrAfter: at.Add(time.Minute),
		AuthnInstant: at, AuthnContext: AuthnUnspecified, SessionIndex: "_s",
		Attributes: []Attribute{{Name: "a", Values: []string{"b"}}},
	}
	prepared, err := Prepare(spec, SigningOptions{Certificate: certificate, SignResponse: both}, func(*Document) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return prepared, key.(*rsa.PrivateKey)
}

func testCertificate(t *testing.T) []byte { return testPEM(t, "current.cert.pem") }

func testPEM(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(content)
	return block.Bytes
}

// TestTheTreeIsBuiltInCanonicalForm is what lets the text be hashed as it is.
func TestTheTreeIsBuiltInCanonicalForm(t *testing.T) {
	prepared, _ := prepareForTest(t, true)
	for _, el := range []*etree.Element{prepared.assertion.el, prepared.response.el} {
		before := serialize(el)
		form, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(el.Copy())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(form, before) {
			t.Errorf("canonical form\n%s\ndiffers from the text\n%s", form, before)
		}
	}
}
