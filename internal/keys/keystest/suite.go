// Package keystest is the suite that every implementation of [keys.Custodian]
// passes: the contract in that interface's comments, one sub-test per promise.
package keystest

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"github.com/gatepost/gatepost/internal/keys"
)

// Options tell what a custody can do.
type Options struct {
	CanImport bool // whether Import takes keys; if not, it must answer keys.ErrNoImport
}

// Run runs the suite. Open returns an empty custodian and arranges for its end
// by t.Cleanup; it is called once for each sub-test.
func Run(t *testing.T, open func(t *testing.T) keys.Custodian, options Options) {
	t.Helper()
	tests := []struct {
		name string
		run  func(t *testing.T, c keys.Custodian)
	}{
		{"a generated key signs what its public half verifies", generatedKeySigns},
		{"the signer of Generate and the one of Signer have one key", signersAgree},
		{"two keys for one slug are two keys", keysDiffer},
		{"a certificate can be issued through the signer", certificateIsIssued},
		{"only a SHA-256 digest is signed, by PKCS #1 v1.5", onlySHA256},
		{"an unknown ref is ErrNoKey", unknownRef},
		{"a ref of another key is ErrNoKey or a signature that does not verify", otherKey},
		{"a deleted key is ErrNoKey, also for a signer made before", deletedKey},
		{"deleting twice is no error", deletedTwice},
		{"deleting one key leaves the others", deleteSpares},
		{"many sign at once", concurrentSigning},
		{"many keys are made and deleted at once", concurrentKeys},
		{"an ended context ends every call", endedContext},
		{"a signer ends with its context", signerEnds},
		{"nothing printed holds a private half", nothingPrinted},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
	if !options.CanImport {
		t.Run("a key from outside is ErrNoImport", func(t *testing.T) { importRefused(t, open(t)) })
		return
	}
	t.Run("an imported key signs what its public half verifies", func(t *testing.T) { importedKeySigns(t, open(t)) })
	t.Run("nothing printed holds an imported private half", func(t *testing.T) { importedNotPrinted(t, open(t)) })
}

func generate(t *testing.T, c keys.Custodian) (string, *rsa.PublicKey) {
	t.Helper()
	ref, signer, err := c.Generate(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	pub, isRSA := signer.Public().(*rsa.PublicKey)
	if !isRSA || ref == "" || len(ref) > 2048 {
		t.Fatalf("ref %q with a public half of type %T", ref, signer.Public())
	}
	return ref, pub
}

// sign asks for the signer and for the signature: either may be the one to say
// that there is no key.
func sign(ctx context.Context, c keys.Custodian, ref string, pub *rsa.PublicKey, digest []byte) ([]byte, error) {
	signer, err := c.Signer(ctx, ref, pub)
	if err != nil {
		return nil, err
	}
	return signer.Sign(rand.Reader, digest, crypto.SHA256)
}

func digestOf(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func verify(pub *rsa.PublicKey, digest, signature []byte) error {
	return rsa.VerifyPKCS1v15(pub, crypto.SHA256, digest, signature)
}

func mustSign(t *testing.T, c keys.Custodian, ref string, pub *rsa.PublicKey) {
	t.Helper()
	digest := digestOf(ref)
	signature, err := sign(t.Context(), c, ref, pub, digest)
	if err != nil {
		t.Fatal(err)
	}
	err = verify(pub, digest, signature)
	if err != nil {
		t.Fatal(err)
	}
}

func mustBe(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func checkSigner(signer crypto.Signer, pub *rsa.PublicKey) error {
	if !pub.Equal(signer.Public()) {
		return errors.New("the signer has another public half")
	}
	digest := digestOf("trial")
	signature, err := signer.Sign(rand.Reader, digest, crypto.SHA256)
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	return verify(pub, digest, signature)
}
