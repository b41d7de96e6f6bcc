package keystest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/keys"
)

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, keys.Bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func importRefused(t *testing.T, c keys.Custodian) {
	ref, err := c.Import(t.Context(), "aws-a", newKey(t))
	mustBe(t, err, keys.ErrNoImport)
	if ref != "" {
		t.Errorf("a ref, %q, beside the refusal", ref)
	}
}

func importedKeySigns(t *testing.T, c keys.Custodian) {
	key := newKey(t)
	ref, err := c.Import(t.Context(), "aws-a", key)
	if err != nil {
		t.Fatal(err)
	}
	mustSign(t, c, ref, &key.PublicKey)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Import(ctx, "aws-a", key)
	mustBe(t, err, context.Canceled)
	err = c.Delete(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	_, err = sign(t.Context(), c, ref, &key.PublicKey, digestOf("x"))
	mustBe(t, err, keys.ErrNoKey)
}

// nothingPrinted cannot know the private half of a key that the custodian made,
// but a printed one is as long as its modulus: everything printed must be short.
func nothingPrinted(t *testing.T, c keys.Custodian) {
	ref, pub := generate(t, c)
	mustSign(t, c, ref, pub)
	for _, text := range printed(t, c, ref, pub) {
		if len(text) > 1024 {
			t.Errorf("%d bytes are printed, beginning with %q", len(text), text[:200])
		}
	}
}

func importedNotPrinted(t *testing.T, c keys.Custodian) {
	key := newKey(t)
	ref, err := c.Import(t.Context(), "aws-a", key)
	if err != nil {
		t.Fatal(err)
	}
	mustSign(t, c, ref, &key.PublicKey)
	for _, text := range printed(t, c, ref, &key.PublicKey) {
		for _, secret := range []*big.Int{key.D, key.Primes[0], key.Primes[1], key.Precomputed.Dp} {
			if containsNumber(text, secret) {
				t.Errorf("a private number is in %q", text)
			}
		}
	}
}

// printed is what package fmt makes of the custodian, of a signer, and of the
// errors that the calls return.
func printed(t *testing.T, c keys.Custodian, ref string, pub *rsa.PublicKey) []string {
	t.Helper()
	signer, err := c.Signer(t.Context(), ref, pub)
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, errEnded := sign(ended, c, ref, pub, digestOf("x"))
	_, errUnknown := sign(t.Context(), c, ref+"x", pub, digestOf("x"))
	_, errDigest := signer.Sign(rand.Reader, nil, nil)
	var texts []string
	for _, value := range []any{c, signer, errEnded, errUnknown, errDigest} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
			texts = append(texts, fmt.Sprintf(verb, value))
		}
	}
	return texts
}

// containsNumber looks for a stretch of the number's middle, in the ways in
// which numbers and bytes are printed.
func containsNumber(text string, n *big.Int) bool {
	raw := n.Bytes()
	raw = raw[len(raw)/4 : len(raw)/2]
	decimal := n.String()
	decimal = decimal[len(decimal)/4 : len(decimal)/2]
	list := strings.Trim(fmt.Sprint(raw), "[]")
	for _, part := range []string{hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)), decimal, list, base64.StdEncoding.EncodeToString(raw)[:12]} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return strings.Contains(text, string(raw))
}
