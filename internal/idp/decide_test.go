package idp

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// openFacts are facts under which everything is granted; each case of the table
// breaks one of them.
func openFacts() Facts {
	return Facts{
		Instance:  Instance{Epoch: 3},
		UserEpoch: 2,
		Session: &Session{
			UserID: "u1", LastSeen: noon.Add(-time.Minute), ExpiresAt: noon.Add(time.Hour),
			InstanceEpoch: 3, UserEpoch: 2,
		},
		User: &User{ID: "u1", Email: "alice@example.com", Active: true, Groups: []Membership{{GroupID: "a"}, {GroupID: "b"}}},
		Connector: &Connector{
			Slug: "aws-a", Kind: KindAWS, Active: true, Shown: true, Groups: []string{"a"},
			Roles: []Role{{RoleARN: "admin", Groups: []string{"a"}}, {RoleARN: "reader"}, {RoleARN: "other", Groups: []string{"c"}}},
		},
	}
}

func TestDecide(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Facts)
		want   Reason
		roles  []string
	}{
		{"everything holds", func(*Facts) {}, Granted, []string{"admin", "reader"}},
		{"a hidden connector still opens", func(f *Facts) { f.Connector.Shown = false }, Granted, []string{"admin", "reader"}},
		{"a bookmark opens without a role", func(f *Facts) { f.Connector.Kind, f.Connector.Roles = KindBookmark, nil }, Granted, nil},
		{"nobody is signed in", func(f *Facts) { f.Session = nil }, NoSession, nil},
		{"the session reached its end", func(f *Facts) { f.Session.ExpiresAt = noon }, NoSession, nil},
		{"the session was idle too long", func(f *Facts) { f.Session.LastSeen = noon.Add(-SessionIdle) }, NoSession, nil},
		{"all sessions were ended", func(f *Facts) { f.Instance.Epoch++ }, NoSession, nil},
		{"all sessions of the person were ended", func(f *Facts) { f.UserEpoch++ }, NoSession, nil},
		{"a session of an epoch to come", func(f *Facts) { f.Session.UserEpoch++ }, NoSession, nil},
		{"the person is deleted", func(f *Facts) { f.User = nil }, NoUser, nil},
		{"the person is suspended", func(f *Facts) { f.User.Active = false }, NoUser, nil},
		{"the session is somebody else's", func(f *Facts) { f.Session.UserID = "u2" }, NoUser, nil},
		{"lockdown", func(f *Facts) { f.Instance.Lockdown = true }, Lockdown, nil},
		{"no such connector", func(f *Facts) { f.Connector = nil }, UnknownConnector, nil},
		{"an inactive connector", func(f *Facts) { f.Connector.Active = false }, InactiveConnector, nil},
		{"an inactive bookmark", func(f *Facts) { f.Connector.Kind, f.Connector.Active = KindBookmark, false }, InactiveConnector, nil},
		{"the connector is granted to nobody", func(f *Facts) { f.Connector.Groups = nil }, NotGranted, nil},
		{"the connector is granted to another group", func(f *Facts) { f.Connector.Groups = []string{"c"} }, NotGranted, nil},
		{"the person is in no group", func(f *Facts) { f.User.Groups = nil }, NotGranted, nil},
		{"the membership ended", func(f *Facts) { f.User.Groups[0].Until = noon }, NotGranted, nil},
		{"the membership ends in a second", func(f *Facts) { f.User.Groups[0].Until = noon.Add(time.Second) }, Granted, []string{"admin", "reader"}},
		{"a bookmark is not granted", func(f *Facts) { f.Connector.Kind, f.Connector.Groups = KindBookmark, nil }, NotGranted, nil},
		{"no role is open to the group", func(f *Facts) { f.Connector.Roles = f.Connector.Roles[2:] }, NoRole, nil},
		{"the connector has no role", func(f *Facts) { f.Connector.Roles = nil }, NoRole, nil},
		{"a role's group that the connector does not grant opens nothing", func(f *Facts) {
			f.Connector.Roles = []Role{{RoleARN: "x", Groups: []string{"b"}}}
		}, NoRole, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			facts := openFacts()
			c.change(&facts)
			got := Decide(facts, noon)
			if got.Reason != c.want {
				t.Fatalf("reason %q, want %q", got.Reason, c.want)
			}
			var arns []string
			for _, r := range got.Roles {
				arns = append(arns, r.RoleARN)
			}
			if len(arns) != len(c.roles) {
				t.Fatalf("roles %q, want %q", arns, c.roles)
			}
			for i := range arns {
				if arns[i] != c.roles[i] {
					t.Fatalf("roles %q, want %q", arns, c.roles)
				}
			}
		})
	}
}

// TestGrantedNeedsEveryCondition states the rule of the house from the other
// side: whatever facts are drawn, an answer that opens something has a live
// session, an active person, an active connector and a live group in common for
// each role.
func TestGrantedNeedsEveryCondition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		d := Decide(f, noon)
		if d.Reason != Granted {
			if len(d.Roles) != 0 {
				t.Fatalf("refused for %q but returned roles", d.Reason)
			}
			return
		}
		if f.Instance.Lockdown || f.Session == nil || f.User == nil || f.Connector == nil {
			t.Fatal("granted with something missing")
		}
		if !f.Session.Live(noon, f.Instance.Epoch, f.UserEpoch) || f.Session.UserID != f.User.ID || !f.User.Active || !f.Connector.Active {
			t.Fatal("granted to a dead session, a suspended person or an inactive connector")
		}
		if len(common(f.User, f.Connector, noon)) == 0 {
			t.Fatal("granted without a group in common")
		}
		for _, role := range d.Roles {
			if !openToPerson(f, role.Role) {
				t.Fatalf("role %v is open to no live group of the person", role)
			}
			if u := role.Until; !u.IsZero() && (!openAt(f, role.Role, u.Add(-1)) || openAt(f, role.Role, u)) {
				t.Fatalf("role %v is not open until %s and no longer", role, u)
			}
			if role.Until.IsZero() && !openAt(f, role.Role, noon.AddDate(1000, 0, 0)) {
				t.Fatalf("role %v is said to have no end", role)
			}
		}
	})
}

func openToPerson(f Facts, role Role) bool { return openAt(f, role, noon) }

func openAt(f Facts, role Role, at time.Time) bool {
	for _, m := range f.User.Groups {
		if !m.Live(noon) || !m.Live(at) || !contains(f.Connector.Groups, m.GroupID) {
			continue
		}
		if len(role.Groups) == 0 || contains(role.Groups, m.GroupID) {
			return true
		}
	}
	return false
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func drawFacts(t *rapid.T) Facts {
	groups := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3)
	moments := rapid.SampledFrom([]time.Time{{}, noon.Add(-time.Hour), noon, noon.Add(time.Second), noon.Add(time.Hour)})
	small := rapid.Uint64Range(0, 1)
	f := Facts{
		Instance:  Instance{Lockdown: rapid.IntRange(0, 5).Draw(t, "lockdown") == 0, Epoch: small.Draw(t, "epoch")},
		UserEpoch: small.Draw(t, "user epoch"),
	}
	if rapid.IntRange(0, 9).Draw(t, "session") > 0 {
		f.Session = &Session{
			UserID: "u1", LastSeen: noon.Add(-time.Duration(rapid.IntRange(0, 90).Draw(t, "idle")) * time.Minute),
			ExpiresAt: moments.Draw(t, "end"), InstanceEpoch: small.Draw(t, "s epoch"), UserEpoch: small.Draw(t, "s user epoch"),
		}
	}
	if rapid.IntRange(0, 9).Draw(t, "user") > 0 {
		f.User = &User{ID: rapid.SampledFrom([]string{"u1", "u1", "u2"}).Draw(t, "id"), Active: rapid.Bool().Draw(t, "active")}
		for _, g := range groups.Draw(t, "member of") {
			f.User.Groups = append(f.User.Groups, Membership{GroupID: g, Until: moments.Draw(t, "until")})
		}
	}
	if rapid.IntRange(0, 9).Draw(t, "connector") > 0 {
		f.Connector = &Connector{
			Kind:   rapid.SampledFrom([]Kind{KindAWS, KindBookmark}).Draw(t, "kind"),
			Active: rapid.Bool().Draw(t, "c active"), Groups: groups.Draw(t, "granted"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "roles") {
			f.Connector.Roles = append(f.Connector.Roles, Role{Groups: groups.Draw(t, "role groups")})
		}
	}
	return f
}

func TestTilesAreWhatWouldOpenAndIsShown(t *testing.T) {
	user := openFacts().User
	connector := func(change func(*Connector)) *Connector {
		c := openFacts().Connector
		change(c)
		return c
	}
	shown := connector(func(*Connector) {})
	all := []*Connector{
		shown,
		connector(func(c *Connector) { c.Shown = false }),
		connector(func(c *Connector) { c.Active = false }),
		connector(func(c *Connector) { c.Groups = []string{"z"} }),
		connector(func(c *Connector) { c.Roles = nil }),
	}
	tiles := Tiles(Instance{}, user, all, noon)
	if len(tiles) != 1 || tiles[0] != shown {
		t.Fatalf("got %d tiles, want the one that is shown and opens", len(tiles))
	}
	if got := Tiles(Instance{Lockdown: true}, user, all, noon); len(got) != 0 {
		t.Fatal("tiles in a lockdown")
	}
	user.Active = false
	if got := Tiles(Instance{}, user, all, noon); len(got) != 0 {
		t.Fatal("tiles for a suspended person")
	}
}
