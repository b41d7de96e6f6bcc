package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

// ErrWrong is the one answer to a name that does not exist, a wrong password, a
// person without a password, and a suspended one. Which it was is in the event.
var ErrWrong = errors.New("the username or the password is wrong")

// Client is where a request comes from.
type Client struct {
	SourceIP  string
	Local     bool // on the machine itself, and nobody else behind it: not limited as a source
	UserAgent string
	RequestID string
}

// Attempt is one try to sign in. Printing it does not show the password.
type Attempt struct {
	Username string // the email, as typed
	Password string
	Client   Client

	// Previous is the session that the browser has already, which ends when the
	// new one begins; zero for none.
	Previous session.Token

	// Device is the mark that the browser brings; zero for none. It stays where the
	// person is known by it, and is replaced otherwise.
	Device session.Device
}

// Format keeps the password out of messages and logs, and the username too: now
// and then it is a password typed into the wrong field.
func (a Attempt) Format(f fmt.State, _ rune) {
	// A failed write to a formatter's buffer has nobody to be told.
	_, _ = io.WriteString(f, "attempt to sign in from "+a.Client.SourceIP)
}

// Result is a person who is signed in.
type Result struct {
	User    *idp.User
	Session *idp.Session
	Token   session.Token  // for the browser's cookie
	Device  session.Device // by which the browser is known from now on; zero when that could not be stored
}

// Service proves who people are. Make it with [New]; it is safe for concurrent
// use.
type Service struct {
	store  Store
	now    func() time.Time
	hasher *hasher
}

// New is a service over the store. The clock must be the one that the store ends
// things by.
func New(s Store, now func() time.Time) *Service {
	return &Service{store: s, now: now, hasher: newHasher()}
}

// SignIn proves by a password who somebody is and starts a session. It returns
// [ErrWrong], an error that is a [*Limited], or another one when the store or ctx
// failed and nobody is signed in. Every attempt leaves an event, save those past
// the limit of their source, which are too many to keep.
func (s *Service) SignIn(ctx context.Context, a Attempt) (Result, error) {
	err := s.share(ctx, a.Client)
	if err != nil {
		return Result{}, err
	}
	result, err := s.attempt(ctx, a)
	var limited *Limited
	if err != nil && ctx.Err() != nil && !errors.Is(err, ErrWrong) && !errors.As(err, &limited) {
		// Whoever closes the connection has had an attempt all the same.
		err = errors.Join(err, s.refuse(ctx, a, nil, "the request ended before an answer", nil))
	}
	return result, err
}

// attempt reserves an attempt on whoever is named, and looks at it.
func (s *Service) attempt(ctx context.Context, a Attempt) (Result, error) {
	c, err := s.candidate(ctx, a)
	if err != nil {
		return Result{}, err
	}
	for _, limit := range c.limits {
		err = s.reserve(ctx, limit)
		var limited *Limited
		if errors.As(err, &limited) {
			return Result{}, s.refuse(ctx, a, c.user, "locked", limited)
		}
		if err != nil {
			return Result{}, err
		}
	}
	return s.verify(ctx, a, c)
}

// verify looks at an attempt that was reserved.
func (s *Service) verify(ctx context.Context, a Attempt, c candidate) (Result, error) {
	password, stored := a.Password, c.hash
	if len(password) > maxPassword {
		password, stored = "", dummy
	}
	right, outdated, err := s.hasher.verify(ctx, password, stored)
	if err != nil {
		return Result{}, fmt.Errorf("verify password: %w", err)
	}
	reason := c.refusal(right && stored != dummy)
	if reason != "" {
		return Result{}, s.refuse(ctx, a, c.user, reason, ErrWrong)
	}
	for _, limit := range c.limits {
		err = s.store.ClearAttempts(ctx, limit.name)
		if err != nil {
			return Result{}, fmt.Errorf("clear attempts: %w", err)
		}
	}
	if outdated {
		s.rehash(ctx, c, password)
	}
	return s.proved(ctx, a, c, idp.MethodPassword)
}

// candidate is what is known of the person who may be signing in.
type candidate struct {
	user   *idp.User // nil when there is nobody of that name
	epochs store.Epochs
	hash   string        // of the password, or dummy
	maker  idp.AdminRole // of the link by which the password was set; empty for nobody's

	limits []limit        // that the attempt counts under
	device session.Device // of the browser, if the person signed in with it before
}

// nobody is an ID that no person has, to read for those who do not exist what is
// read for those who do.
const nobody = "nobody"

// candidate reads the epochs before the password's hash: when the password is
// changed meanwhile, the session that comes of this is over before it begins.
func (s *Service) candidate(ctx context.Context, a Attempt) (candidate, error) {
	c := candidate{hash: dummy}
	id := nobody
	user, err := s.store.UserByEmail(ctx, idp.NormalEmail(a.Username))
	switch {
	case err == nil:
		c.user, id = user, user.ID
	case !errors.Is(err, store.ErrNotFound):
		return candidate{}, fmt.Errorf("find person: %w", err)
	}
	c.epochs, err = s.store.Epochs(ctx, id)
	if err != nil {
		return candidate{}, fmt.Errorf("read epochs: %w", err)
	}
	held, err := s.store.Credential(ctx, id)
	switch {
	case err == nil && c.user != nil:
		c.hash, c.maker = held.Password, held.Maker
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return candidate{}, fmt.Errorf("read credential: %w", err)
	}
	c.limits, c.device, err = s.limitsOf(ctx, a, store.Device{UserID: id, Epochs: c.epochs})
	return c, err
}

// refusal is the reason for which the candidate is not signed in, for the event
// alone; empty when there is none.
func (c candidate) refusal(right bool) string {
	switch {
	case c.user == nil:
		return "no such person"
	case c.hash == dummy:
		return "no password is set"
	case !right:
		return "wrong password"
	case !c.user.Active:
		return "suspended"
	case c.user.AdminRole != idp.AdminNone && c.maker != idp.AdminNone && c.maker != idp.AdminOwner:
		return fmt.Sprintf("the role %s made the link of this password, and the person is an administrator now: an owner has to make a new link", c.maker)
	}
	return ""
}

// rehash brings the stored hash to the current parameters. It may fail: the
// person is who they are, and the next sign-in tries again.
func (s *Service) rehash(ctx context.Context, c candidate, password string) {
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return
	}
	// A failure is store.ErrStale when the password was changed meanwhile, which
	// must win.
	_ = s.store.RehashCredential(ctx, c.user.ID, c.hash, hash)
}
