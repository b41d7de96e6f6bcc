package store

import (
	"context"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
)

type credentialRecord struct {
	Password string `json:"password"` // as hashed, with the parameters
	madeBy
}

// Credential is what proves who a person is.
type Credential struct {
	Password string        // as hashed, with the parameters
	Maker    idp.AdminRole // of the link that it was set by, see [Link.Maker]
}

// heldCredential is a credential with its version.
type heldCredential struct {
	Credential
	version uint64
}

func credentialItem(userID string, c Credential) (Item, error) {
	data, err := encode(credentialRecord{c.Password, madeBy{Maker: string(c.Maker)}})
	return Item{Key: credentialKey(userID), Data: data}, err
}

func credentialFrom(item *Item) (*heldCredential, error) {
	r, err := decode[credentialRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read credential: %w", err)
	}
	return &heldCredential{Credential{r.Password, r.role()}, item.Version}, nil
}

// Credential reads a person's password, as hashed. It fails with [ErrNotFound]
// when they have none.
func (s *Store) Credential(ctx context.Context, userID string) (Credential, error) {
	held, err := s.heldCredential(ctx, userID)
	if err != nil {
		return Credential{}, err
	}
	return held.Credential, nil
}

func (s *Store) heldCredential(ctx context.Context, userID string) (*heldCredential, error) {
	if !wellFormed(userID) {
		return nil, About("credential of user", userID, ErrNotFound)
	}
	item, err := s.get(ctx, credentialKey(userID))
	if err != nil {
		return nil, err
	}
	if item == nil {
		return nil, About("credential of user", userID, ErrNotFound)
	}
	return credentialFrom(item)
}

// SetCredential gives a person a password, of which it takes the hash, and ends
// all their sessions. It fails with [ErrNotFound] when there is no such person.
func (s *Store) SetCredential(ctx context.Context, userID, passwordHash string, ev idp.Event) error {
	ops, err := setCredential(userID, Credential{Password: passwordHash}, Always())
	if err != nil {
		return err
	}
	return About("user", userID, s.commit(ctx, ev, ops...))
}

// setCredential replaces a password where the condition holds of what is stored.
func setCredential(userID string, c Credential, cond Condition) ([]Op, error) {
	if !wellFormed(userID) {
		return nil, About("user", userID, ErrNotFound)
	}
	item, err := credentialItem(userID, c)
	if err != nil {
		return nil, err
	}
	return []Op{Check(userKey(userID), Present()), Put(item, cond), raiseEpoch(userID)}, nil
}

// RehashCredential replaces the hash of a password by another hash of the same
// password: sessions live on and there is no event. It fails with [ErrStale] when
// the stored hash is not the old one any more.
func (s *Store) RehashCredential(ctx context.Context, userID, oldHash, newHash string) error {
	held, err := s.heldCredential(ctx, userID)
	if err != nil {
		return err
	}
	if held.Password != oldHash {
		return About("credential of user", userID, ErrStale)
	}
	held.Password = newHash
	item, err := credentialItem(userID, held.Credential)
	if err != nil {
		return err
	}
	return About("credential of user", userID, s.tables.Write(ctx, Put(item, Version(held.version))))
}
