package signin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func TestLocksDoubleUpToTheLongest(t *testing.T) {
	want := []time.Duration{0, 0, 0, 0, 0, 30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute}
	name := limit{after: LockAfter}
	for fails, lock := range want {
		if got := name.lockFor(fails); got != lock {
			t.Errorf("after %d failures: %v, want %v", fails, got, lock)
		}
	}
	if got := name.lockFor(1 << 40); got != longestLock {
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

// A store that is busy for a minute loses no event, and nobody is told that it
// does not answer.
func TestManyFailuresAtOnceAreAllRecordedByABusyStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const attempts = 400
		f := newFixture(t)
		f.fault.before = func(idp.Event) { time.Sleep(time.Minute) } // of the test's own clock
		var wg sync.WaitGroup
		for i := range attempts {
			wg.Go(func() {
				a := try(fmt.Sprintf("nobody%d@example.com", i%100), "wrong")
				a.Client.SourceIP = fmt.Sprintf("198.51.%d.%d", i/200, i%200)
				_, err := f.SignIn(t.Context(), a)
				var limited *Limited
				if !errors.Is(err, ErrWrong) && !errors.As(err, &limited) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		recorded, cursor := 0, ""
		for {
			page, next, err := f.kept.Events(t.Context(), store.EventFilter{Limit: 100, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page {
				if e.Action == idp.ActionSignIn && e.Outcome == idp.OutcomeRefused {
					recorded++
				}
			}
			cursor = next
			if cursor == "" {
				break
			}
		}
		if recorded != attempts {
			t.Errorf("%d of %d are recorded", recorded, attempts)
		}
	})
}

func TestARecordMayTakeLongerThanItsRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, leave := context.WithCancel(t.Context())
		kept, done := afterwards(asked)
		defer done()
		time.Sleep(time.Hour)
		leave()
		time.Sleep(recordTime - time.Nanosecond)
		synctest.Wait()
		if kept.Err() != nil {
			t.Error("it ends with the connection")
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if kept.Err() == nil {
			t.Error("it never ends")
		}
		late, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		kept, done = afterwards(late)
		defer done()
		time.Sleep(time.Second + lastTime)
		synctest.Wait()
		if kept.Err() == nil {
			t.Error("it outlives its function")
		}
	})
}

func TestWhoIsAtTheMachineItselfIsNotLimitedAsASource(t *testing.T) {
	f := newFixture(t)
	here, behind := try(alice, password), try(alice, password)
	here.Client.SourceIP, here.Client.Local = "127.0.0.1", true
	behind.Client.SourceIP = "127.0.0.1" // by a proxy on the machine
	for i := range sourceLimit {
		f.mustSignIn(t, here)
		f.mustBeWrong(t, Attempt{Username: fmt.Sprint("nobody", i), Password: "x", Client: behind.Client})
	}
	f.mustSignIn(t, here)
	f.mustBeLimited(t, behind, time.Minute)
}
