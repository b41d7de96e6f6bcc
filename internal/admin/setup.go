package admin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
)

// How long one-time links open.
const (
	SetupLifetime        = time.Hour
	PasswordLinkLifetime = 24 * time.Hour
)

// ErrLink says that a setup link is unknown, used or too old. It does not say
// which.
var ErrLink = errors.New("the link is not valid any more")

// NewSetup makes the link that creates the first owner, replacing an earlier one.
func (s *Service) NewSetup(ctx context.Context, a Actor) (string, error) {
	secret := idp.NewSecret()
	err := s.Store.PutSetup(ctx, session.Hash(secret), s.Now().Add(SetupLifetime), s.event(a, idp.ActionSetupLink, ""))
	if err != nil {
		return "", fmt.Errorf("store setup link: %w", err)
	}
	return s.URL + "/setup?token=" + secret, nil
}

// SetupOpen reports whether the secret of a setup link would be taken.
func (s *Service) SetupOpen(ctx context.Context, secret string) error {
	return linkError(s.Store.CheckSetup(ctx, session.Hash(secret)))
}

// Setup makes the first owner and answers with the link by which that person
// sets a password. The link is used up only when the person could be made, and
// makes nobody once there is an owner.
func (s *Service) Setup(ctx context.Context, a Actor, secret string, in NewUser) (string, error) {
	in.AdminRole = idp.AdminOwner
	u := s.newUser(in)
	err := u.Validate()
	if err != nil {
		return "", err
	}
	link := idp.NewSecret()
	err = s.Store.FirstOwner(ctx, session.Hash(secret), u, session.Hash(link), signin.PurposePassword,
		s.Now().Add(PasswordLinkLifetime), s.event(a, idp.ActionSetup, u.Email))
	if err != nil {
		return "", linkError(err)
	}
	return s.passwordAddress(link), nil
}

func (s *Service) passwordAddress(secret string) string { return s.URL + "/password?token=" + secret }

// PasswordLink makes a one-time link by which the person sets a new password.
func (s *Service) PasswordLink(ctx context.Context, a Actor, email string) (string, error) {
	u, err := s.User(ctx, email)
	if err != nil {
		return "", err
	}
	return s.passwordLink(ctx, a, u)
}

func (s *Service) passwordLink(ctx context.Context, a Actor, u *idp.User) (string, error) {
	secret := idp.NewSecret()
	e := s.event(a, idp.ActionPasswordLink, u.Email)
	err := s.Store.PutLink(ctx, session.Hash(secret), store.Link{
		UserID: u.ID, Purpose: signin.PurposePassword, ExpiresAt: s.Now().Add(PasswordLinkLifetime), Maker: a.Role,
	}, e)
	if err != nil {
		return "", store.About("store password link of", u.Email, err)
	}
	return s.passwordAddress(secret), nil
}

func linkError(err error) error {
	if isNotFound(err) {
		return ErrLink
	}
	return err
}

func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }
