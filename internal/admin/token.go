package admin

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

// How long a token of the config API lives.
const (
	MinTokenLifetime     = time.Minute
	DefaultTokenLifetime = time.Hour
	MaxTokenLifetime     = 12 * time.Hour
)

// The scopes of a token.
const (
	ScopeRead  = "read"
	ScopeWrite = "write"
)

// CreateToken makes a token for the actor, which is shown once. It ends when
// somebody or a lockdown ends the session or the token that it is made with, and no
// later than that one's latest end, and may no more. A session that idles ends none:
// a program works on while nobody looks at the portal. It returns [idp.Problems] for what is wrong with the request, for a token
// that would be the fourth of a line, and to who has 50 live tokens.
func (a *Administrator) CreateToken(ctx context.Context, in resource.TokenRequest) (resource.NewToken, error) {
	err := a.may(ctx, OpTokenOwn, in.Name)
	if err != nil {
		return resource.NewToken{}, err
	}
	t, err := a.wanted(in)
	if err != nil {
		return resource.NewToken{}, err
	}
	if by := a.actor.token; by != nil && by.UserID == "" {
		t.Principal, t.Role, t.InstanceEpoch = by.Principal, by.Role, by.InstanceEpoch
		return a.oneMore(ctx, t, t.Principal)
	}
	u, err := a.holder(ctx, cmp.Or(in.User, a.actor.Name))
	if err != nil {
		return resource.NewToken{}, err
	}
	epochs, err := a.epochs(ctx, u.ID)
	if err != nil {
		return resource.NewToken{}, err
	}
	t.UserID, t.InstanceEpoch, t.UserEpoch = u.ID, epochs.Instance, epochs.User
	return a.oneMore(ctx, t, u.Email)
}

// maxTokens is how many live tokens somebody holds at most.
const maxTokens = 50

// oneMore issues a token, unless its holder has enough of them.
func (a *Administrator) oneMore(ctx context.Context, t store.Token, owner string) (resource.NewToken, error) {
	all, err := a.service.Store.Tokens(ctx, "")
	if err != nil {
		return resource.NewToken{}, err
	}
	held, err := a.service.Store.Standing(ctx, slices.DeleteFunc(all, func(other store.Token) bool {
		live := other.InstanceEpoch == t.InstanceEpoch && other.UserEpoch == t.UserEpoch && other.ExpiresAt.After(a.service.Now())
		return !live || other.UserID != t.UserID || other.Principal != t.Principal
	}))
	if err != nil {
		return resource.NewToken{}, err
	}
	if len(held) >= maxTokens {
		return resource.NewToken{}, idp.Problems{{Field: "name", Value: t.Name, Reason: fmt.Sprintf("would be the name of one more than %d live tokens", maxTokens), Remedy: "revoke one that is not needed, or wait until one ends"}}
	}
	return a.service.issueToken(ctx, a.actor, t, owner)
}

// holder is the administrator whom a token is for.
func (a *Administrator) holder(ctx context.Context, email string) (*idp.User, error) {
	fault := func(reason, remedy string) error {
		return idp.Problems{{Field: "user", Value: email, Reason: reason, Remedy: remedy}}
	}
	u, err := a.service.User(ctx, email)
	switch {
	case isNotFound(err):
		return nil, fault("there is no such person", "name the administrator whose token it shall be")
	case err != nil:
		return nil, err
	case u.AdminRole == idp.AdminNone:
		return nil, fault("is not an administrator", "give the person an administrator role first")
	case !u.Active:
		return nil, fault("is suspended", "resume the person first")
	}
	return u, nil
}

// epochs are those that a token of the person belongs to: those of the token or
// session by which the actor came. Whatever ended that one meanwhile has ended
// what is made with it too.
func (a *Administrator) epochs(ctx context.Context, userID string) (store.Epochs, error) {
	if a.actor.began != nil && a.actor.ID == userID {
		return *a.actor.began, nil
	}
	return a.service.Store.Epochs(ctx, userID)
}

// wanted is the token that a request asks for, without its owner.
func (a *Administrator) wanted(in resource.TokenRequest) (store.Token, error) {
	now := a.service.Now()
	t := store.Token{Name: in.Name, CreatedAt: now, Write: in.Scope == ScopeWrite}
	problems := idp.CheckText("name", in.Name, 1, idp.MaxLabel)
	if in.Scope != "" && in.Scope != ScopeRead && in.Scope != ScopeWrite {
		problems = append(problems, idp.Problem{Field: "scope", Value: in.Scope, Reason: "is not a scope", Remedy: "use read or write"})
	}
	life := DefaultTokenLifetime
	if in.Lifetime != "" {
		var err error
		life, err = time.ParseDuration(in.Lifetime)
		if err != nil || life < MinTokenLifetime || life > MaxTokenLifetime {
			problems = append(problems, idp.Problem{Field: "lifetime", Value: in.Lifetime, Reason: "is not a lifetime", Remedy: "write 1m to 12h, such as 8h"})
		}
	}
	if in.User != "" && !a.actor.Operator {
		problems = append(problems, idp.Problem{Field: "user", Value: in.User, Reason: "a token is for the administrator who makes it", Remedy: "leave it out"})
	}
	t.ExpiresAt = now.Add(life)
	problems = append(problems, a.descend(&t)...)
	return t, problems.Err()
}

// maxGenerations is how many tokens of a line may be made one with the other.
const maxGenerations = 3

// descend makes a token the child of what its maker came by: it keeps that one's
// makers, and ends no later.
func (a *Administrator) descend(t *store.Token) idp.Problems {
	until := a.actor.until
	t.SessionID = a.actor.ticket.SessionID
	if by := a.actor.token; by != nil {
		until = by.ExpiresAt
		t.SessionID = by.SessionID
		t.Makers = append(slices.Clone(by.Makers), by.Hash)
	}
	if !until.IsZero() && t.ExpiresAt.After(until) {
		t.ExpiresAt = until
	}
	if len(t.Makers) < maxGenerations {
		return nil
	}
	return idp.Problems{{
		Field: "name", Value: t.Name, Reason: "would be made with a token that was made with a token that was made with a token",
		Remedy: "make it with an earlier one of them, or in the console",
	}}
}

func (s *Service) issueToken(ctx context.Context, a Actor, t store.Token, owner string) (resource.NewToken, error) {
	secret := idp.NewSecret()
	t.Hash = session.Hash(secret)
	e := s.event(a, idp.ActionTokenCreate, t.Name)
	e.After = map[string]any{"id": t.ID(), "owner": owner, "scope": scopeOf(t), "expires_at": t.ExpiresAt.UTC().Format(time.RFC3339)}
	err := s.Store.PutToken(ctx, t, e)
	if err != nil {
		return resource.NewToken{}, fmt.Errorf("store token: %w", err)
	}
	return resource.NewToken{Token: resource.FromToken(t.ID(), t.Name, owner, scopeOf(t), t.CreatedAt, t.ExpiresAt, t.LastUsed), Secret: tokenPrefix + secret}, nil
}

func scopeOf(t store.Token) string {
	if t.Write {
		return ScopeWrite
	}
	return ScopeRead
}

// Tokens are the live tokens that the actor may see: an owner everybody's, others
// their own, the newest first.
func (a *Administrator) Tokens(ctx context.Context) ([]resource.Token, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	tokens, err := a.tokens(ctx, "")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(tokens, func(x, y store.Token) int { return y.CreatedAt.Compare(x.CreatedAt) })
	tokens, err = a.service.Store.Standing(ctx, tokens)
	if err != nil {
		return nil, err
	}
	list := make([]resource.Token, 0, len(tokens))
	holders := map[string]idp.Facts{}
	for _, t := range tokens {
		facts, known := holders[t.UserID]
		if !known {
			facts, err = a.service.Store.SignedIn(ctx, idp.Ticket{UserID: t.UserID})
			if err != nil {
				return nil, fmt.Errorf("owners of tokens: %w", err)
			}
			holders[t.UserID] = facts
		}
		held, err := ofToken(t, facts, Actor{})
		if err == nil { // not over
			list = append(list, resource.FromToken(t.ID(), t.Name, held.Name, scopeOf(t), t.CreatedAt, t.ExpiresAt, t.LastUsed))
		}
	}
	return list, nil
}

func (a *Administrator) tokens(ctx context.Context, id string) ([]store.Token, error) {
	all, err := a.service.Store.Tokens(ctx, id)
	if err != nil {
		return nil, err
	}
	if Allowed(Actor{Role: a.actor.Role}, OpTokenAny, Target{}) == nil {
		return all, nil
	}
	return slices.DeleteFunc(all, func(t store.Token) bool { return !a.owns(t) }), nil
}

func (a *Administrator) owns(t store.Token) bool {
	if t.UserID == "" {
		return a.actor.ID == "" && t.Principal == a.actor.Name
	}
	return t.UserID == a.actor.ID
}

// RevokeToken ends a token at once.
func (a *Administrator) RevokeToken(ctx context.Context, id string) error {
	err := a.may(ctx, OpTokenOwn, id)
	if err != nil {
		return err
	}
	if len(id) != store.TokenIDLength {
		return store.About("token", id, store.ErrNotFound)
	}
	tokens, err := a.tokens(ctx, id)
	if err != nil {
		return err
	}
	if len(tokens) == 0 {
		return store.About("token", id, store.ErrNotFound)
	}
	t, owner := tokens[0], tokens[0].Principal
	if t.UserID != "" {
		u, err := a.service.Store.User(ctx, t.UserID)
		if err != nil && !isNotFound(err) {
			return store.About("owner of token", id, err)
		}
		if err == nil {
			owner = u.Email
		}
	}
	e := a.service.event(a.actor, idp.ActionTokenRevoke, t.Name)
	e.Before = map[string]any{"id": id, "owner": owner, "scope": scopeOf(t)}
	return a.service.Store.DeleteToken(ctx, t, e)
}
