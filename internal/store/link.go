package store

import (
	"context"
	"crypto/subtle"
	"errors"
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

	// Maker is the administrator role of who made it; empty for nobody's. Who makes a
	// link may know the password that is set by it, so what the role may not let
	// people into stays closed to that password, also when the person gets it later.
	Maker idp.AdminRole

	epochs  Epochs // when the link was made
	version uint64
}

type linkRecord struct {
	UserID   string `json:"user"`
	Purpose  string `json:"purpose"`
	Epoch    uint64 `json:"epoch,omitempty"`
	Instance uint64 `json:"instance_epoch,omitempty"`
	madeBy
}

// madeBy is who made a link, as it is stored with the link and with the password
// that was set by it.
type madeBy struct {
	Maker    string `json:"maker,omitempty"`
	Helpdesk bool   `json:"helpdesk,omitempty"` // what an earlier version wrote, of helpdesk alone
}

func (m madeBy) role() idp.AdminRole {
	if m.Helpdesk {
		return idp.AdminHelpdesk
	}
	return idp.AdminRole(m.Maker)
}

func linkFrom(item *Item) (*Link, error) {
	r, err := decode[linkRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read link: %w", err)
	}
	return &Link{
		UserID: r.UserID, Purpose: r.Purpose, ExpiresAt: item.Expires, Maker: r.role(),
		epochs: Epochs{Instance: r.Instance, User: r.Epoch}, version: item.Version,
	}, nil
}

// PutLink stores a one-time link by the hash of its secret. It opens nothing any
// more once the person's sessions were ended, as a new password, a suspension, a
// change of their administrator role and a lockdown do. It fails with [ErrNotFound]
// when there is no such person.
func (s *Store) PutLink(ctx context.Context, hash string, l Link, ev idp.Event) error {
	if !wellFormed(l.UserID) {
		return About("user", l.UserID, ErrNotFound)
	}
	epochs, err := s.Epochs(ctx, l.UserID)
	if err != nil {
		return About("link for user", l.UserID, err)
	}
	item, err := linkItem(hash, linkRecord{l.UserID, l.Purpose, epochs.User, epochs.Instance, madeBy{Maker: string(l.Maker)}}, l.ExpiresAt)
	if err != nil {
		return err
	}
	return About("link for user", l.UserID, s.commit(ctx, ev, Put(item, Absent()), Check(userKey(l.UserID), Present())))
}

func linkItem(hash string, r linkRecord, expires time.Time) (Item, error) {
	data, err := encode(r)
	return Item{Key: linkKey(hash), Data: data, Expires: expires}, err
}

// Link reads a one-time link without using it up. It fails with [ErrNotFound]
// when there is none, or it was used, or it has ended, or the person's sessions
// were ended since it was made.
func (s *Store) Link(ctx context.Context, hash string) (Link, error) {
	if !wellFormed(hash) {
		return Link{}, About("link", "", ErrNotFound)
	}
	item, err := s.get(ctx, linkKey(hash))
	if err != nil {
		return Link{}, err
	}
	if item == nil {
		return Link{}, About("link", "", ErrNotFound)
	}
	l, err := linkFrom(item)
	if err != nil {
		return Link{}, err
	}
	epochs, err := s.Epochs(ctx, l.UserID)
	if err != nil {
		return Link{}, err
	}
	if l.epochs != epochs {
		return Link{}, About("link", "", ErrNotFound)
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
			return nil, About("link", "", ErrNotFound)
		}
		return s.setCredentialOnce(ctx, l.UserID, Credential{Password: passwordHash, Maker: l.Maker})
	})
}

// setCredentialOnce is as setCredential, and holds only while the password is the
// one that is stored now: of two links that are used at once, one sets it.
func (s *Store) setCredentialOnce(ctx context.Context, userID string, c Credential) ([]Op, error) {
	held, err := s.heldCredential(ctx, userID)
	var before uint64
	switch {
	case err == nil:
		before = held.version
	case !errors.Is(err, ErrNotFound):
		return nil, err
	}
	return setCredential(userID, c, unchanged(before))
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
		return Link{}, fmt.Errorf("link: %w", gone(gone(err, linkKey(hash)), credentialKey(l.UserID)))
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
		return About("setup token", "", err)
	}
	return nil
}

// CheckSetup tells, without using the token up, whether hash is that of the
// setup token. It fails with [ErrNotFound] when it is not, or when there is an
// owner already.
func (s *Store) CheckSetup(ctx context.Context, hash string) error {
	owners, err := s.Owners(ctx)
	if err != nil {
		return err
	}
	if len(owners) > 0 {
		return About("setup token", "", ErrNotFound)
	}
	_, err = s.setupVersion(ctx, hash)
	return err
}

// FirstOwner makes the first owner with the setup token, which is used up, and
// stores the link by which that person sets a password: all of it or nothing. It
// fails with [ErrNotFound] when the token is another one or was used, or when
// there is an owner already, and with [ErrExists] when the email is taken.
func (s *Store) FirstOwner(ctx context.Context, setupHash string, u *idp.User, linkHash, purpose string, expires time.Time, ev idp.Event) error {
	err := s.CheckSetup(ctx, setupHash)
	if err != nil {
		return err
	}
	version, err := s.setupVersion(ctx, setupHash)
	if err != nil {
		return err
	}
	made := *u
	made.CreatedAt, made.Version = s.time(), 1
	made.UpdatedAt = made.CreatedAt
	ops, err := userOps(&made, nil)
	if err != nil {
		return err
	}
	owners, err := s.ownerOps(ctx, nil, &made)
	if err != nil {
		return err
	}
	epochs, err := s.Epochs(ctx, made.ID)
	if err != nil {
		return err
	}
	link, err := linkItem(linkHash, linkRecord{UserID: made.ID, Purpose: purpose, Epoch: epochs.User, Instance: epochs.Instance}, expires)
	if err != nil {
		return err
	}
	// The token goes first: of several failed conditions the first is told.
	all := append([]Op{Delete(setupKey(), Version(version))}, owners...)
	ops = append(append(all, ops...), Put(link, Absent()))
	err = s.commit(ctx, ev, ops...)
	if err != nil {
		return fmt.Errorf("first owner: %w", gone(gone(err, setupKey()), ownersKey()))
	}
	*u = made
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
	return 0, About("setup token", "", ErrNotFound)
}
