package keystest

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/keys"
)

func generatedKeySigns(t *testing.T, c keys.Custodian) {
	ref, pub := generate(t, c)
	if pub.N.BitLen() != keys.Bits || pub.E != 65537 {
		t.Errorf("made a key of %d bits with exponent %d", pub.N.BitLen(), pub.E)
	}
	mustSign(t, c, ref, pub)
	mustSign(t, c, ref, pub) // from a cache, where there is one
}

func signersAgree(t *testing.T, c keys.Custodian) {
	ref, first, err := c.Generate(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	pub, isRSA := first.Public().(*rsa.PublicKey)
	if !isRSA {
		t.Fatalf("public half of type %T", first.Public())
	}
	second, err := c.Signer(t.Context(), ref, pub)
	if err != nil {
		t.Fatal(err)
	}
	for _, signer := range []crypto.Signer{first, second} {
		err = checkSigner(signer, pub)
		if err != nil {
			t.Error(err)
		}
	}
}

func keysDiffer(t *testing.T, c keys.Custodian) {
	refA, a := generate(t, c)
	refB, b := generate(t, c)
	if refA == refB || a.Equal(b) {
		t.Errorf("refs %q and %q, one key: %v", refA, refB, a.Equal(b))
	}
	mustSign(t, c, refA, a)
	mustSign(t, c, refB, b)
}

func certificateIsIssued(t *testing.T, c keys.Custodian) {
	_, signer, err := c.Generate(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := keys.Issue(signer, "aws-a", time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	err = keys.Check(signer, cert)
	if err != nil {
		t.Error(err)
	}
}

func onlySHA256(t *testing.T, c keys.Custodian) {
	ref, pub := generate(t, c)
	signer, err := c.Signer(t.Context(), ref, pub)
	if err != nil {
		t.Fatal(err)
	}
	digest := digestOf("x")
	long := sha512.Sum512([]byte("x"))
	refused := []struct {
		name   string
		digest []byte
		opts   crypto.SignerOpts
	}{
		{"SHA-1", digest[:20], crypto.SHA1},
		{"SHA-512", long[:], crypto.SHA512},
		{"no hash", digest, crypto.Hash(0)},
		{"no options", digest, nil},
		{"PSS", digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}},
		{"a message instead of a digest", []byte("a message that is longer than 32 bytes"), crypto.SHA256},
		{"a short digest", digest[:31], crypto.SHA256},
		{"no digest", nil, crypto.SHA256},
	}
	for _, test := range refused {
		signature, err := signer.Sign(rand.Reader, test.digest, test.opts)
		if signature != nil {
			t.Errorf("%s was signed", test.name)
		}
		mustBe(t, err, keys.ErrDigest)
	}
}

func concurrentSigning(t *testing.T, c keys.Custodian) {
	ref, pub := generate(t, c)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			digest := digestOf(string(rune('a' + i)))
			signature, err := sign(t.Context(), c, ref, pub, digest)
			if err == nil {
				err = verify(pub, digest, signature)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func endedContext(t *testing.T, c keys.Custodian) {
	ref, pub := generate(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := c.Generate(ctx, "aws-a")
	mustBe(t, err, context.Canceled)
	_, err = sign(ctx, c, ref, pub, digestOf("x"))
	mustBe(t, err, context.Canceled)
	err = c.Delete(ctx, ref)
	mustBe(t, err, context.Canceled)
	mustSign(t, c, ref, pub)
}

func signerEnds(t *testing.T, c keys.Custodian) {
	ref, pub := generate(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	signer, err := c.Signer(ctx, ref, pub)
	if err != nil {
		t.Fatal(err)
	}
	err = checkSigner(signer, pub)
	if err != nil {
		t.Error(err)
	}
	cancel()
	_, err = signer.Sign(rand.Reader, digestOf("x"), crypto.SHA256)
	mustBe(t, err, context.Canceled)
}
