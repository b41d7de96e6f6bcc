package admin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

// ErrNotSignedIn says that a token or session opens nothing: unknown, ended,
// revoked, or of a person who is gone or suspended. It does not say which.
var ErrNotSignedIn = errors.New("not signed in")

// tokenPrefix begins every token of the config API, so that one that leaks is
// found by who looks for it.
const tokenPrefix = "gp_"

// ByToken is the actor of a bearer token; from carries where the request comes
// from. What the person may do is read afresh: a token is never worth more than
// its owner.
func (s *Service) ByToken(ctx context.Context, bearer string, from Actor) (Actor, error) {
	secret, ours := strings.CutPrefix(bearer, tokenPrefix)
	if !ours {
		return Actor{}, ErrNotSignedIn
	}
	t, facts, err := s.Store.Token(ctx, session.Hash(secret))
	if isNotFound(err) {
		return Actor{}, ErrNotSignedIn
	}
	if err != nil {
		return Actor{}, fmt.Errorf("read token: %w", err)
	}
	actor, err := ofToken(t, facts, from)
	if err != nil {
		return Actor{}, err
	}
	err = s.Store.TouchToken(ctx, t)
	if err != nil {
		return Actor{}, fmt.Errorf("note the use of a token: %w", err)
	}
	return actor, nil
}

// ofToken is the actor of a token, unless it is over.
func ofToken(t store.Token, facts idp.Facts, from Actor) (Actor, error) {
	if t.InstanceEpoch != facts.Instance.Epoch || t.UserEpoch != facts.UserEpoch {
		return Actor{}, ErrNotSignedIn
	}
	from.ReadOnly = !t.Write
	from.token, from.began = &t, &store.Epochs{Instance: t.InstanceEpoch, User: t.UserEpoch}
	if t.UserID == "" {
		from.Name, from.Role = t.Principal, t.Role
		return inLockdown(facts.Instance, from), nil
	}
	u := facts.User
	if u == nil || !u.Active {
		return Actor{}, ErrNotSignedIn
	}
	from.Name, from.ID, from.Role = u.Email, u.ID, u.AdminRole
	return inLockdown(facts.Instance, from), nil
}

// inLockdown lets nobody but owners change anything while a lockdown is in force:
// whoever broke in prepares nothing that would open when it is lifted.
func inLockdown(in idp.Instance, a Actor) Actor {
	a.locked = in.Lockdown && a.Role != idp.AdminOwner
	a.ReadOnly = a.ReadOnly || a.locked
	return a
}

// BySession is the actor of a browser's session. A person without an administrator
// role is an actor who may do nothing. That the session was seen is not noted here:
// what writes sessions is the portal's business alone, see [Actor.Unseen].
func (s *Service) BySession(ctx context.Context, t session.Token, from Actor) (Actor, error) {
	facts, err := s.Store.SignedIn(ctx, t.Ticket())
	if err != nil {
		return Actor{}, err
	}
	if idp.SignedIn(facts, s.Now()) != idp.Granted {
		return Actor{}, ErrNotSignedIn
	}
	from.Name, from.ID, from.Role, from.ReadOnly = facts.User.Email, facts.User.ID, facts.User.AdminRole, false
	from.ticket, from.seen, from.until = t.Ticket(), facts.Session.LastSeen, facts.Session.ExpiresAt
	from.began = &store.Epochs{Instance: facts.Session.InstanceEpoch, User: facts.Session.UserEpoch}
	return inLockdown(facts.Instance, from), nil
}

// PrincipalTokenLifetime is how long a token of an AWS principal lives.
const PrincipalTokenLifetime = time.Hour

// PrincipalToken makes a token for an AWS principal, an ARN, that API Gateway
// vouches for and that may act in a role. The actor from is where it comes from.
func (s *Service) PrincipalToken(ctx context.Context, principal string, role idp.AdminRole, from Actor) (resource.NewToken, error) {
	in, err := s.Store.Instance(ctx)
	if err != nil {
		return resource.NewToken{}, fmt.Errorf("read instance: %w", err)
	}
	from.Name, from.Role = principal, role
	t := store.Token{
		Principal: principal, Role: role, Name: "AWS IAM", Write: role != idp.AdminViewer,
		CreatedAt: s.Now(), ExpiresAt: s.Now().Add(PrincipalTokenLifetime), InstanceEpoch: in.Epoch,
	}
	return s.issueToken(ctx, from, t, principal)
}
