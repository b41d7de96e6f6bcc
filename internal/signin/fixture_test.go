package signin

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

var _ Store = (*store.Store)(nil)

const (
	alice     = "alice@example.com"
	suspended = "bob@example.com"
	without   = "carol@example.com" // has no password
	password  = "correct horse battery staple"
)

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type fixture struct {
	*Service
	clock *clock
	kept  *store.Store // what lies below the faults
	fault *faulty
	runs  atomic.Int32 // of argon2id
	costs sync.Map     // the parameters it ran with
	bytes atomic.Int64 // of the longest password it ran on
}

// newFixture is the service over a real store with three people, a clock that
// stands still, and a stand-in for argon2id that counts.
func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{clock: &clock{now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "test.db"), bolt.Options{Now: f.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := db.Close()
		if err != nil {
			t.Error(err)
		}
	})
	f.kept = store.New(db, f.clock.Now)
	f.fault = &faulty{Store: f.kept}
	f.Service = New(f.fault, f.clock.Now)
	f.hasher.idKey = func(password, salt []byte, time, memory uint32, threads uint8, length uint32) []byte {
		f.runs.Add(1)
		f.costs.Store(params{memory, time, threads}, true)
		f.bytes.Store(max(f.bytes.Load(), int64(len(password))))
		sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %d %d %d %d", password, salt, time, memory, threads, length))
		return sum[:]
	}
	for _, email := range []string{alice, suspended, without} {
		u := &idp.User{Email: email, Active: email != suspended}
		err = f.kept.CreateUser(t.Context(), u, idp.Event{Action: idp.ActionUserCreate})
		if err != nil {
			t.Fatal(err)
		}
	}
	f.mustSetPassword(t, alice, password)
	f.mustSetPassword(t, suspended, password)
	f.runs.Store(0)
	return f
}

func (f *fixture) user(t *testing.T, email string) *idp.User {
	t.Helper()
	u, err := f.kept.UserByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (f *fixture) mustSetPassword(t *testing.T, email, password string) {
	t.Helper()
	hash, err := f.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	err = f.kept.SetCredential(t.Context(), f.user(t, email).ID, hash, idp.Event{Action: idp.ActionPasswordSet})
	if err != nil {
		t.Fatal(err)
	}
}

func try(username, password string) Attempt {
	return Attempt{Username: username, Password: password, Client: Client{SourceIP: "192.0.2.1", UserAgent: "test", RequestID: "r1"}}
}

func (f *fixture) mustSignIn(t *testing.T, a Attempt) Result {
	t.Helper()
	result, err := f.SignIn(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func (f *fixture) mustBeWrong(t *testing.T, a Attempt) {
	t.Helper()
	result, err := f.SignIn(t.Context(), a)
	if !errors.Is(err, ErrWrong) || err.Error() != ErrWrong.Error() || result.User != nil || result.Session != nil {
		t.Errorf("got %v, %v", result, err)
	}
}

func (f *fixture) mustBeLimited(t *testing.T, a Attempt, want time.Duration) {
	t.Helper()
	before := f.runs.Load()
	_, err := f.SignIn(t.Context(), a)
	var limited *Limited
	if !errors.As(err, &limited) || limited.RetryAfter != want {
		t.Errorf("got %v, want to wait %v", err, want)
	}
	if f.runs.Load() != before {
		t.Error("a limited attempt was verified")
	}
}

// reason is what decides about the session of a result now.
func (f *fixture) reason(t *testing.T, r Result) idp.Reason {
	t.Helper()
	facts, err := f.kept.SignedIn(t.Context(), r.Token.Ticket())
	if err != nil {
		t.Fatal(err)
	}
	return idp.SignedIn(facts, f.clock.Now())
}

// events are those of one action, newest first.
func (f *fixture) events(t *testing.T, action idp.Action) []idp.Event {
	t.Helper()
	all, _, err := f.kept.Events(t.Context(), store.EventFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var some []idp.Event
	for _, e := range all {
		if e.Action == action {
			some = append(some, e)
		}
	}
	return some
}

// faulty is a store in which one method fails, or something happens between two
// steps.
type faulty struct {
	Store
	method string // the one that fails
	err    error
	after  func(method string) // called when a method has done its work
	before func(idp.Event)     // called before an event is written
}

func (f *faulty) done(method string, err error) error {
	if f.method == method {
		return f.err
	}
	if f.after != nil {
		f.after(method)
	}
	return err
}

func (f *faulty) UserByEmail(ctx context.Context, email string) (*idp.User, error) {
	u, err := f.Store.UserByEmail(ctx, email)
	return u, f.done("UserByEmail", err)
}

func (f *faulty) Credential(ctx context.Context, userID string) (store.Credential, error) {
	hash, err := f.Store.Credential(ctx, userID)
	return hash, f.done("Credential", err)
}

func (f *faulty) RehashCredential(ctx context.Context, userID, oldHash, newHash string) error {
	if f.method == "RehashCredential" {
		return f.err
	}
	return f.Store.RehashCredential(ctx, userID, oldHash, newHash)
}

func (f *faulty) Epochs(ctx context.Context, userID string) (store.Epochs, error) {
	e, err := f.Store.Epochs(ctx, userID)
	return e, f.done("Epochs", err)
}

func (f *faulty) SignedIn(ctx context.Context, ticket idp.Ticket) (idp.Facts, error) {
	facts, err := f.Store.SignedIn(ctx, ticket)
	return facts, f.done("SignedIn", err)
}

func (f *faulty) PutSession(ctx context.Context, s *idp.Session, e idp.Event) error {
	if f.method == "PutSession" {
		return f.err
	}
	return f.Store.PutSession(ctx, s, e)
}

func (f *faulty) DeleteSession(ctx context.Context, userID, hash string, e idp.Event) error {
	if f.method == "DeleteSession" {
		return f.err
	}
	return f.Store.DeleteSession(ctx, userID, hash, e)
}

func (f *faulty) Reserve(ctx context.Context, name string, window time.Duration, limit int) (time.Duration, error) {
	wait, err := f.Store.Reserve(ctx, name, window, limit)
	return wait, f.done("Reserve", err)
}

func (f *faulty) Attempts(ctx context.Context, name string) (store.Attempts, error) {
	a, err := f.Store.Attempts(ctx, name)
	return a, f.done("Attempts", err)
}

func (f *faulty) PutAttempts(ctx context.Context, name string, a *store.Attempts) error {
	if f.method == "PutAttempts" {
		return f.err
	}
	return f.Store.PutAttempts(ctx, name, a)
}

func (f *faulty) ClearAttempts(ctx context.Context, name string) error {
	if f.method == "ClearAttempts" {
		return f.err
	}
	return f.Store.ClearAttempts(ctx, name)
}

func (f *faulty) PutEvent(ctx context.Context, e idp.Event) error {
	if f.method == "PutEvent" {
		return f.err
	}
	if f.before != nil {
		f.before(e)
	}
	return f.Store.PutEvent(ctx, e)
}

func (f *faulty) KnowsDevice(ctx context.Context, d store.Device) (bool, error) {
	known, err := f.Store.KnowsDevice(ctx, d)
	return known, f.done("KnowsDevice", err)
}

func (f *faulty) PutDevice(ctx context.Context, d store.Device) error {
	if f.method == "PutDevice" {
		return f.err
	}
	return f.Store.PutDevice(ctx, d)
}
