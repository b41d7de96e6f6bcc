package signin

import (
	"context"
	"errors"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// Hash is the form in which a password is stored. Whether a person may take it
// is asked of [Service.CheckPassword] before; here only what could never be signed
// in with is refused, with [idp.Problems]: nothing, or more than 256 bytes.
func (s *Service) Hash(ctx context.Context, password string) (string, error) {
	if password == "" || len(password) > maxPassword {
		return "", idp.Problems{{Field: "password", Reason: "cannot be a password", Remedy: fmt.Sprintf("use 1 to %d bytes of text", maxPassword)}}
	}
	return s.hasher.hash(ctx, password)
}

// Unlock ends the lock of an account and forgets its failures, as whoever gives a
// person a new password wants. The person need not exist.
func (s *Service) Unlock(ctx context.Context, email string) error {
	err := s.store.ClearAttempts(ctx, accountName(email))
	if err != nil {
		return fmt.Errorf("clear attempts: %w", err)
	}
	return nil
}

// SetDemoPassword gives all these people the same password, which need not be a
// good one: the demo listens on loopback only, and its operator chose it. Whoever has
// it already keeps their sessions.
func (s *Service) SetDemoPassword(ctx context.Context, password string, emails []string) error {
	for _, email := range emails {
		err := s.setDemoPassword(ctx, password, email)
		if err != nil {
			return fmt.Errorf("demo password of %q: %w", email, err)
		}
	}
	return nil
}

func (s *Service) setDemoPassword(ctx context.Context, password, email string) error {
	u, err := s.store.UserByEmail(ctx, idp.NormalEmail(email))
	if err != nil {
		return err
	}
	err = s.Unlock(ctx, u.Email)
	if err != nil {
		return err
	}
	held, err := s.store.Credential(ctx, u.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil && held.Password != "" {
		same, _, err := s.hasher.verify(ctx, password, held.Password)
		if err != nil || same {
			return err // nothing changes, and sessions go on
		}
	}
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return err
	}
	event := s.event(Client{}, idp.ActionPasswordSet, idp.OutcomeDone, nil)
	event.Actor, event.Target = "gatepost serve --demo", u.Email
	return s.store.SetCredential(ctx, u.ID, hash, event)
}
