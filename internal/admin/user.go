package admin

import (
	"context"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// NewUser is what a person is made from; only the email is needed.
type NewUser struct {
	Email      string
	Name       string
	AdminRole  idp.AdminRole
	Attributes map[string]string
}

// CreateUser stores a new, active person without a password. It returns
// [idp.Problems], or store.ErrExists for an email that is taken.
func (s *Service) CreateUser(ctx context.Context, a Actor, in NewUser) (*idp.User, error) {
	u := s.newUser(in)
	err := u.Validate()
	if err != nil {
		return nil, err
	}
	e, err := s.userEvent(ctx, a, idp.ActionUserCreate, nil, u)
	if err != nil {
		return nil, err
	}
	err = s.Store.CreateUser(ctx, u, e)
	if err != nil {
		return nil, store.About("create user", u.Email, err)
	}
	return u, nil
}

func (s *Service) newUser(in NewUser) *idp.User {
	return &idp.User{
		ID:         idp.NewID("u_"),
		Email:      idp.NormalEmail(in.Email),
		Name:       in.Name,
		Active:     true,
		NameID:     idp.NewID("n"),
		AdminRole:  in.AdminRole,
		Attributes: in.Attributes,
		CreatedAt:  s.Now(),
		UpdatedAt:  s.Now(),
	}
}

// CreateUserWithPassword creates a person who can sign in at once. A password
// that is too weak is refused before anything is stored; an empty one sets none.
func (s *Service) CreateUserWithPassword(ctx context.Context, a Actor, in NewUser, password string) (*idp.User, error) {
	if password == "" {
		return s.CreateUser(ctx, a, in)
	}
	err := s.Passwords.CheckPassword(&idp.User{Email: idp.NormalEmail(in.Email), Name: in.Name}, password)
	if err != nil {
		return nil, err
	}
	u, err := s.CreateUser(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return u, s.SetPassword(ctx, a, u.Email, password)
}

// User returns the person with the email, or store.ErrNotFound.
func (s *Service) User(ctx context.Context, email string) (*idp.User, error) {
	u, err := s.Store.UserByEmail(ctx, idp.NormalEmail(email))
	if err != nil {
		return nil, store.About("user", email, err)
	}
	return u, nil
}

// UpdateUser changes a person's name, administrator role and attributes.
func (s *Service) UpdateUser(ctx context.Context, a Actor, email string, change func(*idp.User)) (*idp.User, error) {
	return s.changeUser(ctx, a, idp.ActionUserUpdate, email, func(u *idp.User) {
		active := u.Active
		change(u)
		u.Active = active
	})
}

// Suspend closes everything to a person, from the next request on, and ends their
// sessions: a person who is resumed signs in anew.
func (s *Service) Suspend(ctx context.Context, a Actor, email string) error {
	_, err := s.changeUser(ctx, a, idp.ActionUserSuspend, email, func(u *idp.User) { u.Active = false })
	return err
}

// Resume lets a suspended person in again, by a new sign-in.
func (s *Service) Resume(ctx context.Context, a Actor, email string) error {
	_, err := s.changeUser(ctx, a, idp.ActionUserResume, email, func(u *idp.User) { u.Active = true })
	return err
}

func (s *Service) changeUser(ctx context.Context, a Actor, action idp.Action, email string, change func(*idp.User)) (*idp.User, error) {
	before, err := s.User(ctx, email)
	if err != nil {
		return nil, err
	}
	return s.saveUser(ctx, a, action, before, change)
}

func (s *Service) saveUser(ctx context.Context, a Actor, action idp.Action, before *idp.User, change func(*idp.User)) (*idp.User, error) {
	after := *before
	change(&after)
	after.ID, after.Email, after.NameID, after.Groups = before.ID, before.Email, before.NameID, before.Groups
	after.Version, after.CreatedAt, after.UpdatedAt = before.Version, before.CreatedAt, s.Now()
	err := idp.NewFaults(before.Validate(), after.Validate())
	if err != nil {
		return nil, err
	}
	e, err := s.userEvent(ctx, a, action, before, &after)
	if err != nil {
		return nil, err
	}
	err = s.Store.UpdateUser(ctx, &after, e)
	if err != nil {
		return nil, store.About("save user", after.Email, err)
	}
	return &after, nil
}

// DeleteUser removes a person: first the person, which ends every access, then
// what refers to them.
func (s *Service) DeleteUser(ctx context.Context, a Actor, email string) error {
	u, err := s.User(ctx, email)
	if err != nil {
		return err
	}
	return s.deleteUser(ctx, a, u)
}

func (s *Service) deleteUser(ctx context.Context, a Actor, u *idp.User) error {
	e, err := s.userEvent(ctx, a, idp.ActionUserDelete, u, nil)
	if err != nil {
		return err
	}
	err = s.Store.DeleteUser(ctx, u, e)
	if err != nil {
		return store.About("delete user", u.Email, err)
	}
	return nil
}

// SetPassword gives a person a new password and ends the sessions made with the
// old one. It returns [idp.Problems] for a password that is too weak.
func (s *Service) SetPassword(ctx context.Context, a Actor, email, password string) error {
	u, err := s.User(ctx, email)
	if err != nil {
		return err
	}
	err = s.Passwords.CheckPassword(u, password)
	if err != nil {
		return err
	}
	hash, err := s.Passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.Store.SetCredential(ctx, u.ID, hash, s.event(a, idp.ActionPasswordSet, u.Email))
	if err != nil {
		return store.About("set password of", u.Email, err)
	}
	return s.Passwords.Unlock(ctx, u.Email)
}
