package signin

import (
	"context"
	"errors"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

// ErrLink says that a one-time link is unknown, used or too old. It does not say
// which.
var ErrLink = errors.New("the link is not valid any more")

// ErrHelpdeskLink says that a link which helpdesk made does not set the person's
// password: connectors are open to the person by now.
var ErrHelpdeskLink = errors.New("helpdesk made the link, and connectors are open to the person by now")

// PurposePassword is the purpose of links that set a password; it keeps a link of
// one purpose from opening another.
const PurposePassword = "password"

// Links are where one-time links are kept; a *store.Store is one. What is not
// there is store.ErrNotFound.
type Links interface {
	Link(ctx context.Context, hash string) (store.Link, error)
	User(ctx context.Context, id string) (*idp.User, error)

	// SetCredentialByLink uses the link up and stores the hash of a new password,
	// in one transaction with the event.
	SetCredentialByLink(ctx context.Context, hash, purpose, passwordHash string, event idp.Event) (store.Link, error)
}

// LinkUser is the person whose password a link sets, or [ErrLink], or
// [ErrHelpdeskLink] with the person.
func (s *Service) LinkUser(ctx context.Context, secret string) (*idp.User, error) {
	link, err := s.store.Link(ctx, session.Hash(secret))
	if err != nil {
		return nil, linkError(err)
	}
	if link.Purpose != PurposePassword {
		return nil, ErrLink
	}
	u, err := s.store.User(ctx, link.UserID)
	if err != nil {
		return nil, linkError(err)
	}
	return u, s.vouched(ctx, link, u)
}

// vouched asks of a link what was asked of its maker: helpdesk makes none for people
// to whom connectors are open, and what it made before they were is void once they
// are. Used earlier, the link set a password that opens none of them; see
// [idp.HelpdeskPassword]. A person who came to Gatepost by helpdesk signs in as
// before and is told at the first launch to ask for a link of whoever decides about
// access: nothing else tells the person from who made the link.
func (s *Service) vouched(ctx context.Context, link store.Link, u *idp.User) error {
	unvouched, err := s.unvouched(ctx, link.Maker)
	if err != nil || !unvouched {
		return err
	}
	opens, err := s.store.Opens(ctx, u)
	if err != nil {
		return fmt.Errorf("what is open to %q: %w", u.Email, err)
	}
	if opens {
		return ErrHelpdeskLink
	}
	return nil
}

// unvouched reports whether a link of that maker leaves open who holds it: helpdesk
// made it, and the settings do not leave people with access to helpdesk.
func (s *Service) unvouched(ctx context.Context, maker idp.AdminRole) (bool, error) {
	if (idp.Settings{}).Vouches(maker) {
		return false, nil // whatever the settings say
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return false, fmt.Errorf("read settings: %w", err)
	}
	return !settings.Vouches(maker), nil
}

// RedeemLink sets a person's password by a one-time link and uses the link up,
// both or neither; it ends their sessions and the lock of their account. A
// password that is too weak is [idp.Problems] and leaves the link as it was.
func (s *Service) RedeemLink(ctx context.Context, secret, password string, client Client) error {
	u, err := s.LinkUser(ctx, secret)
	if errors.Is(err, ErrHelpdeskLink) {
		event := s.event(client, idp.ActionPasswordSet, idp.OutcomeRefused, u)
		event.Reason = ErrHelpdeskLink.Error()
		return errors.Join(err, s.store.PutEvent(ctx, event))
	}
	if err != nil {
		return err
	}
	err = s.CheckPassword(u, password)
	if err != nil {
		return err
	}
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return err
	}
	event := s.event(client, idp.ActionPasswordSet, idp.OutcomeDone, u)
	_, err = s.store.SetCredentialByLink(ctx, session.Hash(secret), PurposePassword, hash, event)
	if err != nil {
		return linkError(err)
	}
	err = s.Unlock(ctx, u.Email)
	if err != nil {
		return fmt.Errorf("the password is set, the lock of the account is not lifted: %w", err)
	}
	return nil
}

func linkError(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrLink
	}
	return err
}
