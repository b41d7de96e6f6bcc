package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// RunRepositories tests the repositories of [store.Store] over an adapter.
func RunRepositories(t *testing.T, open Open) {
	t.Run("connectors", func(t *testing.T) { testConnectors(t, open) })
	t.Run("grants", func(t *testing.T) { testGrants(t, open) })
	t.Run("users", func(t *testing.T) { testUsers(t, open) })
	t.Run("name IDs", func(t *testing.T) { testNameIDs(t, open) })
	t.Run("settings", func(t *testing.T) { testSettings(t, open) })
	t.Run("owners", func(t *testing.T) { testOwners(t, open) })
	t.Run("members", func(t *testing.T) { testMembers(t, open) })
	t.Run("groups", func(t *testing.T) { testGroups(t, open) })
	t.Run("group deletion", func(t *testing.T) { testGroupDeletion(t, open) })
	t.Run("launches", func(t *testing.T) { testLaunches(t, open) })
	t.Run("sessions", func(t *testing.T) { testSessions(t, open) })
	t.Run("credentials", func(t *testing.T) { testCredentials(t, open) })
	t.Run("tokens", func(t *testing.T) { testTokens(t, open) })
	t.Run("counters", func(t *testing.T) { testCounters(t, open) })
	t.Run("keys", func(t *testing.T) { testKeys(t, open) })
	t.Run("instance", func(t *testing.T) { testInstance(t, open) })
	t.Run("events", func(t *testing.T) { testEvents(t, open) })
	t.Run("tokens of the API", func(t *testing.T) { testAPITokens(t, open) })
	t.Run("lockdown", func(t *testing.T) { testLockdown(t, open) })
	t.Run("images", func(t *testing.T) { testImages(t, open) })
	t.Run("changes of role", func(t *testing.T) { testRoleChanges(t, open) })
	t.Run("activation", func(t *testing.T) { testActivation(t, open) })
	t.Run("rounds", func(t *testing.T) { testRounds(t, open) })
	t.Run("formats", func(t *testing.T) { testFormats(t, open) })
}

// repo is a store under test.
type repo struct {
	*testing.T
	*store.Store
	tables store.Tables
	clock  *clock
}

func newRepo(t *testing.T, open Open) repo {
	t.Helper()
	c := newClock()
	tables := open(t, c.now)
	return repo{t, store.New(tables, c.now), store.Guard(tables), c}
}

func (r repo) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// did is the event of an action.
func did(action idp.Action) idp.Event {
	return idp.Event{Action: action, Actor: "admin@example.com", ActorID: "admin", Outcome: idp.OutcomeDone}
}

// actions are the actions of all events, in the order of the alphabet. No test has
// any before its clock began: looking there would take a year of empty days.
func (r repo) actions() []string {
	r.Helper()
	return r.actionsSince(newClock().now())
}

// actionsSince are the actions of the events since a time; a zero time chooses all.
func (r repo) actionsSince(since time.Time) []string {
	r.Helper()
	var actions []string
	filter := store.EventFilter{Since: since, Limit: store.MaxPage}
	for {
		events, cursor, err := r.Events(r.Context(), filter)
		r.must(err)
		for _, ev := range events {
			actions = append(actions, string(ev.Action))
		}
		if cursor == "" {
			break
		}
		filter.Cursor = cursor
	}
	slices.Sort(actions)
	return actions
}

// group makes a group.
func (r repo) group(name string) *idp.Group {
	r.Helper()
	g := &idp.Group{Name: name}
	r.must(r.CreateGroup(r.Context(), g, did(idp.ActionGroupCreate)))
	return g
}

// groups makes n groups and returns their IDs.
func (r repo) groups(n int) []string {
	r.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = r.group(fmt.Sprintf("group-%03d", i)).ID
	}
	return ids
}

// user makes an active person in groups.
func (r repo) user(email string, groups ...string) *idp.User {
	r.Helper()
	u := &idp.User{Email: email, Active: true}
	for _, id := range groups {
		u.Groups = append(u.Groups, idp.Membership{GroupID: id})
	}
	r.must(r.CreateUser(r.Context(), u, did(idp.ActionUserCreate)))
	return u
}

// owner makes an active owner.
func (r repo) owner(email string) *idp.User {
	r.Helper()
	u := &idp.User{Email: email, Active: true, AdminRole: idp.AdminOwner}
	r.must(r.CreateUser(r.Context(), u, did(idp.ActionUserCreate)))
	return u
}

const (
	roleARN     = "arn:aws:iam::111122223333:role/"
	providerARN = "arn:aws:iam::111122223333:saml-provider/Gatepost"
)

func draft(slug string, groups ...string) *idp.Connector {
	return &idp.Connector{
		Slug: slug, Kind: idp.KindAWS, Label: "Label of " + slug, EntityID: "https://sso.example.com/metadata/" + slug,
		Groups: groups, Roles: []idp.Role{{RoleARN: roleARN + "All", ProviderARN: providerARN}},
	}
}

// connector makes an inactive connector that is granted to groups.
func (r repo) connector(slug string, groups ...string) *idp.Connector {
	r.Helper()
	c := draft(slug, groups...)
	r.must(r.CreateConnector(r.Context(), c, did(idp.ActionConnectorCreate)))
	return c
}

// mustAgreeOnGrants compares the grants on both sides.
func (r repo) mustAgreeOnGrants(slugs, groups []string) {
	r.Helper()
	var byConnector, byGroup []string
	connectors, err := r.Connectors(r.Context(), slugs...)
	r.must(err)
	for _, c := range connectors {
		for _, id := range c.Groups {
			byConnector = append(byConnector, c.Slug+" "+id)
		}
	}
	for _, id := range groups {
		granted, err := r.GroupConnectors(r.Context(), id)
		r.must(err)
		for _, slug := range granted {
			byGroup = append(byGroup, slug+" "+id)
		}
	}
	slices.Sort(byConnector)
	slices.Sort(byGroup)
	mustEqual(r.T, "the groups' side", strings.Join(byGroup, ", "), strings.Join(byConnector, ", "))
}

// memberIDs are the people in a group as the group says.
func (r repo) memberIDs(groupID string) []string {
	r.Helper()
	var ids []string
	list := store.List{Limit: 7}
	for {
		members, cursor, err := r.Members(r.Context(), groupID, list)
		r.must(err)
		for _, m := range members {
			ids = append(ids, m.UserID)
		}
		if cursor == "" {
			return ids
		}
		list.Cursor = cursor
	}
}

// mustAgreeOnMembers compares the live memberships on both sides.
func (r repo) mustAgreeOnMembers(users, groups []string) {
	r.Helper()
	var byUser, byGroup []string
	people, err := r.Users(r.Context(), users...)
	r.must(err)
	for _, u := range people {
		for _, m := range u.Groups {
			if m.Live(r.clock.now()) {
				byUser = append(byUser, u.ID+" "+m.GroupID)
			}
		}
	}
	for _, id := range groups {
		for _, userID := range r.memberIDs(id) {
			byGroup = append(byGroup, userID+" "+id)
		}
	}
	slices.Sort(byUser)
	slices.Sort(byGroup)
	mustEqual(r.T, "the groups' side", strings.Join(byGroup, ", "), strings.Join(byUser, ", "))
}
