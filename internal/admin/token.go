package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"
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

// CreateToken makes a token for the actor, which is shown once. A token that is
// made with a token may no more and lives no longer than that one. It returns
// [idp.Problems] for what is wrong with the request.
func (a *Administrator) CreateToken(ctx context.Context, in resource.TokenRequest) (resource.NewToken, error) {
	err := a.may(OpTokenOwn)
	if err != nil {
		return resource.NewToken{}, err
	}
	t, err := a.wanted(in)
	if err != nil {
		return resource.NewToken{}, err
	}
	email := a.actor.Name
	if in.User != "" {
		email = in.User
	}
	s := a.service
	if a.actor.token != nil && a.actor.token.UserID == "" {
		t.Principal, t.Role, t.InstanceEpoch = a.actor.Name, a.actor.Role, a.actor.token.InstanceEpoch
		return s.issueToken(ctx, a.actor, t)
	}
	u, err := s.User(ctx, email)
	if isNotFound(err) {
		return resource.NewToken{}, idp.Problems{{Field: "user", Value: email, Reason: "there is no such person", Remedy: "name the administrator whose token it shall be"}}
	}
	if err != nil {
		return resource.NewToken{}, err
	}
	if u.AdminRole == idp.AdminNone {
		return resource.NewToken{}, idp.Problems{{Field: "user", Value: email, Reason: "is not an administrator", Remedy: "give the person an administrator role first"}}
	}
	epochs, err := s.Store.Epochs(ctx, u.ID)
	if err != nil {
		return resource.NewToken{}, err
	}
	t.UserID, t.InstanceEpoch, t.UserEpoch = u.ID, epochs.Instance, epochs.User
	return s.issueToken(ctx, a.actor, t)
}

// wanted is the token that a request asks for, without its owner.
func (a *Administrator) wanted(in resource.TokenRequest) (store.Token, error) {
	var problems idp.Problems
	now := a.service.Now()
	t := store.Token{Name: strings.TrimSpace(in.Name), CreatedAt: now, Write: in.Scope == ScopeWrite}
	if t.Name == "" || len(t.Name) > idp.MaxLabel || !idp.XMLText(t.Name) {
		problems = append(problems, idp.Problem{Field: "name", Value: in.Name, Reason: "is not a name", Remedy: "say in 1 to 64 characters what the token is for"})
	}
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
	if by := a.actor.token; by != nil && t.ExpiresAt.After(by.ExpiresAt) {
		t.ExpiresAt = by.ExpiresAt
	}
	return t, problems.Err()
}

func (s *Service) issueToken(ctx context.Context, a Actor, t store.Token) (resource.NewToken, error) {
	secret := idp.NewSecret()
	t.Hash = session.Hash(secret)
	e := s.event(a, idp.ActionTokenCreate, t.Name)
	e.After = map[string]any{"id": t.ID(), "scope": scopeOf(t), "expires_at": t.ExpiresAt.UTC().Format(time.RFC3339)}
	err := s.Store.PutToken(ctx, t, e)
	if err != nil {
		return resource.NewToken{}, fmt.Errorf("store token: %w", err)
	}
	owner := t.Principal
	if owner == "" {
		owner = a.Name
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
	err := a.may(OpRead)
	if err != nil {
		return nil, err
	}
	tokens, err := a.tokens(ctx, "")
	if err != nil {
		return nil, err
	}
	owners, err := a.service.owners(ctx, tokens)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(tokens, func(x, y store.Token) int { return y.CreatedAt.Compare(x.CreatedAt) })
	list := make([]resource.Token, 0, len(tokens))
	for _, t := range tokens {
		owner, known := owners[t.UserID]
		if t.UserID == "" {
			owner, known = t.Principal, true
		}
		if known {
			list = append(list, resource.FromToken(t.ID(), t.Name, owner, scopeOf(t), t.CreatedAt, t.ExpiresAt, t.LastUsed))
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

// owners are the emails of the people whose tokens they are, by ID.
func (s *Service) owners(ctx context.Context, tokens []store.Token) (map[string]string, error) {
	var ids []string
	for _, t := range tokens {
		if t.UserID != "" {
			ids = append(ids, t.UserID)
		}
	}
	users, err := s.Store.Users(ctx, ids...)
	if err != nil {
		return nil, fmt.Errorf("owners of tokens: %w", err)
	}
	emails := make(map[string]string, len(users))
	for _, u := range users {
		emails[u.ID] = u.Email
	}
	return emails, nil
}

// RevokeToken ends a token at once.
func (a *Administrator) RevokeToken(ctx context.Context, id string) error {
	err := a.may(OpTokenOwn)
	if err != nil {
		return err
	}
	if len(id) != store.TokenIDLength {
		return fmt.Errorf("token %q: %w", id, store.ErrNotFound)
	}
	tokens, err := a.tokens(ctx, id)
	if err != nil {
		return err
	}
	if len(tokens) == 0 {
		return fmt.Errorf("token %q: %w", id, store.ErrNotFound)
	}
	e := a.service.event(a.actor, idp.ActionTokenRevoke, tokens[0].Name)
	e.Before = map[string]any{"id": id, "scope": scopeOf(tokens[0])}
	return a.service.Store.DeleteToken(ctx, tokens[0], e)
}
