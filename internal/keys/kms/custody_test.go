package kms

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
	"testing"

	"github.com/gatepost/gatepost/internal/keys"
)

func TestTheMemoryOfDeletionsIsBounded(t *testing.T) {
	c := New(nil, Options{})
	last := ""
	for i := range 2*maxDeleted + 1 {
		last = fmt.Sprintf("arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-%012d", i)
		c.remember(last)
	}
	if len(c.deleted) > maxDeleted || !c.isDeleted(last) {
		t.Errorf("%d deletions are remembered, the last one: %t", len(c.deleted), c.isDeleted(last))
	}
}

// An alias can be moved to another key. The custody has no client here: a call of
// KMS would end the test.
func TestOnlyTheARNOfAKeyNamesOne(t *testing.T) {
	const id = "00000000-0000-0000-0000-000000000001"
	c := New(nil, Options{})
	key := &rsa.PublicKey{N: big.NewInt(1), E: 65537}
	for _, ref := range []string{
		"arn:aws:kms:eu-central-1:111122223333:alias/" + id, "arn:aws:kms:eu-central-1:111122223333:alias/gatepost", "alias/gatepost", "alias/" + id,
		id, "arn:aws:kms:eu-central-1:111122223333:key/alias/" + id, "arn:aws:kms:eu-central-1:111122223333:key/" + id + "\n", "",
	} {
		_, err := c.Signer(t.Context(), ref, key)
		if !errors.Is(err, keys.ErrNoKey) {
			t.Errorf("signer for %q: %v, want no key", ref, err)
		}
		err = c.Delete(t.Context(), ref)
		if err != nil {
			t.Errorf("delete %q: %v, want nothing done", ref, err)
		}
		if why := errors.New("why"); c.discard(t.Context(), ref, why) != why {
			t.Errorf("discard %q does more than return why", ref)
		}
		_, err = c.publicKey(t.Context(), ref)
		if !errors.Is(err, keys.ErrUnavailable) {
			t.Errorf("public half of %q: %v, want unavailable", ref, err)
		}
	}
}
