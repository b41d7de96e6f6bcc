package admin

import (
	"context"
	"sync"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// Keys makes, takes and removes signing keys. In AWS it is a function of its
// own that nobody reaches from outside; in `serve` it is in this process.
type Keys interface {
	Create(ctx context.Context, slug string, custody idp.Custody, event idp.Event) (*idp.Key, error)
	Upload(ctx context.Context, slug string, privateKey, certificate []byte, event idp.Event) (*idp.Key, error)
	Delete(ctx context.Context, slug string, event idp.Event) error
}

// Passwords checks and hashes passwords, and ends the lock that wrong ones led to.
type Passwords interface {
	CheckPassword(user *idp.User, password string) error
	Hash(ctx context.Context, password string) (string, error)
	Unlock(ctx context.Context, email string) error
}

// Service holds the use cases. All exported fields are needed. It is not copied.
type Service struct {
	Store     *store.Store
	Keys      Keys
	Passwords Passwords
	URL       string // the address that people reach Gatepost by, without a slash at its end
	Now       func() time.Time

	drawing sync.Mutex // one image is read at a time: each takes much memory
	denied  ration
}

// Actor is who makes a change, what they may do, and from where.
type Actor struct {
	Name      string        // email of the person, ARN of the principal, or name of the program
	ID        string        // ID of the person, where there is one
	Role      idp.AdminRole // empty: may do nothing
	ReadOnly  bool          // holds a token that may only read
	Operator  bool          // has the store itself open, as the command line on a data folder does
	SourceIP  string
	UserAgent string
	RequestID string

	locked bool // a lockdown keeps them from changing anything

	token  *store.Token  // by which they came, if by one
	ticket idp.Ticket    // of the session by which they came, if by one
	seen   time.Time     // when that session was last seen
	until  time.Time     // when it ends at the latest
	began  *store.Epochs // of the token or session by which they came
}

// Unseen reports whether the actor's session should be shown to the portal, which
// notes that it is in use. It would be over by idling otherwise.
func (a Actor) Unseen(now time.Time) bool {
	return !a.seen.IsZero() && now.Sub(a.seen) >= idp.SessionRefresh
}

func (s *Service) event(a Actor, action idp.Action, target string) idp.Event {
	return idp.Event{
		ID:        idp.NewID("ev_"),
		At:        s.Now(),
		Actor:     a.Name,
		ActorID:   a.ID,
		Action:    action,
		Target:    target,
		Outcome:   idp.OutcomeDone,
		SourceIP:  a.SourceIP,
		UserAgent: a.UserAgent,
		RequestID: a.RequestID,
	}
}
