package signin

import (
	"context"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// People are those who can sign in, and the hashes of their passwords. Who or
// what is not there is store.ErrNotFound.
type People interface {
	UserByEmail(ctx context.Context, email string) (*idp.User, error)
	Credential(ctx context.Context, userID string) (store.Credential, error)

	// SetCredential stores the hash of a new password and ends the person's
	// sessions, in one transaction with the event.
	SetCredential(ctx context.Context, userID, passwordHash string, event idp.Event) error

	// RehashCredential replaces the hash by another of the same password, and
	// fails when the old one is not there any more.
	RehashCredential(ctx context.Context, userID, oldHash, newHash string) error
}

// Sessions are where sessions are stored and ended, each in one transaction with
// its event.
type Sessions interface {
	Epochs(ctx context.Context, userID string) (store.Epochs, error)
	SignedIn(ctx context.Context, ticket idp.Ticket) (idp.Facts, error)
	PutSession(ctx context.Context, session *idp.Session, event idp.Event) error
	DeleteSession(ctx context.Context, userID, sessionID string, event idp.Event) error
}

// Access is what helpdesk's links depend on.
type Access interface {
	Opens(ctx context.Context, u *idp.User) (bool, error)
	Settings(ctx context.Context) (idp.Settings, error)
}

// Devices are the browsers that people signed in with.
type Devices interface {
	KnowsDevice(ctx context.Context, d store.Device) (bool, error)
	PutDevice(ctx context.Context, d store.Device) error
}

// Counters count attempts: of a source in a window of time, where past the limit
// it is store.ErrLimit and how long to wait; and of an account in a row, where a
// write that lost a race is store.ErrStale.
type Counters interface {
	Reserve(ctx context.Context, name string, window time.Duration, limit int) (time.Duration, error)
	Attempts(ctx context.Context, name string) (store.Attempts, error)
	PutAttempts(ctx context.Context, name string, attempts *store.Attempts) error
	ClearAttempts(ctx context.Context, name string) error
}

// Events are the record of what was refused.
type Events interface {
	PutEvent(ctx context.Context, event idp.Event) error
}

// Store is all that signing in needs; a *store.Store is one.
type Store interface {
	People
	Sessions
	Access
	Devices
	Counters
	Events
	Links
}
