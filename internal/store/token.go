package store

import (
	"context"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Token is a bearer token of the config API. The secret is with its holder; the
// store knows its hash.
type Token struct {
	Hash      string
	UserID    string
	ExpiresAt time.Time
}

type tokenRecord struct {
	UserID string `json:"user"`
}

// PutToken stores a new token.
func (s *Store) PutToken(ctx context.Context, t Token, ev idp.Event) error {
	data, err := encode(tokenRecord{t.UserID})
	if err != nil {
		return err
	}
	item := Item{Key: tokenKey(t.Hash), Data: data, Expires: t.ExpiresAt}
	return about("token of user", t.UserID, s.commit(ctx, ev, Put(item, Absent())))
}

// Token reads a token. It fails with [ErrNotFound] when there is none or it has
// ended.
func (s *Store) Token(ctx context.Context, hash string) (Token, error) {
	if !wellFormed(hash) {
		return Token{}, fmt.Errorf("token: %w", ErrNotFound)
	}
	item, err := s.get(ctx, tokenKey(hash))
	if err != nil {
		return Token{}, err
	}
	if item == nil {
		return Token{}, fmt.Errorf("token: %w", ErrNotFound)
	}
	r, err := decode[tokenRecord](item.Data)
	if err != nil {
		return Token{}, fmt.Errorf("read token: %w", err)
	}
	return Token{hash, r.UserID, item.Expires}, nil
}
