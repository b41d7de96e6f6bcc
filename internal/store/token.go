package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Token is a bearer token of the config API, of a person or of an AWS principal.
// The secret is with its holder; the store knows its hash.
type Token struct {
	Hash      string
	UserID    string        // whose it is; empty for a principal's
	Principal string        // ARN of the AWS principal it was given to
	Role      idp.AdminRole // of the principal; a person's is read with the person
	Name      string
	Write     bool // may change things
	CreatedAt time.Time
	ExpiresAt time.Time
	LastUsed  time.Time // zero for never; see [Store.TouchToken]

	// The epochs at its making: a token of an older epoch is over.
	InstanceEpoch uint64
	UserEpoch     uint64

	// What it comes of, by names that outlive a change of a secret: the session of
	// its holder, empty for none, and the hashes of tokens, the oldest first. It
	// opens nothing once one of them is gone.
	SessionID string
	Makers    []string

	Version uint64
}

// TokenIDLength is how many characters of a token's hash are its ID.
const TokenIDLength = 16

// ID is what a token is called: the beginning of its hash, which tells nothing of
// its secret.
func (t Token) ID() string { return t.Hash[:min(TokenIDLength, len(t.Hash))] }

type tokenRecord struct {
	UserID        string    `json:"user,omitempty"`
	Principal     string    `json:"principal,omitempty"`
	Role          string    `json:"role,omitempty"`
	Name          string    `json:"name,omitempty"`
	Write         bool      `json:"write,omitempty"`
	CreatedAt     time.Time `json:"created_at"`
	LastUsed      time.Time `json:"last_used,omitzero"`
	InstanceEpoch uint64    `json:"instance_epoch,omitempty"`
	UserEpoch     uint64    `json:"user_epoch,omitempty"`
	SessionID     string    `json:"session,omitempty"`
	Makers        []string  `json:"makers,omitempty"`
}

func tokenItem(t Token) (Item, error) {
	data, err := encode(tokenRecord{
		t.UserID, t.Principal, string(t.Role), t.Name, t.Write, t.CreatedAt.UTC(), t.LastUsed.UTC(), t.InstanceEpoch, t.UserEpoch,
		t.SessionID, t.Makers,
	})
	return Item{Key: tokenKey(t.Hash), Data: data, Expires: t.ExpiresAt}, err
}

func tokenFrom(item *Item) (*Token, error) {
	r, err := decode[tokenRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read token: %w", err)
	}
	return &Token{
		Hash: item.Key.Sort, UserID: r.UserID, Principal: r.Principal, Role: idp.AdminRole(r.Role), Name: r.Name, Write: r.Write,
		CreatedAt: r.CreatedAt, ExpiresAt: item.Expires, LastUsed: r.LastUsed,
		InstanceEpoch: r.InstanceEpoch, UserEpoch: r.UserEpoch, SessionID: r.SessionID, Makers: r.Makers, Version: item.Version,
	}, nil
}

// PutToken stores a new token.
func (s *Store) PutToken(ctx context.Context, t Token, ev idp.Event) error {
	item, err := tokenItem(t)
	if err != nil {
		return err
	}
	return About("token", t.Name, s.commit(ctx, ev, Put(item, Absent())))
}

// Token reads a token, and in one more call, as of one moment, what it comes of
// and the facts about its holder. It fails with [ErrNotFound] when there is none, or when it or
// something that it comes of has ended.
func (s *Store) Token(ctx context.Context, hash string) (Token, idp.Facts, error) {
	none := About("token", "", ErrNotFound)
	if !wellFormed(hash) {
		return Token{}, idp.Facts{}, none
	}
	item, err := s.get(ctx, tokenKey(hash))
	if err != nil {
		return Token{}, idp.Facts{}, err
	}
	if item == nil {
		return Token{}, idp.Facts{}, none
	}
	t, err := tokenFrom(item)
	if err != nil {
		return Token{}, idp.Facts{}, err
	}
	var b batch
	places := b.facts(idp.Ticket{UserID: t.UserID})
	first := len(b.keys)
	b.keys = append(append(b.keys, tokenKey(hash)), t.makers()...) // the token once more: it must have been there at that moment, too
	items, err := s.tables.Snapshot(ctx, b.keys)
	if err != nil {
		return Token{}, idp.Facts{}, fmt.Errorf("read token: %w", err)
	}
	if slices.Contains(items[first:], nil) {
		return Token{}, idp.Facts{}, none
	}
	facts, err := places.from(items)
	return *t, facts, err
}

// makers are the keys of what a token comes of.
func (t Token) makers() []Key {
	var keys []Key
	if t.SessionID != "" {
		keys = append(keys, sessionKey(t.UserID, t.SessionID))
	}
	for _, hash := range t.Makers {
		keys = append(keys, tokenKey(hash))
	}
	return keys
}

// Standing are those of the tokens of which nothing that they come of has ended.
func (s *Store) Standing(ctx context.Context, tokens []Token) ([]Token, error) {
	var keys []Key
	asked := map[Key]bool{}
	for _, t := range tokens {
		for _, key := range t.makers() {
			if !asked[key] {
				asked[key] = true
				keys = append(keys, key)
			}
		}
	}
	items, err := s.getAll(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("read what tokens come of: %w", err)
	}
	gone := map[Key]bool{}
	for i, item := range items {
		gone[keys[i]] = item == nil
	}
	return slices.DeleteFunc(slices.Clone(tokens), func(t Token) bool {
		return slices.ContainsFunc(t.makers(), func(key Key) bool { return gone[key] })
	}), nil
}

// tokenFresh is how stale a token's last use may be before it is written again.
const tokenFresh = 5 * time.Minute

// TouchToken writes that a token was used now, when what is written is older than
// five minutes. One that ended or was written by another request meanwhile is
// left as it is.
func (s *Store) TouchToken(ctx context.Context, t Token) error {
	now := s.time()
	if now.Sub(t.LastUsed) < tokenFresh {
		return nil
	}
	t.LastUsed = now
	item, err := tokenItem(t)
	if err != nil {
		return err
	}
	err = s.tables.Write(ctx, Put(item, Version(t.Version)))
	if errors.Is(err, ErrStale) || errors.Is(err, ErrNotFound) {
		return nil
	}
	return About("token", t.Name, err)
}

// maxTokens is how many tokens are listed.
const maxTokens = 5000

// Tokens returns the tokens whose ID begins so, those that are over by an epoch
// or by [Store.Standing] included.
func (s *Store) Tokens(ctx context.Context, id string) ([]Token, error) {
	if id != "" && !wellFormed(id) {
		return nil, nil
	}
	items, err := s.collect(ctx, Query{Table: Activity, Partition: tokenKey("").Partition, Prefix: id}, maxTokens)
	if err != nil {
		return nil, About("list tokens", "", err)
	}
	tokens := make([]Token, 0, len(items))
	for i := range items {
		t, err := tokenFrom(&items[i])
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, *t)
	}
	return tokens, nil
}

// DeleteToken ends a token. It fails with [ErrNotFound] when there is none.
func (s *Store) DeleteToken(ctx context.Context, t Token, ev idp.Event) error {
	return About("token", t.Name, s.commit(ctx, ev, Delete(tokenKey(t.Hash), Present())))
}
