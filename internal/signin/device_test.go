package signin

import (
	"context"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

// known is an attempt from a browser that the person has just signed in with.
func (f *fixture) known(t *testing.T, email, password string) Attempt {
	t.Helper()
	a := try(email, password)
	a.Device = f.mustSignIn(t, a).Device
	if a.Device == (session.Device{}) {
		t.Fatal("the browser got no mark")
	}
	return a
}

func wrongly(a Attempt) Attempt {
	a.Password = "wrong"
	return a
}

// strangers lock a name.
func (f *fixture) strangers(t *testing.T, name string) {
	t.Helper()
	for range LockAfter {
		f.mustBeWrong(t, try(name, "wrong"))
	}
	f.mustBeLimited(t, try(name, password), firstLock)
}

func TestStrangersLockNobodyOutOfABrowserThatIsKnown(t *testing.T) {
	f := newFixture(t)
	a := f.known(t, alice, password)
	f.strangers(t, alice)
	again := f.mustSignIn(t, a)
	if again.Device != a.Device {
		t.Error("the browser has another mark now")
	}
	f.mustBeWrong(t, wrongly(a))
	f.mustSignIn(t, a)
	f.mustBeLimited(t, try(alice, password), firstLock) // strangers gain nothing by it
	elsewhere := try(alice, password)
	elsewhere.Device = session.NewDevice()
	f.mustBeLimited(t, elsewhere, firstLock)
	f.clock.add(firstLock)
	f.mustSignIn(t, elsewhere)
}

func TestTheMarkOfOnePersonIsNothingForAnother(t *testing.T) {
	f := newFixture(t)
	f.mustSetPassword(t, without, password)
	mark := f.known(t, alice, password).Device
	f.strangers(t, without)
	other := try(without, password)
	other.Device = mark
	f.mustBeLimited(t, other, firstLock)
	nobody := try("nobody@example.com", password)
	nobody.Device = mark
	f.strangers(t, nobody.Username)
	f.mustBeLimited(t, nobody, firstLock)
	f.clock.add(firstLock)
	other.Device = f.mustSignIn(t, other).Device
	if other.Device == mark {
		t.Error("the mark of one person came to stand for another")
	}
	f.strangers(t, without)
	f.mustSignIn(t, other)
	f.strangers(t, alice)
	other.Username = alice
	f.mustBeLimited(t, other, firstLock)
}

// Whoever put a mark into somebody's browser knows it.
func TestAMarkThatTheBrowserBringsIsNotTakenOver(t *testing.T) {
	f := newFixture(t)
	a := try(alice, password)
	a.Device = session.NewDevice()
	got := f.mustSignIn(t, a).Device
	if got == a.Device || got == (session.Device{}) {
		t.Error("the browser has the mark that it came with")
	}
	f.strangers(t, alice)
	f.mustBeLimited(t, a, firstLock)
	a.Device = got
	if again := f.mustSignIn(t, a).Device; again != got {
		t.Error("the mark of a known browser was replaced")
	}
}

func TestABrowserThatIsKnownHasALockOfItsOwn(t *testing.T) {
	f := newFixture(t)
	a, other := f.known(t, alice, password), f.known(t, alice, password)
	for range LockAfter {
		f.mustBeWrong(t, wrongly(a))
	}
	f.mustBeLimited(t, a, firstLock)
	f.mustSignIn(t, other)
	f.mustSignIn(t, try(alice, password))
	list, _, err := f.kept.Events(t.Context(), store.EventFilter{User: f.user(t, alice).ID, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	locked := 0
	for _, e := range list {
		if e.Reason == "locked" {
			locked++
		}
	}
	if locked != 1 {
		t.Errorf("%d refusals as locked are in the person's own record", locked)
	}
	f.clock.add(firstLock)
	f.mustSignIn(t, a)
	for range LockAfter - 1 { // the count began anew
		f.mustBeWrong(t, wrongly(a))
	}
	f.mustSignIn(t, a)
}

func TestAllBrowsersOfAPersonTogetherAreLimited(t *testing.T) {
	f := newFixture(t)
	var all []Attempt
	for range devicesLockAfter / (LockAfter - 1) {
		all = append(all, f.known(t, alice, password))
	}
	for _, a := range all {
		for range LockAfter - 1 {
			f.mustBeWrong(t, wrongly(a))
		}
	}
	for _, a := range all {
		f.mustBeLimited(t, a, firstLock)
	}
	f.mustSignIn(t, try(alice, password)) // who is not known has the name's own count
}

func TestWhatEndsSessionsEndsMarks(t *testing.T) {
	ends := map[string]func(context.Context, *fixture) error{
		"a new password": func(ctx context.Context, f *fixture) error {
			f.mustSetPassword(t, alice, password)
			return nil
		},
		"a password by a link": func(ctx context.Context, f *fixture) error {
			link := store.Link{UserID: f.user(t, alice).ID, Purpose: PurposePassword, ExpiresAt: f.clock.Now().Add(time.Hour)}
			err := f.kept.PutLink(ctx, session.Hash("secret"), link, idp.Event{Action: idp.ActionPasswordLink})
			if err != nil {
				return err
			}
			return f.RedeemLink(ctx, "secret", "a new and longer one, please", Client{})
		},
		"a lockdown of the person": func(ctx context.Context, f *fixture) error {
			return f.kept.RaiseUserEpoch(ctx, f.user(t, alice).ID, idp.Event{Action: idp.ActionUserLock})
		},
		"a lockdown of all": func(ctx context.Context, f *fixture) error {
			return f.kept.Lockdown(ctx, idp.Event{Action: idp.ActionLockdown})
		},
		"180 days": func(_ context.Context, f *fixture) error { f.clock.add(180 * 24 * time.Hour); return nil },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			a := f.known(t, alice, password)
			err := end(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			f.strangers(t, alice)
			f.mustBeLimited(t, a, firstLock)
		})
	}
}

func TestTenBrowsersOfAPersonAreKnown(t *testing.T) {
	f := newFixture(t)
	var all []Attempt
	for range 11 {
		f.clock.add(time.Second)
		all = append(all, f.known(t, alice, password))
	}
	f.strangers(t, alice)
	f.mustBeLimited(t, all[0], firstLock)
	for _, a := range all[1:] {
		f.mustSignIn(t, a)
	}
}

func TestAMarkThatCannotBeStoredKeepsNobodyOut(t *testing.T) {
	f := newFixture(t)
	f.fault.method, f.fault.err = "PutDevice", store.ErrUnavailable
	r := f.mustSignIn(t, try(alice, password))
	if f.reason(t, r) != idp.Granted || r.Device != (session.Device{}) {
		t.Errorf("got %v", r)
	}
}
