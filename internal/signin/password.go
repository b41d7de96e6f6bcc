package signin

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/gatepost/gatepost/internal/idp"
)

// HashPassword is the hash under which a new password is stored. It returns
// [idp.Problems] for one that [Service.CheckPassword] refuses.
func (s *Service) HashPassword(ctx context.Context, u *idp.User, password string) (string, error) {
	err := s.CheckPassword(u, password)
	if err != nil {
		return "", err
	}
	return s.hasher.hash(ctx, password)
}

// SetPassword gives a person a new password, ends the sessions made with the old
// one, and lifts a lock. It returns [idp.Problems] for a password that
// [Service.CheckPassword] refuses.
func (s *Service) SetPassword(ctx context.Context, u *idp.User, password string, event idp.Event) error {
	hash, err := s.HashPassword(ctx, u, password)
	if err != nil {
		return err
	}
	return s.setHash(ctx, u, hash, event)
}

// SetDemoPassword gives all these people the same password, which need not be a
// good one: the demo listens on loopback only, and its operator chose it. It may
// not be empty, longer than 256 bytes, or other than UTF-8.
func (s *Service) SetDemoPassword(ctx context.Context, password string, emails []string) error {
	if password == "" || len(password) > maxPassword || !utf8.ValidString(password) {
		return idp.Problems{{Field: "password", Reason: "cannot be a password", Remedy: fmt.Sprintf("use 1 to %d bytes of text", maxPassword)}}
	}
	for _, email := range emails {
		u, err := s.store.UserByEmail(ctx, idp.NormalEmail(email))
		if err != nil {
			return fmt.Errorf("demo password: %w", err)
		}
		hash, err := s.hasher.hash(ctx, password)
		if err != nil {
			return fmt.Errorf("demo password: %w", err)
		}
		event := s.event(Client{}, idp.ActionPasswordSet, idp.OutcomeDone, nil)
		event.Actor, event.Target = "gatepost serve --demo", u.Email
		err = s.setHash(ctx, u, hash, event)
		if err != nil {
			return err
		}
	}
	return nil
}

// setHash lifts the lock first: a count that is lost without a new password
// gives a guesser a few tries, a lock that outlives the new password would keep
// its owner out.
func (s *Service) setHash(ctx context.Context, u *idp.User, hash string, event idp.Event) error {
	err := s.store.ClearAttempts(ctx, accountName(u.Email))
	if err != nil {
		return fmt.Errorf("clear attempts of %q: %w", u.Email, err)
	}
	err = s.store.SetCredential(ctx, u.ID, hash, event)
	if err != nil {
		return fmt.Errorf("set password of %q: %w", u.Email, err)
	}
	return nil
}
