package secrets

import (
	"crypto/rsa"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// clock is a clock that a test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func remember(watch *clock) *memory {
	return &memory{now: watch.now, held: make(map[string]heldKey)}
}

func TestAKeyIsInMemoryForFiveMinutes(t *testing.T) {
	tests := []struct {
		name string
		age  time.Duration
		want bool
	}{
		{"at once", 0, true},
		{"just before five minutes", 5*time.Minute - 1, true},
		{"at five minutes", 5 * time.Minute, false},
		{"after a night in which the sandbox was frozen", 9 * time.Hour, false},
		{"after the clock was set back", -1, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			watch, key := &clock{noon}, &rsa.PrivateKey{}
			m := remember(watch)
			m.put("a", key, m.wall())
			watch.at = noon.Add(test.age)
			got, found := m.get("a")
			if found != test.want || found && got != key {
				t.Errorf("found %t", found)
			}
		})
	}
}

// The monotonic clock stands still while a sandbox is frozen. A time that carries
// its reading prints it.
func TestTheAgeOfAKeyIsThatOfTheWall(t *testing.T) {
	m := memory{now: time.Now}
	if !strings.Contains(m.now().String(), " m=") {
		t.Fatal("the test's own clock has no monotonic reading")
	}
	if at := m.wall(); at.IsZero() || strings.Contains(at.String(), " m=") {
		t.Errorf("a key would be dated %s", at)
	}
}

func TestKeysThatAreTooOldLeaveTheMemory(t *testing.T) {
	watch := &clock{noon}
	m := remember(watch)
	for _, ref := range []string{"a", "b"} {
		m.put(ref, nil, m.wall())
	}
	watch.at = watch.at.Add(maxAge)
	m.get("b")
	if len(m.held) != 0 {
		t.Errorf("%d keys are in memory", len(m.held))
	}
}

func TestAForgottenKeyIsNotInMemory(t *testing.T) {
	m := remember(&clock{noon})
	m.put("a", nil, noon)
	m.put("b", nil, noon)
	m.forget("a")
	if _, found := m.get("a"); found || len(m.held) != 1 {
		t.Errorf("%d keys are in memory", len(m.held))
	}
}

func TestTheMemoryIsBounded(t *testing.T) {
	m := remember(&clock{noon})
	for range 2 * maxHeld {
		ref := idp.NewID("k_")
		m.put(ref, nil, noon)
		if _, found := m.get(ref); !found {
			t.Fatal("the key that was read last is not in memory")
		}
	}
	if len(m.held) != maxHeld {
		t.Errorf("%d keys are in memory", len(m.held))
	}
}
