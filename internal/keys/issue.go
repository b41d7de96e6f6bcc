package keys

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// Bits is the size of the keys that we make. NIST SP 800-57 part 1 rev. 5,
// table 2, holds 2048 bits good until 2030, and a launch waits for one signature,
// which takes three to four times as long with 3072.
const Bits = 2048

const (
	// certificateYears is how long a certificate of ours is valid. AWS does not
	// look at a certificate's dates (IAM user guide, "Create a SAML identity
	// provider in IAM"), so the end stops no stolen key; it reminds of the
	// rotation, and other verifiers of the response may insist on it.
	certificateYears = 3

	// clockSkew dates a certificate back, for verifiers whose clock is late.
	clockSkew = 5 * time.Minute

	// maxCommonName is ub-common-name of RFC 5280, appendix A.1, in characters.
	maxCommonName = 64
)

// ErrMismatch is returned when a key and a certificate do not belong together,
// or when what a key signs does not verify.
var ErrMismatch = errors.New("the key does not match its certificate")

// Issue makes a self-signed certificate for the signer's RSA key, valid from now
// for three years. It names the connector, may be used for signatures only, is
// no authority, and repeats no extension: IAM refuses metadata whose certificate
// does.
func Issue(signer crypto.Signer, slug string, now time.Time) (*x509.Certificate, error) {
	name := "Gatepost " + slug
	if len(name) > maxCommonName {
		name = slug
	}
	template := &x509.Certificate{
		// Without a serial number, CreateCertificate takes a random one.
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-clockSkew).UTC(),
		NotAfter:              now.AddDate(certificateYears, 0, 0).UTC(),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true, // with IsCA false: "CA:FALSE"
		SignatureAlgorithm:    x509.SHA256WithRSA,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	if err != nil {
		return nil, store.About("issue a certificate for", slug, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, store.About("read the certificate issued for", slug, err)
	}
	return cert, nil
}

// Describe is what the domain knows of a certificate and of the key that the
// custodian calls ref.
func Describe(ref string, cert *x509.Certificate) idp.Certificate {
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return idp.Certificate{
		Ref:         ref,
		DER:         cert.Raw,
		Fingerprint: hex.EncodeToString(sum[:]),
		NotBefore:   cert.NotBefore,
		NotAfter:    cert.NotAfter,
	}
}

// Certificate is the X.509 certificate in c and its RSA key: what a custodian's
// Signer and a verifier of signatures want.
func Certificate(c idp.Certificate) (*x509.Certificate, *rsa.PublicKey, error) {
	cert, err := x509.ParseCertificate(c.DER)
	if err != nil {
		return nil, nil, store.About("stored certificate of key", c.Ref, err)
	}
	pub, isRSA := cert.PublicKey.(*rsa.PublicKey)
	if !isRSA {
		return nil, nil, fmt.Errorf("stored certificate of key %q: %w: not an RSA key", c.Ref, ErrMismatch)
	}
	return cert, pub, nil
}

// CertificatePEM is a certificate's DER as PEM, as people and other programs
// take it.
func CertificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// Check has the signer sign a random digest and verifies that with the
// certificate's key. It returns an error that is [ErrMismatch] when the
// signature does not verify, else what the signer returned.
func Check(signer crypto.Signer, cert *x509.Certificate) error {
	pub, isRSA := cert.PublicKey.(*rsa.PublicKey)
	if !isRSA {
		return fmt.Errorf("%w: not an RSA key", ErrMismatch)
	}
	var digest [sha256.Size]byte
	rand.Read(digest[:])
	signature, err := signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return fmt.Errorf("trial signature: %w", err)
	}
	if rsa.VerifyPKCS1v15(pub, crypto.SHA256, digest[:], signature) != nil {
		return fmt.Errorf("trial signature: %w", ErrMismatch)
	}
	return nil
}
