package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// maxHashing is how many passwords are hashed at once in one process: each takes
// 19 MiB, and about twice that until the garbage is collected.
const maxHashing = 4

// maxPassword is the longest password, in bytes as they were sent. All of them
// count: nothing is cut off before hashing.
const maxPassword = 256

// dummy is hashed against when there is no password to compare with, so that a
// stranger's name costs as much as a known one. It has the current parameters;
// no password is known that matches.
const dummy = "$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZXBvc3Qtbm9ib2R5IQ$iNq1BXK6NljYOVJZ1pW1Lc3JZGNnQzlVtEPLvKmuyTs"

// hasher does the work of argon2id, a few at a time.
type hasher struct {
	slots chan struct{}
	idKey func(password, salt []byte, time, memory uint32, threads uint8, length uint32) []byte
}

func newHasher() *hasher {
	return &hasher{slots: make(chan struct{}, maxHashing), idKey: argon2.IDKey}
}

// hash is a new PHC string for the password, with the current parameters and a
// random salt.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	rand.Read(salt)
	sum, err := h.derive(ctx, password, current, salt)
	if err != nil {
		return "", err
	}
	return hashed{current, salt, sum}.String(), nil
}

// verify reports whether the password is the one of the stored PHC string, and
// whether that string has other than the current parameters. The work is the same
// for a right and a wrong password.
func (h *hasher) verify(ctx context.Context, password, stored string) (bool, bool, error) {
	want, err := parsePHC(stored)
	if err != nil {
		return false, false, err
	}
	sum, err := h.derive(ctx, password, want.params, want.salt)
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(sum, want.sum) == 1, want.params != current, nil
}

// derive waits for one of the slots, or until ctx ends.
func (h *hasher) derive(ctx context.Context, password string, p params, salt []byte) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
	defer func() { <-h.slots }()
	return h.idKey(normal(password), salt, p.time, p.memory, p.threads, hashLength), nil
}

// normal is the form in which a password is hashed: NFC, so that an é typed on a
// Mac is the é typed on a phone. Nothing else is changed, not even white space.
func normal(password string) []byte { return norm.NFC.Bytes([]byte(password)) }
