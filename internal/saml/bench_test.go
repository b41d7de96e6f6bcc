package saml_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"io"
	"testing"

	"github.com/gatepost/gatepost/internal/saml"
)

// BenchmarkIssue is the whole way of a response; BenchmarkRawSignature is the
// part of it that cannot be had for less.
func BenchmarkIssue(b *testing.B) {
	pair := loadKey(b, "current")
	spec := good()
	b.ReportAllocs()
	for b.Loop() {
		released := issue(b, spec, pair, false)
		_ = released.Base64()
	}
}

func BenchmarkRawSignature(b *testing.B) {
	pair := loadKey(b, "current")
	digest := sha256.Sum256([]byte("Gatepost"))
	for b.Loop() {
		_, err := rsa.SignPKCS1v15(nil, pair.key, crypto.SHA256, digest[:])
		must(b, err)
	}
}

// BenchmarkAround is what Prepare, Sign and Release cost beside the key.
func BenchmarkAround(b *testing.B) {
	pair := loadKey(b, "current")
	spec := good()
	first, err := sign(b, spec, pair, false, pair.key)
	must(b, err)
	_ = first
	canned := &recorder{Signer: pair.key}
	issueWith(b, spec, pair, canned)
	canned.replay = true
	b.ReportAllocs()
	for b.Loop() {
		issueWith(b, spec, pair, canned)
	}
}

func issueWith(b *testing.B, spec saml.Response, pair keyPair, signer crypto.Signer) {
	signed, err := sign(b, spec, pair, false, signer)
	must(b, err)
	released, err := signed.Release()
	must(b, err)
	_ = released.Base64()
}

// recorder is a key whose last signature can be had again for nothing.
type recorder struct {
	crypto.Signer
	last   []byte
	replay bool
}

func (r *recorder) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if r.replay {
		return r.last, nil
	}
	signature, err := r.Signer.Sign(rand, digest, opts)
	r.last = signature
	return signature, err
}
