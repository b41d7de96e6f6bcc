package signin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

func TestTheRightPasswordStartsASession(t *testing.T) {
	f := newFixture(t)
	r := f.mustSignIn(t, try(" Alice@Example.COM ", password))
	now := f.clock.Now()
	s := r.Session
	if r.User.Email != alice || s.UserID != r.User.ID || r.Token.UserID != r.User.ID || s.Hash != r.Token.Hash() {
		t.Errorf("got %+v", r)
	}
	if !s.AuthTime.Equal(now) || !s.LastSeen.Equal(now) || !s.ExpiresAt.Equal(now.Add(12*time.Hour)) || !slices.Equal(s.Methods, []idp.Method{"pwd"}) {
		t.Errorf("got %+v", s)
	}
	if s.SourceIP != "192.0.2.1" || s.UserAgent != "test" {
		t.Errorf("got %+v", s)
	}
	if reason := f.reason(t, r); reason != idp.Granted {
		t.Errorf("the session opens nothing: %s", reason)
	}
	e := f.events(t, idp.ActionSignIn)
	if len(e) != 1 || e[0].Outcome != idp.OutcomeDone || e[0].Actor != alice || e[0].ActorID != r.User.ID || e[0].RequestID != "r1" || e[0].SourceIP != "192.0.2.1" {
		t.Errorf("events %+v", e)
	}
	if again := f.mustSignIn(t, try(alice, password)); again.Token == r.Token {
		t.Error("two sign-ins have one token")
	}
}

func TestASessionOfAnUnknownSecretOpensNothing(t *testing.T) {
	f := newFixture(t)
	r := f.mustSignIn(t, try(alice, password))
	r.Token = session.NewToken(r.User.ID)
	if f.reason(t, r) != idp.NoSession {
		t.Error("a made-up token opens a session")
	}
}

func TestEveryRefusalHasTheSameAnswerAndTheSameWork(t *testing.T) {
	tests := []struct {
		name, username, password string
		reason, actor            string // of the event alone
	}{
		{"a wrong password", alice, "wrong", "wrong password", alice},
		{"no password typed", alice, "", "wrong password", alice},
		{"a password cut by one", alice, password[:len(password)-1], "wrong password", alice},
		{"a password longer than 256 bytes", alice, strings.Repeat("x", 1<<16), "wrong password", alice},
		{"nobody of that name", "nobody@example.com", password, "no such person", "nobody@example.com"},
		{"a suspended person", suspended, password, "suspended", suspended},
		{"a suspended person and a wrong password", suspended, "wrong", "wrong password", suspended},
		{"a person without a password", without, password, "no password is set", without},
		{"a person without a password, and none typed", without, "", "no password is set", without},
		{"no name", "", password, "no such person", ""},
		{"a password typed as the name", password, "", "no such person", ""},
		{"a name that is no text", "\xff\x00", password, "no such person", ""},
		{"the ID that stands for nobody", nobody, password, "no such person", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t)
			f.costs.Clear()
			f.mustBeWrong(t, try(test.username, test.password))
			if f.runs.Load() != 1 || f.bytes.Load() > maxPassword {
				t.Errorf("argon2id ran %d times, on up to %d bytes", f.runs.Load(), f.bytes.Load())
			}
			f.costs.Range(func(key, _ any) bool {
				if key != current {
					t.Errorf("argon2id ran with %+v", key)
				}
				return true
			})
			e := f.events(t, idp.ActionSignIn)
			if len(e) != 1 || e[0].Outcome != idp.OutcomeRefused || e[0].Reason != test.reason || e[0].Actor != test.actor {
				t.Errorf("events %+v", e)
			}
		})
	}
}

func TestTheSameReadsAreMadeForEveryName(t *testing.T) {
	var want []string
	for _, name := range []string{alice, suspended, without, "nobody@example.com", ""} {
		f := newFixture(t)
		var got []string
		f.fault.after = func(method string) { got = append(got, method) }
		a := try(name, "wrong")
		a.Device = session.NewDevice()
		f.mustBeWrong(t, a)
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) || len(got) < 5 {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestARehashComesWithTheNextSignInWhenTheParametersChanged(t *testing.T) {
	weak := func(f *fixture) string {
		h := hashed{params{memory: 64, time: 1, threads: 1}, make([]byte, saltLength), nil}
		h.sum = f.hasher.idKey(normal(password), h.salt, 1, 64, 1, hashLength)
		return h.String()
	}
	tests := []struct {
		name    string
		fault   error
		rehash  bool
		attempt Attempt
	}{
		{"the right password", nil, true, try(alice, password)},
		{"a wrong password", nil, false, try(alice, "wrong")},
		{"a store that fails to take it", store.ErrUnavailable, false, try(alice, password)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t)
			old := weak(f)
			id := f.user(t, alice).ID
			err := f.kept.SetCredential(t.Context(), id, old, idp.Event{Action: idp.ActionPasswordSet})
			if err != nil {
				t.Fatal(err)
			}
			if test.fault != nil {
				f.fault.method, f.fault.err = "RehashCredential", test.fault
			}
			r, err := f.SignIn(t.Context(), test.attempt)
			if (err == nil) != (test.attempt.Password == password) {
				t.Fatalf("got %v", err)
			}
			if err == nil && f.reason(t, r) != idp.Granted {
				t.Error("the session ended with the rehash")
			}
			stored, err := f.kept.Credential(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			h, err := parsePHC(stored.Password)
			if err != nil || (h.params == current) != test.rehash || (stored.Password == old) == test.rehash {
				t.Errorf("stored is %s, %v", stored.Password, err)
			}
			f.fault.method = ""
			f.mustSignIn(t, try(alice, password))
		})
	}
}

func TestAPasswordChangedMeanwhileEndsTheSessionOfTheOldOne(t *testing.T) {
	for _, step := range []string{"UserByEmail", "Epochs", "Credential"} {
		t.Run("after "+step, func(t *testing.T) {
			f := newFixture(t)
			f.fault.after = func(method string) {
				if method == step {
					f.fault.after = nil
					f.mustSetPassword(t, alice, "another password altogether")
				}
			}
			r, err := f.SignIn(t.Context(), try(alice, password))
			if err == nil && f.reason(t, r) == idp.Granted {
				t.Error("the old password's session lives")
			}
			f.fault.after = nil
			f.mustSignIn(t, try(alice, "another password altogether"))
		})
	}
}

func TestAFailingStoreSignsNobodyIn(t *testing.T) {
	broken := fmt.Errorf("disk: %w", store.ErrUnavailable)
	for _, method := range []string{"Reserve", "Attempts", "PutAttempts", "UserByEmail", "Epochs", "Credential", "KnowsDevice", "ClearAttempts", "SignedIn", "DeleteSession", "PutSession"} {
		t.Run(method, func(t *testing.T) {
			f := newFixture(t)
			a := try(alice, password)
			a.Device = session.NewDevice()
			a.Previous = f.mustSignIn(t, a).Token
			before := len(f.events(t, idp.ActionSignIn))
			f.fault.method, f.fault.err = method, broken
			r, err := f.SignIn(t.Context(), a)
			if !errors.Is(err, store.ErrUnavailable) || errors.Is(err, ErrWrong) || r.User != nil {
				t.Errorf("got %v, %v", r, err)
			}
			if after := len(f.events(t, idp.ActionSignIn)); after != before {
				t.Errorf("%d events of a sign-in that was none", after-before)
			}
		})
	}
	t.Run("PutEvent of a refusal", func(t *testing.T) {
		f := newFixture(t)
		f.fault.method, f.fault.err = "PutEvent", broken
		_, err := f.SignIn(t.Context(), try(alice, "wrong"))
		if !errors.Is(err, store.ErrUnavailable) || errors.Is(err, ErrWrong) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a stored hash that is damaged", func(t *testing.T) {
		f := newFixture(t)
		err := f.kept.SetCredential(t.Context(), f.user(t, alice).ID, "damaged", idp.Event{Action: idp.ActionPasswordSet})
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.SignIn(t.Context(), try(alice, "damaged"))
		if !errors.Is(err, errPHC) || errors.Is(err, ErrWrong) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAnAttemptThatIsGivenUpSignsNobodyIn(t *testing.T) {
	f := newFixture(t)
	for range maxHashing {
		f.hasher.slots <- struct{}{} // all are busy
	}
	ctx, cancel := context.WithCancel(t.Context())
	f.fault.after = func(method string) {
		if method == "Credential" {
			cancel()
		}
	}
	_, err := f.SignIn(ctx, try(alice, password))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTheBrowsersPreviousSessionEnds(t *testing.T) {
	f := newFixture(t)
	old := f.mustSignIn(t, try(alice, password))
	other := f.mustSignIn(t, try(alice, password))
	a := try(alice, password)
	a.Previous = old.Token
	r := f.mustSignIn(t, a)
	if f.reason(t, old) != idp.NoSession || f.reason(t, other) != idp.Granted || f.reason(t, r) != idp.Granted {
		t.Errorf("old %q, other %q, new %q", f.reason(t, old), f.reason(t, other), f.reason(t, r))
	}
	a.Password, a.Previous = "wrong", r.Token
	f.mustBeWrong(t, a)
	if f.reason(t, r) != idp.Granted {
		t.Error("a failed attempt ended the session")
	}
}

func TestSignOutEndsTheSessionOnTheServer(t *testing.T) {
	f := newFixture(t)
	r := f.mustSignIn(t, try(alice, password))
	client := Client{SourceIP: "192.0.2.9", RequestID: "r2"}
	for _, token := range []session.Token{session.NewToken(r.User.ID), session.NewToken("u_x"), {}} {
		err := f.SignOut(t.Context(), token, client)
		if err != nil {
			t.Error(err)
		}
	}
	if f.reason(t, r) != idp.Granted || len(f.events(t, idp.ActionSignOut)) != 0 {
		t.Error("another token ended the session, or was recorded")
	}
	for range 2 {
		err := f.SignOut(t.Context(), r.Token, client)
		if err != nil {
			t.Error(err)
		}
	}
	e := f.events(t, idp.ActionSignOut)
	if f.reason(t, r) != idp.NoSession || len(e) != 1 || e[0].Actor != alice || e[0].SourceIP != "192.0.2.9" || e[0].RequestID != "r2" {
		t.Errorf("session %q, events %+v", f.reason(t, r), e)
	}
}

func TestAnAttemptIsPrintedWithoutWhatWasTyped(t *testing.T) {
	a := try("my secret in the wrong field", "my secret")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, text := range []string{fmt.Sprintf(verb, a), fmt.Sprintf(verb, &a), fmt.Sprintf(verb, []Attempt{a})} {
			if strings.Contains(text, "secret") {
				t.Errorf("%s shows %s", verb, text)
			}
		}
	}
}

func TestHashTakesWhatCanBeSignedInWith(t *testing.T) {
	f := newFixture(t)
	for text, good := range map[string]bool{"": false, "x": true, strings.Repeat("x", 256): true, strings.Repeat("x", 257): false} {
		hash, err := f.Hash(t.Context(), text)
		var problems idp.Problems
		if good != (err == nil) || !good && !errors.As(err, &problems) {
			t.Errorf("%d bytes: got %v", len(text), err)
		}
		if good {
			_, err = parsePHC(hash)
			if err != nil {
				t.Error(err)
			}
		}
	}
}

func TestSetDemoPasswordSetsItForAllAndEndsTheirSessions(t *testing.T) {
	f := newFixture(t)
	old := f.mustSignIn(t, try(alice, password))
	err := f.SetDemoPassword(t.Context(), "demo", []string{alice, without})
	if err != nil {
		t.Fatal(err)
	}
	if f.reason(t, old) != idp.NoSession {
		t.Error("the old session lives")
	}
	f.mustSignIn(t, try(alice, "demo"))
	f.mustSignIn(t, try(without, "demo"))
	f.mustBeWrong(t, try(alice, password))
	byDemo := map[string]bool{}
	for _, e := range f.events(t, idp.ActionPasswordSet) {
		if e.Actor == "gatepost serve --demo" {
			byDemo[e.Target] = true
		}
	}
	if len(byDemo) != 2 || !byDemo[alice] || !byDemo[without] {
		t.Errorf("events of %v", byDemo)
	}
	for _, bad := range []string{"", strings.Repeat("x", 257)} {
		err = f.SetDemoPassword(t.Context(), bad, []string{alice})
		var problems idp.Problems
		if !errors.As(err, &problems) {
			t.Errorf("%d bytes: got %v", len(bad), err)
		}
	}
	err = f.SetDemoPassword(t.Context(), "demo", []string{"nobody@example.com"})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
