package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
)

// CreateUser stores a new person with their memberships, and gives u its
// version, its times and, where it has none, an ID and a name ID. It fails with
// [idp.Problems] when u is not valid, [ErrExists] when the email is taken, [ErrNameID] when the name ID is or was another person's,
// [ErrNotFound] when a group does not exist, and [ErrTooLarge] past [MaxChanges]
// memberships.
func (s *Store) CreateUser(ctx context.Context, u *idp.User, ev idp.Event) error {
	made := *u
	if made.ID == "" {
		made.ID = idp.NewID("")
	}
	if made.NameID == "" {
		made.NameID = idp.NewID("")
	}
	made.CreatedAt, made.Version = s.time(), 1
	made.Groups = liveMemberships(u.Groups, made.CreatedAt)
	made.UpdatedAt = made.CreatedAt
	err := made.Validate()
	if err != nil {
		return err
	}
	err = s.retry(ctx, func() error {
		return s.writeUser(ctx, &made, nil, ev)
	}, userKey(made.ID), usernameKey(u.Email), nameIDKey(made.NameID))
	if err != nil {
		return About("user", u.Email, nameIDTaken(err, made.NameID))
	}
	*u = made
	return nil
}

// User reads a person by their ID. It fails with [ErrNotFound] when there is
// none.
func (s *Store) User(ctx context.Context, id string) (*idp.User, error) {
	all, err := s.Users(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, About("user", id, ErrNotFound)
	}
	return all[0], nil
}

// Users reads those of the people that exist, in the order of the IDs.
func (s *Store) Users(ctx context.Context, ids ...string) ([]*idp.User, error) {
	items, err := s.getAll(ctx, keysOf(ids, userKey))
	if err != nil {
		return nil, err
	}
	return existing(items, userFrom)
}

// UserByEmail reads a person by their email, in its normal form. It fails with
// [ErrNotFound] when there is none. The calls to the tables are the same for every
// email, whether anybody has it or could: a sign-in must not tell by its time.
func (s *Store) UserByEmail(ctx context.Context, email string) (*idp.User, error) {
	name := email
	if idp.CheckEmail(email) != nil {
		name = nobody
	}
	id, err := s.named(ctx, usernameKey(name))
	missing := errors.Is(err, ErrNotFound)
	if err != nil && !missing {
		return nil, About("user", email, err)
	}
	if missing {
		id = nobody
	}
	u, err := s.User(ctx, id)
	if missing && (err == nil || errors.Is(err, ErrNotFound)) {
		return nil, About("user", email, ErrNotFound)
	}
	return u, err
}

// nobody is an ID and a name that no person has.
const nobody = "nobody"

// ListUsers returns a page of the people whose email begins with the prefix, by
// email, and the cursor of the next page. A page may be short before the end.
func (s *Store) ListUsers(ctx context.Context, l List) ([]*idp.User, string, error) {
	ids, cursor, err := s.listNames(ctx, usernameKey(""), l)
	if err != nil {
		return nil, "", About("list users", "", err)
	}
	users, err := s.Users(ctx, ids...)
	return users, cursor, err
}

// UpdateUser stores u in place of the version that it was read as, memberships
// included; the name ID and the time of making stay, and memberships that have
// ended are dropped. Suspending or locking a person ends their sessions for good. It fails
// with [ErrStale] when the person has changed since, [ErrLastOwner] when no
// active owner would be left, [ErrNotFound] when the person or a new group does
// not exist, and otherwise as CreateUser does.
func (s *Store) UpdateUser(ctx context.Context, u *idp.User, ev idp.Event) error {
	made := *u
	made.UpdatedAt = s.time()
	made.Groups = liveMemberships(u.Groups, made.UpdatedAt)
	err := s.retry(ctx, func() error {
		old, err := s.userAt(ctx, u.ID, u.Version)
		if err != nil {
			return err
		}
		err = idp.NewFaults(old.Validate(), made.Validate())
		if err != nil {
			return err
		}
		made.NameID, made.CreatedAt = old.NameID, old.CreatedAt
		return s.writeUser(ctx, &made, old, ev)
	}, userKey(u.ID), usernameKey(u.Email))
	if err != nil {
		return About("user", u.Email, err)
	}
	made.Version++
	*u = made
	return nil
}

// userAt reads a person who must have the version.
func (s *Store) userAt(ctx context.Context, id string, version uint64) (*idp.User, error) {
	if !wellFormed(id) {
		return nil, ErrNotFound
	}
	item, err := s.get(ctx, userKey(id))
	switch {
	case err != nil:
		return nil, err
	case item == nil:
		return nil, ErrNotFound
	case item.Version != version:
		return nil, ErrStale
	}
	return userFrom(item)
}

// writeUser commits u with what hangs on it, in place of old, which is nil for a
// new person.
func (s *Store) writeUser(ctx context.Context, u, old *idp.User, ev idp.Event) error {
	ops, err := userOps(u, old)
	if err != nil {
		return err
	}
	owners, err := s.ownerOps(ctx, old, u)
	if err != nil {
		return err
	}
	members, added, err := s.membershipOps(u, old)
	if err != nil {
		return err
	}
	checks, err := s.groupChecks(ctx, added)
	if err != nil {
		return err
	}
	ops = append(append(ops, owners...), members...)
	return s.commit(ctx, ev, withChecks(ops, checks)...)
}

// userOps write the person, their email and name ID as unique names, and the end of their
// sessions when they are suspended.
func userOps(u, old *idp.User) ([]Op, error) {
	item, err := userItem(u)
	if err != nil {
		return nil, err
	}
	name, err := nameItem(usernameKey(u.Email), u.ID)
	if err != nil {
		return nil, err
	}
	if old == nil {
		nameID, err := nameIDOp(u)
		return []Op{Put(item, Absent()), Put(name, Absent()), nameID}, err
	}
	ops := []Op{Put(item, Version(old.Version))}
	if old.Email != u.Email {
		ops = append(ops, Delete(usernameKey(old.Email), Always()), Put(name, Absent()))
	}
	locked := u.LockedBy != idp.AdminNone && old.LockedBy != u.LockedBy
	if old.Active && !u.Active || locked || old.AdminRole != u.AdminRole {
		ops = append(ops, raiseEpoch(u.ID))
	}
	return ops, nil
}

// DeleteUser removes a person: first, in one transaction, the person with their
// email and credential, which ends their access, though never their name ID, then what is left of their
// memberships and sessions. An error of the second part is returned too; what it
// leaves behind opens nothing. It fails with [ErrStale] when the person has
// changed since they were read as u, [ErrLastOwner], or [ErrNotFound].
func (s *Store) DeleteUser(ctx context.Context, u *idp.User, ev idp.Event) error {
	var left []Op
	err := s.retry(ctx, func() error {
		old, err := s.userAt(ctx, u.ID, u.Version)
		if err != nil {
			return err
		}
		owners, err := s.ownerOps(ctx, old, nil)
		if err != nil {
			return err
		}
		kept, err := s.keepNameID(ctx, old)
		if err != nil {
			return err
		}
		ops := append(append([]Op{
			Delete(userKey(u.ID), Version(u.Version)),
			Delete(usernameKey(old.Email), Always()),
			Delete(credentialKey(u.ID), Always()),
		}, owners...), kept...)
		members := deleteMembers(old)
		now := min(len(members), MaxOps-1-len(ops))
		left = members[now:]
		return s.commit(ctx, ev, append(ops, members[:now]...)...)
	}, userKey(u.ID))
	if err != nil {
		return About("user", u.Email, err)
	}
	err = s.sweepUser(ctx, u.ID, left)
	if err != nil {
		return fmt.Errorf("user %q is deleted, but not all sessions and memberships: %w", u.Email, err)
	}
	return nil
}

// sweepUser removes what is left of a deleted person. The epoch goes last: while
// it stands, no session from before it was raised can come back to life.
func (s *Store) sweepUser(ctx context.Context, userID string, left []Op) error {
	err := s.writeAll(ctx, left)
	if err != nil {
		return err
	}
	err = s.deleteSessions(ctx, userID)
	if err != nil {
		return err
	}
	return s.tables.Write(ctx, Delete(epochKey(userID), Always()))
}

// writeAll writes operations that need not happen together.
func (s *Store) writeAll(ctx context.Context, ops []Op) error {
	for len(ops) > 0 {
		n := min(len(ops), MaxOps)
		err := s.tables.Write(ctx, ops[:n]...)
		if err != nil {
			return err
		}
		ops = ops[n:]
	}
	return nil
}
