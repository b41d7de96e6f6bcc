package keys

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"
)

func memorySigner(ctx context.Context, key *rsa.PrivateKey) crypto.Signer {
	return Bind(ctx, &key.PublicKey, func(_ context.Context, digest []byte) ([]byte, error) {
		return rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest)
	})
}

func TestIssuedCertificateIsWhatAWSAndOthersTake(t *testing.T) {
	cert, err := Issue(memorySigner(t.Context(), goodKey()), "aws-a", noon)
	if err != nil {
		t.Fatal(err)
	}
	if cert.Subject.String() != "CN=Gatepost aws-a" || cert.Issuer.String() != cert.Subject.String() {
		t.Errorf("subject %q, issuer %q", cert.Subject, cert.Issuer)
	}
	if want := noon.Add(-5 * time.Minute); !cert.NotBefore.Equal(want) {
		t.Errorf("valid from %v, want %v", cert.NotBefore, want)
	}
	if want := time.Date(2029, 11, 24, 12, 0, 0, 0, time.UTC); !cert.NotAfter.Equal(want) {
		t.Errorf("valid until %v, want %v", cert.NotAfter, want)
	}
	if cert.KeyUsage != x509.KeyUsageDigitalSignature || !cert.BasicConstraintsValid || cert.IsCA || len(cert.ExtKeyUsage) > 0 {
		t.Errorf("key usage %v, basic constraints %v, authority %v, extended %v", cert.KeyUsage, cert.BasicConstraintsValid, cert.IsCA, cert.ExtKeyUsage)
	}
	if cert.SignatureAlgorithm != x509.SHA256WithRSA || cert.SerialNumber.Sign() <= 0 || cert.SerialNumber.BitLen() < 64 {
		t.Errorf("signed with %v, serial number %v", cert.SignatureAlgorithm, cert.SerialNumber)
	}
	seen := map[string]bool{}
	for _, extension := range cert.Extensions {
		if seen[extension.Id.String()] {
			t.Errorf("extension %v is repeated", extension.Id)
		}
		seen[extension.Id.String()] = true
	}
	err = cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature)
	if err != nil {
		t.Error(err)
	}
}

func TestIssuedCertificatePassesOurOwnUploadCheck(t *testing.T) {
	cert, err := Issue(memorySigner(t.Context(), goodKey()), "aws-a", noon)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = ParseUpload([]byte(pkcs8(goodKey())), CertificatePEM(cert.Raw), noon)
	if err != nil {
		t.Error(err)
	}
}

func TestTwoCertificatesHaveTwoSerialNumbers(t *testing.T) {
	signer := memorySigner(t.Context(), goodKey())
	a, b := must(Issue(signer, "aws-a", noon)), must(Issue(signer, "aws-a", noon))
	if a.SerialNumber.Cmp(b.SerialNumber) == 0 {
		t.Errorf("both have %v", a.SerialNumber)
	}
}

func TestCommonNameKeepsWithin64Characters(t *testing.T) {
	signer := memorySigner(t.Context(), goodKey())
	for n, want := range map[int]string{55: "Gatepost " + strings.Repeat("s", 55), 56: strings.Repeat("s", 56), 63: strings.Repeat("s", 63)} {
		cert := must(Issue(signer, strings.Repeat("s", n), noon))
		if cert.Subject.CommonName != want {
			t.Errorf("slug of %d characters: common name %q", n, cert.Subject.CommonName)
		}
	}
}

func TestIssueFailsWithASignerThatFailsOrSignsWrongly(t *testing.T) {
	broken := errors.New("broken")
	failing := Bind(t.Context(), &goodKey().PublicKey, func(context.Context, []byte) ([]byte, error) { return nil, broken })
	_, err := Issue(failing, "aws-a", noon)
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	_, err = Issue(wrongSigner(t.Context()), "aws-a", noon)
	if err == nil {
		t.Error("a certificate with a wrong signature was issued")
	}
}

// wrongSigner says that it has one key and signs with another.
func wrongSigner(ctx context.Context) crypto.Signer {
	return Bind(ctx, &goodKey().PublicKey, func(_ context.Context, digest []byte) ([]byte, error) {
		return rsa.SignPKCS1v15(nil, otherKey(), crypto.SHA256, digest)
	})
}

func TestCheckSeesASignerThatSignsWrongly(t *testing.T) {
	good := memorySigner(t.Context(), goodKey())
	cert := must(Issue(good, "aws-a", noon))
	err := Check(good, cert)
	if err != nil {
		t.Error(err)
	}
	err = Check(wrongSigner(t.Context()), cert)
	if !errors.Is(err, ErrMismatch) {
		t.Errorf("got %v", err)
	}
	err = Check(memorySigner(t.Context(), otherKey()), cert)
	if !errors.Is(err, ErrMismatch) {
		t.Errorf("got %v", err)
	}
}

func TestDescribeAndCertificateAreInverse(t *testing.T) {
	cert := must(Issue(memorySigner(t.Context(), goodKey()), "aws-a", noon))
	described := Describe("ref", cert)
	if described.Ref != "ref" || !described.NotBefore.Equal(cert.NotBefore) || !described.NotAfter.Equal(cert.NotAfter) {
		t.Errorf("got %+v", described)
	}
	other := Describe("ref", must(Issue(memorySigner(t.Context(), goodKey()), "aws-b", noon)))
	if len(described.Fingerprint) != 64 || described.Fingerprint != other.Fingerprint {
		t.Errorf("one key has the fingerprints %s and %s", described.Fingerprint, other.Fingerprint)
	}
	back, pub, err := Certificate(described)
	if err != nil || !back.Equal(cert) || !pub.Equal(&goodKey().PublicKey) {
		t.Errorf("got another certificate or key, %v", err)
	}
	described.DER = described.DER[:20]
	_, _, err = Certificate(described)
	if err == nil {
		t.Error("a damaged certificate was read")
	}
	described.DER = must(pemBytes(certificate(&ecKey().PublicKey, nil)))
	_, _, err = Certificate(described)
	if !errors.Is(err, ErrMismatch) {
		t.Errorf("an EC certificate: got %v", err)
	}
}

func pemBytes(text string) ([]byte, error) {
	decoded, _ := pem.Decode([]byte(text))
	if decoded == nil {
		return nil, errors.New("not PEM")
	}
	return decoded.Bytes, nil
}

func TestCertificatePEMReadsBack(t *testing.T) {
	cert := must(Issue(memorySigner(t.Context(), goodKey()), "aws-a", noon))
	back := must(pemBytes(string(CertificatePEM(cert.Raw))))
	if !bytes.Equal(back, cert.Raw) {
		t.Error("the PEM holds another certificate")
	}
}

func TestBoundSignerHasThePublicHalfItWasGiven(t *testing.T) {
	signer := memorySigner(t.Context(), goodKey())
	if !goodKey().PublicKey.Equal(signer.Public()) {
		t.Error("another public half")
	}
	_, err := signer.Sign(rand.Reader, make([]byte, 32), crypto.SHA256)
	if err != nil {
		t.Error(err)
	}
}
