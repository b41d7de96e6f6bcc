package signin

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

func mustHash(t *testing.T, h *hasher, password string) string {
	t.Helper()
	stored, err := h.hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func mustVerify(t *testing.T, h *hasher, password, stored string, want bool) {
	t.Helper()
	right, _, err := h.verify(t.Context(), password, stored)
	if err != nil {
		t.Fatal(err)
	}
	if right != want {
		t.Errorf("%q: got %v, want %v", password, right, want)
	}
}

func TestDummyHashCostsWhatACurrentOneCosts(t *testing.T) {
	h, err := parsePHC(dummy)
	if err != nil {
		t.Fatal(err)
	}
	if h.params != current || len(h.salt) != saltLength {
		t.Errorf("the dummy has %+v and a salt of %d bytes", h.params, len(h.salt))
	}
	if current.memory < 19*1024 || current.time < 2 {
		t.Errorf("the parameters %+v are below OWASP's", current)
	}
}

func TestEveryByteOfAPasswordCounts(t *testing.T) {
	h := newHasher()
	at72 := strings.Repeat("a", 72) // where bcrypt stops looking
	stored := mustHash(t, h, at72+"b")
	mustVerify(t, h, at72+"b", stored, true)
	mustVerify(t, h, at72+"c", stored, false)
	mustVerify(t, h, at72, stored, false)
	mustVerify(t, h, at72+"b\x00", stored, false)
	mustVerify(t, h, " "+at72+"b", stored, false)
	mustVerify(t, h, strings.ToUpper(at72+"b"), stored, false)
	long := strings.Repeat("x", maxPassword)
	stored = mustHash(t, h, long)
	mustVerify(t, h, long[:maxPassword-1]+"y", stored, false)
}

func TestOnePasswordHasManyHashes(t *testing.T) {
	h := newHasher()
	if a, b := mustHash(t, h, "a"), mustHash(t, h, "a"); a == b {
		t.Errorf("twice %s", a)
	}
}

func TestPasswordsAreHashedInNFC(t *testing.T) {
	h := newHasher()
	const composed, decomposed = "caf\u00e9 au lait \u1e69", "cafe\u0301 au lait s\u0307\u0323"
	stored := mustHash(t, h, composed)
	mustVerify(t, h, decomposed, stored, true)
	mustVerify(t, h, "cafe au lait s", stored, false)
	// NFKC would make these one.
	mustVerify(t, h, "\ufb01", mustHash(t, h, "fi"), false)
}

func TestVerifyTellsThatAHashIsOutOfDate(t *testing.T) {
	h := newHasher()
	weak := hashed{params{memory: 64, time: 1, threads: 1}, make([]byte, saltLength), nil}
	weak.sum = h.idKey(normal("a"), weak.salt, 1, 64, 1, hashLength)
	right, outdated, err := h.verify(t.Context(), "a", weak.String())
	if !right || !outdated || err != nil {
		t.Errorf("got %v, %v, %v", right, outdated, err)
	}
	_, outdated, err = h.verify(t.Context(), "a", mustHash(t, h, "a"))
	if outdated || err != nil {
		t.Errorf("a current hash: got %v, %v", outdated, err)
	}
	_, _, err = h.verify(t.Context(), "a", "garbage")
	if !errors.Is(err, errPHC) {
		t.Errorf("garbage: got %v", err)
	}
}

func TestFewPasswordsAreHashedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher()
		var running, peak, done atomic.Int32
		h.idKey = func([]byte, []byte, uint32, uint32, uint8, uint32) []byte {
			peak.Store(max(peak.Load(), running.Add(1)))
			time.Sleep(time.Second)
			running.Add(-1)
			return make([]byte, hashLength)
		}
		for range 3 * maxHashing {
			go func() {
				_, err := h.hash(t.Context(), "a")
				if err == nil {
					done.Add(1)
				}
			}()
		}
		synctest.Wait()
		if running.Load() != maxHashing {
			t.Errorf("%d run at once, want %d", running.Load(), maxHashing)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := h.hash(ctx, "a")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a wait that took too long: got %v", err)
		}
		time.Sleep(5 * time.Second)
		if done.Load() != 3*maxHashing || peak.Load() > maxHashing {
			t.Errorf("%d are done, at most %d ran at once", done.Load(), peak.Load())
		}
	})
}
