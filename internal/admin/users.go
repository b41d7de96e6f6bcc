package admin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// Users is a page of the people, by email.
func (a *Administrator) Users(ctx context.Context, l List) ([]resource.User, string, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, "", err
	}
	l.Prefix = idp.NormalEmail(l.Prefix)
	users, next, err := search(l, func(at store.List) ([]*idp.User, string, error) {
		return a.service.Store.ListUsers(ctx, at)
	}, func(u *idp.User) bool { return l.found(u.Email, u.Name) })
	if err != nil {
		return nil, "", store.About("list users", "", err)
	}
	list, err := a.service.showUsers(ctx, users)
	return list, next, err
}

func (s *Service) showUsers(ctx context.Context, users []*idp.User) ([]resource.User, error) {
	var ids []string
	for _, u := range users {
		for _, m := range u.Groups {
			ids = append(ids, m.GroupID)
		}
	}
	names, err := s.Store.GroupNames(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("groups of users: %w", err)
	}
	list := make([]resource.User, 0, len(users))
	for _, u := range users {
		live := *u
		live.Groups = s.live(u.Groups)
		list = append(list, resource.FromUser(&live, names))
	}
	return list, nil
}

func (s *Service) showOne(ctx context.Context, u *idp.User) (resource.User, error) {
	list, err := s.showUsers(ctx, []*idp.User{u})
	if err != nil {
		return resource.User{}, err
	}
	return list[0], nil
}

// User is the person with that email.
func (a *Administrator) User(ctx context.Context, email string) (resource.User, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return resource.User{}, err
	}
	u, err := a.service.User(ctx, email)
	if err != nil {
		return resource.User{}, err
	}
	return a.service.showOne(ctx, u)
}

// CreateUser stores a new, active person, without a password, with the groups
// that the shape names.
func (a *Administrator) CreateUser(ctx context.Context, in resource.User) (resource.User, error) {
	err := a.may(ctx, OpUser, in.Email)
	if err != nil {
		return resource.User{}, err
	}
	s := a.service
	u := s.newUser(NewUser{Email: in.Email, Name: in.Name, AdminRole: idp.AdminRole(in.AdminRole), Attributes: in.Attributes})
	if in.NameID != "" {
		if !validNameID(in.NameID) {
			return resource.User{}, idp.Problems{{Field: "name_id", Value: in.NameID, Reason: "is not a name ID", Remedy: "leave it out, or use the one of an export"}}
		}
		// AWS knows people by it: who may choose one may pass for somebody else.
		err = a.may(ctx, OpAdministrators, in.Email)
		if err != nil {
			return resource.User{}, err
		}
		u.NameID = in.NameID
		err = s.Store.ClaimNameIDs(ctx)
		if err != nil {
			return resource.User{}, err
		}
	}
	groups, err := a.memberships(ctx, nil, u, in.Groups)
	if err != nil {
		return resource.User{}, err
	}
	err = a.mayMake(ctx, nil, u)
	if err != nil {
		return resource.User{}, err
	}
	u.Groups = groups
	u.Unconfirmed, err = a.unconfirmed(nil, u)
	if err != nil {
		return resource.User{}, err
	}
	e, err := s.userEvent(ctx, a.actor, idp.ActionUserCreate, nil, u)
	if err != nil {
		return resource.User{}, err
	}
	err = s.Store.CreateUser(ctx, u, e)
	if err != nil {
		return resource.User{}, store.About("create user", u.Email, err)
	}
	err = a.lookAgain(ctx, &idp.User{ID: u.ID, Email: u.Email}, differing(nil, u.Groups)...)
	if err != nil {
		return resource.User{}, err
	}
	return s.showOne(ctx, u)
}

// validNameID keeps name IDs to what Gatepost itself writes: a persistent, opaque
// identifier (SAML 2.0 Core, 8.3.7).
func validNameID(s string) bool {
	return len(s) >= 8 && len(s) <= 128 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-'
	})
}

// mayMake asks whether the actor may turn one state of a person into another: who
// is or becomes an administrator is an owner's to change, and so is how people are
// known where a connector is open to them.
func (a *Administrator) mayMake(ctx context.Context, before, after *idp.User) error {
	if before == nil {
		before = &idp.User{Email: after.Email}
	}
	if before.AdminRole != after.AdminRole {
		return a.may(ctx, OpAdministrators, after.Email)
	}
	err := a.mayTo(ctx, OpUser, before)
	if err != nil || before.ID == "" {
		return err
	}
	return a.mayIdentify(ctx, before, after)
}

// UpdateUser changes a person by way of their shape: name, administrator role,
// attributes, and the groups, which become those of the shape. The email is the
// username: a change of it is a change of how they sign in.
func (a *Administrator) UpdateUser(ctx context.Context, email, match string, change func(*resource.User) error) (resource.User, error) {
	err := a.may(ctx, OpUser, email)
	if err != nil {
		return resource.User{}, err
	}
	before, shown, err := a.freshUser(ctx, email, match)
	if err != nil {
		return resource.User{}, err
	}
	err = change(&shown)
	if err != nil {
		return resource.User{}, err
	}
	if shown.NameID != "" && shown.NameID != before.NameID {
		return resource.User{}, idp.Problems{{Field: "name_id", Value: shown.NameID, Reason: "AWS knows the person by the one they have", Remedy: "leave it out"}}
	}
	after := *before
	after.Email, after.Name = idp.NormalEmail(shown.Email), shown.Name
	after.AdminRole, after.Attributes, after.UpdatedAt = idp.AdminRole(shown.AdminRole), shown.Attributes, a.service.Now()
	err = a.mayMake(ctx, before, &after)
	if err != nil {
		return resource.User{}, err
	}
	after.Groups, err = a.memberships(ctx, before, &after, shown.Groups)
	if err != nil {
		return resource.User{}, err
	}
	after.Unconfirmed, err = a.unconfirmed(before, &after)
	if err != nil {
		return resource.User{}, err
	}
	s := a.service
	e, err := s.userEvent(ctx, a.actor, idp.ActionUserUpdate, before, &after)
	if err != nil {
		return resource.User{}, err
	}
	err = s.Store.UpdateUser(ctx, &after, e)
	if errors.Is(err, store.ErrStale) {
		return resource.User{}, a.staleUser(ctx, email)
	}
	if err != nil {
		return resource.User{}, store.About("save user", email, err)
	}
	err = a.identifyAgain(ctx, before, &after)
	if err != nil {
		return resource.User{}, err
	}
	err = a.lookAgain(ctx, before, differing(s.live(before.Groups), after.Groups)...)
	if err != nil {
		return resource.User{}, err
	}
	return s.showOne(ctx, &after)
}

// freshUser is a person who must be of the version match.
func (a *Administrator) freshUser(ctx context.Context, email, match string) (*idp.User, resource.User, error) {
	u, err := a.service.User(ctx, email)
	if err != nil {
		return nil, resource.User{}, err
	}
	shown, err := a.service.showOne(ctx, u)
	if err != nil {
		return nil, resource.User{}, err
	}
	if !matches(match, shown.ETag) {
		return nil, resource.User{}, a.staleUser(ctx, email)
	}
	return u, shown, nil
}

func (a *Administrator) staleUser(ctx context.Context, email string) error {
	u, err := a.service.User(ctx, email)
	if err != nil {
		return err
	}
	now, err := a.service.showOne(ctx, u)
	if err != nil {
		return err
	}
	return &Stale{ETag: now.ETag, Current: now, Changes: a.service.changesOf(ctx, a.service.lately(), u.Email)}
}

// person is a person to whom the actor may do an operation.
func (a *Administrator) person(ctx context.Context, op Operation, email string) (*idp.User, error) {
	err := a.may(ctx, op, email)
	if err != nil {
		return nil, err
	}
	u, err := a.service.User(ctx, email)
	if err != nil {
		return nil, err
	}
	return u, a.mayTo(ctx, op, u)
}

// SuspendUser closes everything to a person, from the next request on.
func (a *Administrator) SuspendUser(ctx context.Context, email string) error {
	return a.setActive(ctx, OpUser, idp.ActionUserSuspend, email, false)
}

// ResumeUser lets a suspended person in again, by a new sign-in.
func (a *Administrator) ResumeUser(ctx context.Context, email string) error {
	return a.setActive(ctx, OpUserReset, idp.ActionUserResume, email, true)
}

// DeleteUser removes a person.
func (a *Administrator) DeleteUser(ctx context.Context, email, match string) error {
	err := a.may(ctx, OpUser, email)
	if err != nil {
		return err
	}
	u, _, err := a.freshUser(ctx, email, match)
	if err != nil {
		return err
	}
	err = a.mayTo(ctx, OpUser, u)
	if err != nil {
		return err
	}
	err = a.service.deleteUser(ctx, a.actor, u)
	if errors.Is(err, store.ErrStale) {
		return a.staleUser(ctx, email)
	}
	return err
}

// PasswordLink makes a one-time link by which the person sets a new password.
func (a *Administrator) PasswordLink(ctx context.Context, email string) (resource.Link, error) {
	u, err := a.person(ctx, OpUserReset, email)
	if err != nil {
		return resource.Link{}, err
	}
	if !u.Active {
		return resource.Link{}, idp.Problems{{Field: "email", Value: u.Email, Reason: "is suspended, so a password would open nothing", Remedy: "resume the person first"}}
	}
	address, err := a.service.passwordLink(ctx, a.actor, u)
	if err != nil {
		return resource.Link{}, err
	}
	// The person may have become an administrator since, or got access: then nobody
	// sees the link.
	_, err = a.person(ctx, OpUserReset, email)
	if err != nil {
		return resource.Link{}, err
	}
	link := resource.Link{URL: address, ExpiresAt: resource.Stamp(a.service.Now().Add(PasswordLinkLifetime))}
	settings, err := a.service.Store.Settings(ctx)
	if err != nil {
		return resource.Link{}, fmt.Errorf("read settings: %w", err)
	}
	if !settings.Vouches(a.actor.Role) {
		link.Note = "the password that it sets opens no connector: once the person has access, a connector administrator or an owner makes them another link"
	}
	return link, nil
}

// LockUser ends at once all that a person has open (sessions, tokens, links) and
// suspends them. Somebody who is suspended already is locked all the same: all is
// ended anew, and on record. No lower administrator role lets them in again.
func (a *Administrator) LockUser(ctx context.Context, email string) error {
	return a.setActive(ctx, OpUserLock, idp.ActionUserLock, email, false)
}

// UnlockUser lets a person in again, by a new sign-in.
func (a *Administrator) UnlockUser(ctx context.Context, email string) error {
	return a.setActive(ctx, OpUserReset, idp.ActionUserUnlock, email, true)
}

// setActive suspends a person or lets them in again. It asks no version: it is
// repeated when somebody else was quicker, since a person who has to be locked out
// has to be, whoever changes their name just then.
func (a *Administrator) setActive(ctx context.Context, op Operation, action idp.Action, email string, active bool) error {
	s := a.service
	return quicker(func() error {
		u, err := a.person(ctx, op, email)
		if err != nil {
			return err
		}
		lock := a.lock(u, action)
		if u.Active != active || u.LockedBy != lock {
			_, err := s.saveUser(ctx, a.actor, action, u, func(u *idp.User) { u.Active, u.LockedBy = active, lock })
			return err
		}
		if action != idp.ActionUserLock {
			return nil
		}
		err = s.Store.RaiseUserEpoch(ctx, u.ID, s.event(a.actor, action, u.Email))
		if err != nil {
			return err
		}
		u, err = s.User(ctx, email)
		if err == nil && u.LockedBy != lock { // let in again meanwhile
			return store.ErrStale
		}
		return err
	})
}

// lock is whose lock a person is under after an action: a lock is never lowered,
// and who lets the person in again ends it.
func (a *Administrator) lock(u *idp.User, action idp.Action) idp.AdminRole {
	switch action {
	case idp.ActionUserLock:
		if a.actor.Role.Outranks(u.LockedBy) {
			return a.actor.Role
		}
		return u.LockedBy
	case idp.ActionUserSuspend:
		return u.LockedBy
	}
	return idp.AdminNone
}

// Sessions are a person's live sessions, the latest first.
func (a *Administrator) Sessions(ctx context.Context, email string) ([]resource.Session, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	s := a.service
	u, err := s.User(ctx, email)
	if err != nil {
		return nil, err
	}
	epochs, err := s.Store.Epochs(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	held, err := s.Store.ListSessions(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(held, func(x, y *idp.Session) int { return y.LastSeen.Compare(x.LastSeen) })
	list := []resource.Session{}
	for _, one := range held {
		if one.Live(s.Now(), epochs.Instance, epochs.User) {
			list = append(list, resource.Session{
				StartedAt: resource.Stamp(one.AuthTime), LastSeen: resource.Stamp(one.LastSeen), ExpiresAt: resource.Stamp(one.ExpiresAt),
				SourceIP: one.SourceIP, UserAgent: one.UserAgent,
			})
		}
	}
	return list, nil
}
