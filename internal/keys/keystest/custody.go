package keystest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"sync"
	"testing"

	"github.com/gatepost/gatepost/internal/keys"
)

func unknownRef(t *testing.T, c keys.Custodian) {
	ref, pub := generate(t, c)
	last := ref[len(ref)-1:]
	other := "a"
	if last == other {
		other = "b"
	}
	for _, unknown := range []string{
		"", ".", "..", "/", "unknown", "../" + ref, "./" + ref, ref + ".pem", ref + "\x00", ref + "/",
		ref[:len(ref)-1] + other, "/etc/passwd", `..\` + ref,
	} {
		_, err := sign(t.Context(), c, unknown, pub, digestOf("x"))
		if !errors.Is(err, keys.ErrNoKey) {
			t.Errorf("ref %q: got %v, want %v", unknown, err, keys.ErrNoKey)
		}
		err = c.Delete(t.Context(), unknown)
		if err != nil {
			t.Errorf("delete of %q: %v", unknown, err)
		}
	}
	mustSign(t, c, ref, pub)
}

func otherKey(t *testing.T, c keys.Custodian) {
	ref, _ := generate(t, c)
	_, pub := generate(t, c)
	digest := digestOf("x")
	signature, err := sign(t.Context(), c, ref, pub, digest)
	if err != nil {
		mustBe(t, err, keys.ErrNoKey)
		return
	}
	if verify(pub, digest, signature) == nil {
		t.Error("one key signs for another")
	}
}

func deletedKey(t *testing.T, c keys.Custodian) {
	ref, pub := generate(t, c)
	before, err := c.Signer(t.Context(), ref, pub)
	if err != nil {
		t.Fatal(err)
	}
	mustSign(t, c, ref, pub)
	err = c.Delete(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	_, err = before.Sign(rand.Reader, digestOf("x"), crypto.SHA256)
	mustBe(t, err, keys.ErrNoKey)
	_, err = sign(t.Context(), c, ref, pub, digestOf("x"))
	mustBe(t, err, keys.ErrNoKey)
}

func deletedTwice(t *testing.T, c keys.Custodian) {
	ref, _ := generate(t, c)
	for range 2 {
		err := c.Delete(t.Context(), ref)
		if err != nil {
			t.Error(err)
		}
	}
}

func deleteSpares(t *testing.T, c keys.Custodian) {
	ref, pub := generate(t, c)
	gone, _ := generate(t, c)
	err := c.Delete(t.Context(), gone)
	if err != nil {
		t.Fatal(err)
	}
	mustSign(t, c, ref, pub)
}

func concurrentKeys(t *testing.T, c keys.Custodian) {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			ref, signer, err := c.Generate(t.Context(), "aws-a")
			if err != nil {
				t.Error(err)
				return
			}
			pub, isRSA := signer.Public().(*rsa.PublicKey)
			if !isRSA {
				t.Errorf("public half of type %T", signer.Public())
				return
			}
			err = checkSigner(signer, pub)
			if err == nil {
				err = c.Delete(t.Context(), ref)
			}
			if err != nil {
				t.Error(err)
				return
			}
			_, err = sign(t.Context(), c, ref, pub, digestOf("x"))
			mustBe(t, err, keys.ErrNoKey)
		})
	}
	wg.Wait()
}
