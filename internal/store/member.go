package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Member is one person's membership, seen from the group.
type Member struct {
	UserID string
	Until  time.Time // zero: no end
}

// AddMember puts a person into a group until a time, zero for no end; a
// membership that is there gets the new end. It raises the person's version. It
// fails with [ErrNotFound] when either does not exist, and [idp.Problems] past
// [idp.MaxMemberships].
func (s *Store) AddMember(ctx context.Context, userID, groupID string, until time.Time, ev idp.Event) error {
	want := idp.Membership{GroupID: groupID, Until: until.UTC().Round(0)}
	return s.retry(ctx, func() error {
		old, err := s.User(ctx, userID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(old.Groups, func(m idp.Membership) bool { return sameMembership(m, want) }) {
			return nil
		}
		u := *old
		u.Groups = append(outsideGroup(old.Groups, groupID), want)
		u.Groups = liveMemberships(u.Groups, s.time())
		err = idp.NewFaults(old.Validate(), u.Validate())
		if err != nil {
			return err
		}
		return s.rejoin(ctx, &u, old, ev)
	})
}

// RemoveMember takes a person out of a group. It raises the person's version;
// when they are not in it, it does nothing. It fails with [ErrNotFound] when the
// person does not exist.
func (s *Store) RemoveMember(ctx context.Context, userID, groupID string, ev idp.Event) error {
	return s.retry(ctx, func() error {
		old, err := s.User(ctx, userID)
		if err != nil {
			return err
		}
		u := *old
		u.Groups = outsideGroup(old.Groups, groupID)
		if len(u.Groups) == len(old.Groups) {
			return nil
		}
		return s.rejoin(ctx, &u, old, ev)
	})
}

// rejoin writes a person whose memberships alone have changed. It does not
// validate them: nothing may stand in the way of removing.
func (s *Store) rejoin(ctx context.Context, u, old *idp.User, ev idp.Event) error {
	u.UpdatedAt = s.time()
	return About("user", u.Email, s.writeUser(ctx, u, old, ev))
}

// Members returns a page of a group's live memberships, by the ID of the person,
// and the cursor of the next page. A page may be short before the end. The
// list's prefix is not used.
func (s *Store) Members(ctx context.Context, groupID string, l List) ([]Member, string, error) {
	if !wellFormed(groupID) {
		return nil, "", nil
	}
	page, err := s.page(ctx, groupKey(groupID), memberPrefix, l)
	if err != nil {
		return nil, "", About("members of group", groupID, err)
	}
	members := make([]Member, len(page.Items))
	for i, item := range page.Items {
		members[i] = Member{UserID: strings.TrimPrefix(item.Key.Sort, memberPrefix), Until: item.Expires}
	}
	return members, page.Cursor, nil
}

// membershipOps write the groups' side of the memberships of u that differ from
// those of old, which may be nil; they come with the groups that are new. That
// side ends by itself when the membership does.
func (s *Store) membershipOps(u, old *idp.User) ([]Op, []string, error) {
	var before []idp.Membership
	if old != nil {
		before = liveMemberships(old.Groups, s.time())
	}
	var ops []Op
	var added []string
	for i, m := range u.Groups {
		if inGroup(u.Groups[:i], m.GroupID) {
			return nil, nil, fmt.Errorf("group %q is given twice: %w", m.GroupID, ErrExists)
		}
		if slices.ContainsFunc(before, func(b idp.Membership) bool { return sameMembership(b, m) }) {
			continue
		}
		ops = append(ops, Put(Item{Key: memberKey(m.GroupID, u.ID), Expires: m.Until}, Always()))
		if !inGroup(before, m.GroupID) {
			added = append(added, m.GroupID)
		}
	}
	for _, m := range before {
		if !inGroup(u.Groups, m.GroupID) {
			ops = append(ops, Delete(memberKey(m.GroupID, u.ID), Always()))
		}
	}
	if len(ops) > MaxChanges {
		return nil, nil, fmt.Errorf("%d memberships change at once, at most %d; add and remove some one by one: %w", len(ops), MaxChanges, ErrTooLarge)
	}
	return ops, added, nil
}

func deleteMembers(u *idp.User) []Op {
	ops := make([]Op, len(u.Groups))
	for i, m := range u.Groups {
		ops[i] = Delete(memberKey(m.GroupID, u.ID), Always())
	}
	return ops
}

func sameMembership(a, b idp.Membership) bool {
	return a.GroupID == b.GroupID && a.Until.Equal(b.Until)
}

func inGroup(memberships []idp.Membership, groupID string) bool {
	return slices.ContainsFunc(memberships, func(m idp.Membership) bool { return m.GroupID == groupID })
}

func outsideGroup(memberships []idp.Membership, groupID string) []idp.Membership {
	return slices.DeleteFunc(slices.Clone(memberships), func(m idp.Membership) bool { return m.GroupID == groupID })
}

func liveMemberships(memberships []idp.Membership, now time.Time) []idp.Membership {
	return slices.DeleteFunc(slices.Clone(memberships), func(m idp.Membership) bool { return !m.Live(now) })
}
