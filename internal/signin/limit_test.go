package signin

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

func TestLocksDoubleUpToTheLongest(t *testing.T) {
	want := []time.Duration{0, 0, 0, 0, 0, 30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute}
	for fails, lock := range want {
		if got := lockFor(fails); got != lock {
			t.Errorf("after %d failures: %v, want %v", fails, got, lock)
		}
	}
	if got := lockFor(1 << 40); got != longestLock {
		t.Errorf("after very many failures: %v", got)
	}
}

func TestOneSourceHasOneCounter(t *testing.T) {
	same := [][2]string{
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9"},
		{"192.0.2.1", "::ffff:192.0.2.1"},
		{"fe80::1%eth0", "fe80::2"},
		{"", "garbage"},
	}
	for _, pair := range same {
		if sourceName(pair[0]) != sourceName(pair[1]) {
			t.Errorf("%s and %s are two sources: %s, %s", pair[0], pair[1], sourceName(pair[0]), sourceName(pair[1]))
		}
	}
	different := [][2]string{{"192.0.2.1", "192.0.2.2"}, {"2001:db8:1:2::1", "2001:db8:1:3::1"}, {"", "192.0.2.1"}, {"127.0.0.1", "::1"}}
	for _, pair := range different {
		if sourceName(pair[0]) == sourceName(pair[1]) {
			t.Errorf("%s and %s are one source", pair[0], pair[1])
		}
	}
}

func TestOneAccountHasOneCounterHoweverItIsTyped(t *testing.T) {
	if accountName("Alice@Example.com ") != accountName("alice@example.com") {
		t.Error("two counters for one name")
	}
	if accountName("alice@example.com") == accountName("bob@example.com") {
		t.Error("one counter for two names")
	}
	if len(accountName(strings.Repeat("a", 1<<20))) > 100 {
		t.Error("a long name makes a long key")
	}
}

func TestClosingTheConnectionKeepsNoAttemptOutOfTheRecord(t *testing.T) {
	for _, step := range []string{"UserByEmail", "Epochs", "Credential"} {
		t.Run("after "+step, func(t *testing.T) {
			f := newFixture(t)
			ctx, leave := context.WithCancel(t.Context())
			f.fault.after = func(method string) {
				if method == step {
					leave()
				}
			}
			_, err := f.SignIn(ctx, try(alice, "wrong"))
			if err == nil || ctx.Err() == nil {
				t.Fatalf("got %v", err)
			}
			list := f.events(t, idp.ActionSignIn)
			if len(list) != 1 || list[0].Outcome != idp.OutcomeRefused || list[0].Target != alice {
				t.Errorf("events %+v", list)
			}
		})
	}
}
