package store

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Link is a one-time link that was given to a person. The store knows the hash
// of its secret.
type Link struct {
	UserID    string
	Purpose   string // what it may be used for; callers compare it
	ExpiresAt time.Time

	version uint64
}

type linkRecord struct {
	UserID  string `json:"user"`
	Purpose string `json:"purpose"`
}

func linkFrom(item *Item) (*Link, error) {
	r, err := decode[linkRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read link: %w", err)
	}
	return &Link{r.UserID, r.Purpose, item.Expires, item.Version}, nil
}

// PutLink stores a one-time link by the hash of its secret. It fails with
// [ErrNotFound] when there is no such person.
func (s *Store) PutLink(ctx context.Context, hash, userID, purpose string, expires time.Time, ev idp.Event) error {
	if !wellFormed(userID) {
		return about("user", userID, ErrNotFound)
	}
	data, err := encode(linkRecord{userID, purpose})
	if err != nil {
		return err
	}
	item := Item{Key: linkKey(hash), Data: data, Expires: expires}
	return about("link for user", userID, s.commit(ctx, ev, Put(item, Absent()), Check(userKey(userID), Present())))
}

// Link reads a one-time link without using it up. It fails with [ErrNotFound]
// when there is none, or it was used, or it has ended.
func (s *Store) Link(ctx context.Context, hash string) (Link, error) {
	if !wellFormed(hash) {
		return Link{}, fmt.Errorf("link: %w", ErrNotFound)
	}
	item, err := s.get(ctx, linkKey(hash))
	if err != nil {
		return Link{}, err
	}
	if item == nil {
		return Link{}, fmt.Errorf("link: %w", ErrNotFound)
	}
	l, err := linkFrom(item)
	if err != nil {
		return Link{}, err
	}
	return *l, nil
}

// TakeLink uses a one-time link up and returns what it was for. Of several calls
// for the same link one succeeds; the others fail with [ErrNotFound].
func (s *Store) TakeLink(ctx context.Context, hash string, ev idp.Event) (Link, error) {
	return s.takeLink(ctx, hash, ev, func(Link) ([]Op, error) { return nil, nil })
}

// SetCredentialByLink uses a link of that purpose up and gives its person a
// password, as SetCredential does, in one transaction: the link is not lost when
// the password cannot be stored. A link of another purpose is [ErrNotFound], and
// stays.
func (s *Store) SetCredentialByLink(ctx context.Context, hash, purpose, passwordHash string, ev idp.Event) (Link, error) {
	return s.takeLink(ctx, hash, ev, func(l Link) ([]Op, error) {
		if l.Purpose != purpose {
			return nil, fmt.Errorf("link: %w", ErrNotFound)
		}
		return setCredential(l.UserID, passwordHash)
	})
}

func (s *Store) takeLink(ctx context.Context, hash string, ev idp.Event, with func(Link) ([]Op, error)) (Link, error) {
	l, err := s.Link(ctx, hash)
	if err != nil {
		return Link{}, err
	}
	ops, err := with(l)
	if err != nil {
		return Link{}, err
	}
	err = s.commit(ctx, ev, append(ops, Delete(linkKey(hash), Version(l.version)))...)
	if err != nil {
		return Link{}, fmt.Errorf("link: %w", gone(err, linkKey(hash)))
	}
	return l, nil
}

// gone turns any failed condition on key into [ErrNotFound]: somebody else was
// first.
func gone(err error, key Key) error {
	if lost(err, key) == ErrStale {
		return ErrNotFound
	}
	return err
}

type setupRecord struct {
	Hash string `json:"hash"`
}

func setupFrom(item *Item) (*setupRecord, error) {
	r, err := decode[setupRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read setup token: %w", err)
	}
	return &r, nil
}

// PutSetup stores the hash of the token with which the first owner is made, in
// place of any before it.
func (s *Store) PutSetup(ctx context.Context, hash string, expires time.Time, ev idp.Event) error {
	data, err := encode(setupRecord{hash})
	if err != nil {
		return err
	}
	err = s.commit(ctx, ev, Put(Item{Key: setupKey(), Data: data, Expires: expires}, Always()))
	if err != nil {
		return fmt.Errorf("setup token: %w", err)
	}
	return nil
}

// CheckSetup tells, without using the token up, whether hash is that of the
// setup token. It fails with [ErrNotFound] when it is not.
func (s *Store) CheckSetup(ctx context.Context, hash string) error {
	_, err := s.setupVersion(ctx, hash)
	return err
}

// TakeSetup uses the setup token up. Of several calls with its hash one
// succeeds; the others, and those with another hash, fail with [ErrNotFound].
func (s *Store) TakeSetup(ctx context.Context, hash string, ev idp.Event) error {
	version, err := s.setupVersion(ctx, hash)
	if err != nil {
		return err
	}
	err = s.commit(ctx, ev, Delete(setupKey(), Version(version)))
	if err != nil {
		return fmt.Errorf("setup token: %w", gone(err, setupKey()))
	}
	return nil
}

// setupVersion is the version of the setup token that has the hash.
func (s *Store) setupVersion(ctx context.Context, hash string) (uint64, error) {
	item, err := s.get(ctx, setupKey())
	if err != nil {
		return 0, err
	}
	if item != nil {
		r, err := setupFrom(item)
		if err != nil {
			return 0, err
		}
		if hash != "" && subtle.ConstantTimeCompare([]byte(r.Hash), []byte(hash)) == 1 {
			return item.Version, nil
		}
	}
	return 0, fmt.Errorf("setup token: %w", ErrNotFound)
}
