package plan_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const address = "https://sso.example.com"

// site is a store in memory that keeps the rules of the real one: versions that
// rise with every write, memberships that are part of the person, grants that are
// part of the connector, and what a deleted group takes with it.
type site struct {
	connectors map[string]resource.Connector
	groups     map[string]resource.Group
	users      map[string]resource.User
	settings   resource.Settings
	version    uint64
	calls      int
	fail       func(call string) error // before the call does anything
	slow       int                     // calls that deleting a group takes
	closed     map[string]bool         // groups, to new members and grants
}

func newSite() *site {
	return &site{connectors: map[string]resource.Connector{}, groups: map[string]resource.Group{}, users: map[string]resource.User{}, closed: map[string]bool{}}
}

// Settings implements [plan.Reader].
func (s *site) Settings(context.Context) (resource.Settings, error) { return s.settings, nil }

// UpdateSettings implements [plan.Site].
func (s *site) UpdateSettings(_ context.Context, match string, change func(*resource.Settings) error) (resource.Settings, error) {
	err := s.called("UpdateSettings")
	if err != nil {
		return resource.Settings{}, err
	}
	if match != s.settings.ETag {
		return resource.Settings{}, store.ErrStale
	}
	err = change(&s.settings)
	_, s.settings.ETag = s.next()
	return s.settings, err
}

func (s *site) called(name string) error {
	s.calls++
	if s.fail != nil {
		return s.fail(name)
	}
	return nil
}

func (s *site) next() (uint64, string) {
	s.version++
	return s.version, fmt.Sprintf(`"id.%d"`, s.version)
}

func (s *site) putConnector(c resource.Connector) resource.Connector {
	c.Version, c.ETag = s.next()
	s.connectors[c.Slug] = c
	return c
}

func (s *site) putUser(u resource.User) resource.User {
	u.Version, u.ETag = s.next()
	slices.SortFunc(u.Groups, func(a, b resource.Membership) int { return cmp.Compare(a.Name, b.Name) })
	s.users[u.Email] = u
	return u
}

func checked[T any](things map[string]T, name, match string, etag func(T) string) (T, error) {
	thing, found := things[name]
	switch {
	case !found:
		return thing, fmt.Errorf("%q: %w", name, store.ErrNotFound)
	case match != "" && match != etag(thing):
		return thing, fmt.Errorf("%q: %w", name, store.ErrStale)
	}
	return thing, nil
}

func (s *site) connector(slug, match string) (resource.Connector, error) {
	c, err := checked(s.connectors, slug, match, func(c resource.Connector) string { return c.ETag })
	c.Groups, c.Roles = slices.Clone(c.Groups), slices.Clone(c.Roles)
	return c, err
}

func (s *site) group(name, match string) (resource.Group, error) {
	return checked(s.groups, name, match, func(g resource.Group) string { return g.ETag })
}

func (s *site) user(email, match string) (resource.User, error) {
	u, err := checked(s.users, email, match, func(u resource.User) string { return u.ETag })
	u.Groups, u.Attributes = slices.Clone(u.Groups), maps.Clone(u.Attributes)
	return u, err
}

func (s *site) Instance(context.Context) (resource.Instance, error) {
	return resource.Instance{URL: address}, nil
}

// A page brings two, so that there are several.
func page[T any](things map[string]T, cursor string) ([]T, string, error) {
	var list []T
	for _, name := range slices.Sorted(maps.Keys(things)) {
		if name <= cursor {
			continue
		}
		if len(list) == 2 {
			return list, cursor, nil
		}
		list, cursor = append(list, things[name]), name
	}
	return list, "", nil
}

func (s *site) ConnectorPage(_ context.Context, cursor string) ([]resource.Connector, string, error) {
	return page(s.connectors, cursor)
}

func (s *site) GroupPage(_ context.Context, cursor string) ([]resource.Group, string, error) {
	return page(s.groups, cursor)
}

func (s *site) UserPage(_ context.Context, cursor string) ([]resource.User, string, error) {
	return page(s.users, cursor)
}

func (s *site) CreateGroup(_ context.Context, in resource.Group) (resource.Group, error) {
	err := s.called("create group")
	if err != nil {
		return in, err
	}
	_, there := s.groups[in.Name]
	if there {
		return in, store.ErrExists
	}
	in.Version, in.ETag = s.next()
	s.groups[in.Name] = in
	return in, nil
}

func (s *site) UpdateGroup(_ context.Context, name, match string, change func(*resource.Group) error) (resource.Group, error) {
	err := s.called("update group")
	if err != nil {
		return resource.Group{}, err
	}
	g, err := s.group(name, match)
	if err != nil {
		return g, err
	}
	err = change(&g)
	g.Version, g.ETag = s.next()
	s.groups[name] = g
	return g, err
}

func (s *site) CloseGroup(_ context.Context, name, match string) (resource.Group, error) {
	return s.mark("close group", name, match, true)
}

func (s *site) ReopenGroup(_ context.Context, name, match string) error {
	_, err := s.mark("reopen group", name, match, false)
	return err
}

func (s *site) mark(call, name, match string, closed bool) (resource.Group, error) {
	err := s.called(call)
	if err != nil {
		return resource.Group{}, err
	}
	g, err := s.group(name, match)
	if err != nil {
		return g, err
	}
	g.Version, g.ETag = s.next()
	s.groups[name], s.closed[name] = g, closed
	return g, nil
}

func (s *site) GroupConnectors(_ context.Context, name string) ([]string, error) {
	var slugs []string
	for _, slug := range slices.Sorted(maps.Keys(s.connectors)) {
		if slices.Contains(s.connectors[slug].Groups, name) {
			slugs = append(slugs, slug)
		}
	}
	return slugs, nil
}

func (s *site) MemberPage(_ context.Context, group, cursor string) ([]resource.Member, string, error) {
	members := map[string]resource.Member{}
	for _, u := range s.users {
		for _, m := range u.Groups {
			if m.Name == group {
				members[u.Email] = resource.Member{Email: u.Email, Active: u.Active, ExpiresAt: m.ExpiresAt}
			}
		}
	}
	return page(members, cursor)
}

// takes tells whether a group takes something new.
func (s *site) takes(group string) error {
	if s.closed[group] {
		return store.ErrClosed
	}
	return nil
}

func (s *site) DeleteGroup(_ context.Context, name, match string) (bool, error) {
	err := s.called("delete group")
	if err != nil {
		return false, err
	}
	g, err := s.group(name, match)
	if err != nil {
		return false, err
	}
	if s.slow > 0 {
		s.slow--
		g.Version, g.ETag = s.next()
		s.groups[name] = g
		return false, nil
	}
	for _, c := range s.connectors {
		if slices.Contains(c.Groups, name) {
			c.Groups, c.Roles = without(c.Groups, name), closed(c.Roles, name)
			s.putConnector(c)
		}
	}
	for _, u := range s.users {
		s.leave(u, name)
	}
	delete(s.groups, name)
	delete(s.closed, name)
	return true, nil
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
}

func closed(roles []resource.Role, group string) []resource.Role {
	var open []resource.Role
	for _, role := range roles {
		left := without(role.Groups, group)
		if len(role.Groups) == 0 || len(left) > 0 {
			role.Groups = left
			open = append(open, role)
		}
	}
	return open
}

func (s *site) leave(u resource.User, group string) {
	left := slices.DeleteFunc(slices.Clone(u.Groups), func(m resource.Membership) bool { return m.Name == group })
	if len(left) != len(u.Groups) {
		u.Groups = left
		s.putUser(u)
	}
}

func (s *site) AddMember(_ context.Context, group, email string, until time.Time) error {
	err := s.called("add member")
	if err != nil {
		return err
	}
	_, err = s.group(group, "")
	if err == nil {
		err = s.takes(group)
	}
	if err != nil {
		return err
	}
	u, err := s.user(email, "")
	if err != nil {
		return err
	}
	u.Groups = slices.DeleteFunc(u.Groups, func(m resource.Membership) bool { return m.Name == group })
	u.Groups = append(u.Groups, resource.Membership{Name: group, ExpiresAt: resource.Stamp(until)})
	if len(u.Groups) > idp.MaxMemberships {
		return idp.Problems{{Field: "groups", Reason: "has too many entries"}}
	}
	s.putUser(u)
	return nil
}

func (s *site) RemoveMember(_ context.Context, group, email string) error {
	err := s.called("remove member")
	if err != nil {
		return err
	}
	u, err := s.user(email, "")
	if err != nil {
		return err
	}
	s.leave(u, group)
	return nil
}

func (s *site) User(_ context.Context, email string) (resource.User, error) {
	return s.user(email, "")
}

func (s *site) CreateUser(_ context.Context, in resource.User) (resource.User, error) {
	err := s.called("create user")
	if err != nil {
		return in, err
	}
	_, there := s.users[in.Email]
	if there {
		return in, store.ErrExists
	}
	if len(in.Groups) > store.MaxChanges {
		return in, store.ErrTooLarge
	}
	for _, m := range in.Groups {
		_, err := s.group(m.Name, "")
		if err != nil {
			return in, idp.Problems{{Field: "groups", Value: m.Name, Reason: "there is no such group"}}
		}
	}
	in.Active = true
	if in.NameID == "" {
		in.NameID = "of-" + strings.NewReplacer("@", "-", ".", "-").Replace(in.Email)
	}
	return s.putUser(in), nil
}

func (s *site) UpdateUser(_ context.Context, email, match string, change func(*resource.User) error) (resource.User, error) {
	err := s.called("update user")
	if err != nil {
		return resource.User{}, err
	}
	u, err := s.user(email, match)
	if err != nil {
		return u, err
	}
	before := u
	err = change(&u)
	if err != nil {
		return u, err
	}
	u.Active, u.NameID = before.Active, before.NameID
	return s.putUser(u), s.ownerStays(before)
}

var errLastOwner = errors.New("the last active owner must stay")

// ownerStays undoes the write of a person when no owner is left.
func (s *site) ownerStays(before resource.User) error {
	owner := func(u resource.User) bool { return u.Active && u.AdminRole == "owner" }
	for _, u := range s.users {
		if owner(u) {
			return nil
		}
	}
	if !owner(before) {
		return nil
	}
	s.users[before.Email] = before
	return errLastOwner
}

func (s *site) setActive(call, email string, active bool) error {
	err := s.called(call)
	if err != nil {
		return err
	}
	u, err := s.user(email, "")
	if err != nil {
		return err
	}
	before := u
	u.Active = active
	s.putUser(u)
	return s.ownerStays(before)
}

func (s *site) SuspendUser(_ context.Context, email string) error {
	return s.setActive("suspend user", email, false)
}

func (s *site) ResumeUser(_ context.Context, email string) error {
	return s.setActive("resume user", email, true)
}

func (s *site) DeleteUser(_ context.Context, email, match string) error {
	err := s.called("delete user")
	if err != nil {
		return err
	}
	u, err := s.user(email, match)
	if err != nil {
		return err
	}
	delete(s.users, email)
	return s.ownerStays(u)
}

func (s *site) Connector(_ context.Context, slug string) (resource.Connector, error) {
	return s.connector(slug, "")
}

// known tells of groups that are not there.
func (s *site) known(c resource.Connector) error {
	for _, name := range c.Groups {
		_, err := s.group(name, "")
		if err != nil {
			return idp.Problems{{Field: "groups", Value: name, Reason: "there is no such group"}}
		}
	}
	return nil
}

func (s *site) CreateConnector(_ context.Context, in resource.Connector) (resource.Connector, error) {
	err := s.called("create connector")
	if err != nil {
		return in, err
	}
	_, there := s.connectors[in.Slug]
	if there {
		return in, store.ErrExists
	}
	err = s.known(in)
	if err != nil {
		return in, err
	}
	uploaded := in.Key != nil && in.Key.Source == "uploaded"
	in.Active, in.Key = false, &resource.Key{State: "none"}
	if in.Kind == "aws" && !uploaded {
		in.Key = generated()
	}
	return s.putConnector(in), nil
}

func generated() *resource.Key {
	return &resource.Key{Custody: "file", Source: "generated", State: "ready", Fingerprint: "f0"}
}

func (s *site) UpdateConnector(_ context.Context, slug, match string, change func(*resource.Connector) error) (resource.Connector, error) {
	err := s.called("update connector")
	if err != nil {
		return resource.Connector{}, err
	}
	c, err := s.connector(slug, match)
	if err != nil {
		return c, err
	}
	active, key := c.Active, c.Key
	err = change(&c)
	if err != nil {
		return c, err
	}
	if c.Active != active || c.Key != key {
		return c, idp.Problems{{Field: "active", Reason: "changes by its own route"}}
	}
	err = s.known(c)
	if err != nil {
		return c, err
	}
	return s.putConnector(c), nil
}

func (s *site) MakeKey(_ context.Context, slug string) (resource.Key, error) {
	return s.key("make key", slug, generated())
}

func (s *site) UploadKey(_ context.Context, slug string, _, certificate []byte) (resource.Key, error) {
	return s.key("upload key", slug, describe(certificate))
}

func (s *site) key(call, slug string, key *resource.Key) (resource.Key, error) {
	err := s.called(call)
	if err != nil {
		return resource.Key{}, err
	}
	c, err := s.connector(slug, "")
	if err == nil && c.Active {
		err = store.ErrActive
	}
	if err != nil {
		return resource.Key{}, err
	}
	c.Key = key
	s.connectors[slug] = c // the key is an item of its own: the version stays
	return *key, nil
}

func (s *site) ActivateConnector(_ context.Context, slug string) error {
	return s.open("activate connector", slug, true)
}

func (s *site) DeactivateConnector(_ context.Context, slug string) error {
	return s.open("deactivate connector", slug, false)
}

func (s *site) open(call, slug string, active bool) error {
	err := s.called(call)
	if err != nil {
		return err
	}
	c, err := s.connector(slug, "")
	if err != nil {
		return err
	}
	if active && c.Kind == "aws" && (c.Key == nil || c.Key.State != "ready" || len(c.Roles) == 0) {
		return idp.Problems{{Field: "key", Value: slug, Reason: "there is no key that is ready"}}
	}
	c.Active = active
	s.putConnector(c)
	return nil
}

func (s *site) DeleteConnector(_ context.Context, slug, match string) error {
	err := s.called("delete connector")
	if err != nil {
		return err
	}
	c, err := s.connector(slug, match)
	if err == nil && c.Active {
		err = store.ErrActive
	}
	if err != nil {
		return err
	}
	delete(s.connectors, slug)
	return nil
}

func (s *site) load(t testing.TB) plan.State {
	t.Helper()
	state, err := plan.Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return state
}
