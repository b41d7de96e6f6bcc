package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// session stores a live session of the present epochs. Its ID and the hash of its
// secret are both its name.
func (r repo) session(userID, name string) *idp.Session {
	r.Helper()
	epochs, err := r.Epochs(r.Context(), userID)
	r.must(err)
	now := r.clock.now()
	s := &idp.Session{
		ID: name, Hash: name, UserID: userID, Methods: []idp.Method{idp.MethodPassword}, AuthTime: now, LastSeen: now, ExpiresAt: now.Add(idp.SessionLifetime),
		InstanceEpoch: epochs.Instance, UserEpoch: epochs.User, SourceIP: "192.0.2.1", UserAgent: "test",
	}
	r.must(r.PutSession(r.Context(), s, did(idp.ActionSignIn)))
	return s
}

// live tells whether the session is live and its person active.
func (r repo) live(userID, name string) bool {
	r.Helper()
	facts, err := r.SignedIn(r.Context(), ticket(userID, name))
	r.must(err)
	return idp.SignedIn(facts, r.clock.now()) == idp.Granted
}

func ticket(userID, name string) idp.Ticket {
	return idp.Ticket{UserID: userID, SessionID: name, Hash: name}
}

// counter counts the calls to tables.
type counter struct {
	store.Tables
	gets, snapshots, queries, writes atomic.Int64
}

func (c *counter) Get(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	c.gets.Add(1)
	return c.Tables.Get(ctx, keys)
}

func (c *counter) Snapshot(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	c.snapshots.Add(1)
	return c.Tables.Snapshot(ctx, keys)
}

// made are the calls so far.
func (c *counter) made() string {
	return fmt.Sprintf("%d get, %d snapshot, %d query, %d write", c.gets.Load(), c.snapshots.Load(), c.queries.Load(), c.writes.Load())
}

func (c *counter) Query(ctx context.Context, q store.Query) (store.Page, error) {
	c.queries.Add(1)
	return c.Tables.Query(ctx, q)
}

func (c *counter) Write(ctx context.Context, ops ...store.Op) error {
	c.writes.Add(1)
	return c.Tables.Write(ctx, ops...)
}

func testLaunches(t *testing.T, open Open) {
	r := newRepo(t, open)
	g := r.group("g")
	c := r.connector("aws-a", g.ID)
	c.Active = true
	r.must(r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorActivate)))
	u := r.user("alice@example.com", g.ID)
	r.must(r.RaiseInstanceEpoch(t.Context(), did(idp.ActionUserUpdate)))
	r.must(r.RaiseUserEpoch(t.Context(), u.ID, did(idp.ActionUserUpdate)))
	r.must(r.PutKey(t.Context(), testKey("aws-a", "f1"), did(idp.ActionKeyCreate)))
	s := r.session(u.ID, "hash")

	t.Run("a launch reads all it needs in exactly one call", func(t *testing.T) {
		calls := &counter{Tables: r.tables}
		l, err := store.New(calls, r.clock.now).Launch(t.Context(), ticket(u.ID, "hash"), "aws-a")
		r.must(err)
		mustEqual(t, "the calls", calls.made(), "0 get, 1 snapshot, 0 query, 0 write")
		mustEqual(t, "the session", fmt.Sprintf("%+v", l.Session), fmt.Sprintf("%+v", s))
		mustEqual(t, "the person", l.User.Email, "alice@example.com")
		mustEqual(t, "the connector", l.Connector.Slug, "aws-a")
		mustEqual(t, "the key", l.Key.Current.Fingerprint, "f1")
		mustEqual(t, "the epochs", fmt.Sprint(l.Instance.Epoch, l.UserEpoch), "1 1")
		d := idp.Decide(l.Facts, r.clock.now())
		mustEqual(t, "the decision", fmt.Sprintf("%q %d", d.Reason, len(d.Roles)), `"" 1`)
	})
	t.Run("who is signed in is read in exactly one call, without the connector", func(t *testing.T) {
		calls := &counter{Tables: r.tables}
		f, err := store.New(calls, r.clock.now).SignedIn(t.Context(), ticket(u.ID, "hash"))
		r.must(err)
		mustEqual(t, "the calls", calls.made(), "0 get, 1 snapshot, 0 query, 0 write")
		mustEqual(t, "the reason", idp.SignedIn(f, r.clock.now()), idp.Granted)
		mustEqual(t, "the connector", f.Connector, nil)
	})
	t.Run("another person's session finds nothing", func(t *testing.T) {
		other := r.user("bob@example.com")
		mustEqual(t, "live", r.live(other.ID, "hash"), false)
	})
	t.Run("a session is not found without its secret", func(t *testing.T) {
		for _, hash := range []string{"", "has", "hash2", "HASH"} {
			facts, err := r.SignedIn(t.Context(), idp.Ticket{UserID: u.ID, SessionID: "hash", Hash: hash})
			r.must(err)
			mustEqual(t, "found by "+hash, facts.Session != nil, false)
		}
	})
	testFaceReads(r, u, g)
	testHostileNames(r, u)
}

// testFaceReads tests what the other faces read, over the things of a launch.
func testFaceReads(r repo, u *idp.User, g *idp.Group) {
	t := r.T
	t.Run("metadata reads connector and key in exactly one call", func(t *testing.T) {
		calls := &counter{Tables: r.tables}
		c, k, err := store.New(calls, r.clock.now).ConnectorAndKey(t.Context(), "aws-a")
		r.must(err)
		mustEqual(t, "the calls", calls.made(), "1 get, 0 snapshot, 0 query, 0 write")
		mustEqual(t, "what was read", c.Slug+" "+k.Current.Fingerprint, "aws-a f1")
	})
	t.Run("the portal reads the connectors of live groups, each once", func(t *testing.T) {
		h, ended := r.group("h"), r.group("ended")
		r.connector("both", g.ID, h.ID)
		r.connector("late", ended.ID)
		r.connector("none")
		u := *u
		u.Groups = append(slices.Clone(u.Groups), idp.Membership{GroupID: h.ID}, idp.Membership{GroupID: ended.ID, Until: r.clock.now()})
		granted, err := r.Granted(t.Context(), &u)
		r.must(err)
		mustEqual(t, "the number", len(granted), 2)
		mustEqual(t, "the connectors", granted[0].Slug+" "+granted[1].Slug, "aws-a both")
	})
}

// testHostileNames tests what strangers may say in a request, over the things of
// a launch.
func testHostileNames(r repo, u *idp.User) {
	t := r.T
	long := strings.Repeat("a", 5000)
	for _, hostile := range []string{"", "nope", "a#b", "a/b", "..", "\x00", "\xff", "-\n", long, "hash\x00", "CONNECTOR#aws-a"} {
		t.Run(fmt.Sprintf("%.20q finds nothing, and is no error", hostile), func(t *testing.T) {
			l, err := r.Launch(t.Context(), ticket(hostile, "hash"), "aws-a")
			r.must(err)
			if l.Session != nil || l.User != nil || l.UserEpoch != 0 || l.Connector == nil {
				t.Fatalf("as a user it finds %+v", l)
			}
			l, err = r.Launch(t.Context(), ticket(u.ID, hostile), "aws-a")
			r.must(err)
			if l.Session != nil || l.User == nil {
				t.Fatalf("as a session it finds %+v", l)
			}
			l, err = r.Launch(t.Context(), ticket(u.ID, "hash"), hostile)
			r.must(err)
			if l.Connector != nil || l.Key != nil || l.Session == nil {
				t.Fatalf("as a connector it finds %+v", l)
			}
			c, k, err := r.ConnectorAndKey(t.Context(), hostile)
			r.must(err)
			if c != nil || k != nil {
				t.Fatalf("in metadata it finds %+v, %+v", c, k)
			}
		})
	}
}

func testSessions(t *testing.T, open Open) {
	t.Run("a session comes back with every field", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.RaiseInstanceEpoch(t.Context(), did(idp.ActionUserUpdate)))
		r.must(r.RaiseUserEpoch(t.Context(), "u", did(idp.ActionUserUpdate)))
		s := r.session("u", "hash")
		mustBeFull(t, *s, "Helpdesk")
		all, err := r.ListSessions(t.Context(), "u")
		r.must(err)
		mustEqual(t, "the session", fmt.Sprintf("%+v", all[0]), fmt.Sprintf("%+v", s))
		mustBe(t, r.PutSession(t.Context(), s, did(idp.ActionSignIn)), store.ErrExists)
		s.ID, s.Helpdesk = "other", true
		r.must(r.PutSession(t.Context(), s, did(idp.ActionSignIn)))
		facts, err := r.SignedIn(t.Context(), idp.Ticket{UserID: "u", SessionID: "other", Hash: "hash"})
		r.must(err)
		mustEqual(t, "a session by helpdesk's password", fmt.Sprintf("%+v", facts.Session), fmt.Sprintf("%+v", s))
	})
	ends := map[string]func(r repo, u *idp.User){
		"signing out": func(r repo, u *idp.User) {
			r.must(r.DeleteSession(r.Context(), u.ID, "hash", did(idp.ActionSignOut)))
		},
		"a raised epoch of the person": func(r repo, u *idp.User) {
			r.must(r.RaiseUserEpoch(r.Context(), u.ID, did(idp.ActionUserUpdate)))
		},
		"a raised epoch of all": func(r repo, u *idp.User) {
			r.must(r.RaiseInstanceEpoch(r.Context(), did(idp.ActionUserUpdate)))
		},
		"a new password": func(r repo, u *idp.User) {
			r.must(r.SetCredential(r.Context(), u.ID, "hash", did(idp.ActionPasswordSet)))
		},
		"the absolute end": func(r repo, u *idp.User) { r.clock.add(idp.SessionLifetime) },
		"suspending, also after resuming": func(r repo, u *idp.User) {
			u.Active = false
			r.must(r.UpdateUser(r.Context(), u, did(idp.ActionUserSuspend)))
			u.Active = true
			r.must(r.UpdateUser(r.Context(), u, did(idp.ActionUserResume)))
		},
		"deleting the person": func(r repo, u *idp.User) {
			r.must(r.DeleteUser(r.Context(), u, did(idp.ActionUserDelete)))
		},
	}
	for name, end := range ends {
		t.Run(name+" ends a session", func(t *testing.T) {
			r := newRepo(t, open)
			u := r.user("a@example.com")
			r.session(u.ID, "hash")
			mustEqual(t, "live before", r.live(u.ID, "hash"), true)
			end(r, u)
			mustEqual(t, "live after", r.live(u.ID, "hash"), false)
		})
	}
	t.Run("signing out twice is one sign-out", func(t *testing.T) {
		r := newRepo(t, open)
		r.session("u", "hash")
		r.must(r.DeleteSession(t.Context(), "u", "hash", did(idp.ActionSignOut)))
		r.must(r.DeleteSession(t.Context(), "u", "hash", did(idp.ActionSignOut)))
		r.must(r.DeleteSession(t.Context(), "\xff", "", did(idp.ActionSignOut)))
		mustList(t, "the actions", r.actions(), []string{"session.signin", "session.signout"})
	})
	testRefreshing(t, open)
	testDevices(t, open)
}

func testRefreshing(t *testing.T, open Open) {
	t.Run("a session is refreshed when it is stale, and not before", func(t *testing.T) {
		r := newRepo(t, open)
		s := r.session("u", "hash")
		r.clock.add(idp.SessionRefresh - 1)
		r.must(r.RefreshSession(t.Context(), s))
		mustEqual(t, "the version", s.Version, 1)
		r.clock.add(1)
		r.must(r.RefreshSession(t.Context(), s))
		mustEqual(t, "the version", s.Version, 2)
		all, err := r.ListSessions(t.Context(), "u")
		r.must(err)
		mustEqual(t, "last seen", all[0].LastSeen.Equal(r.clock.now()), true)
	})
	t.Run("losing the race to refresh is no error", func(t *testing.T) {
		r := newRepo(t, open)
		s := *r.session("u", "hash")
		r.clock.add(time.Hour)
		errs := together(10, func(int) error {
			mine := s
			return r.RefreshSession(t.Context(), &mine)
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 10)
	})
	t.Run("refreshing does not bring a session back that was signed out", func(t *testing.T) {
		r := newRepo(t, open)
		s := r.session("u", "hash")
		r.must(r.DeleteSession(t.Context(), "u", "hash", did(idp.ActionSignOut)))
		r.clock.add(idp.SessionRefresh)
		r.must(r.RefreshSession(t.Context(), s))
		all, err := r.ListSessions(t.Context(), "u")
		r.must(err)
		mustEqual(t, "the number of sessions", len(all), 0)
	})
}

func testDevices(t *testing.T, open Open) {
	t.Run("a browser is known for its person, under its epochs, for 180 days", func(t *testing.T) {
		r := newRepo(t, open)
		d := store.Device{UserID: "u", Hash: "d", Epochs: store.Epochs{Instance: 1, User: 2}}
		knows := func(d store.Device) bool { return must(r.KnowsDevice(t.Context(), d))(r) }
		mustEqual(t, "known before", knows(d), false)
		r.must(r.PutDevice(t.Context(), d))
		mustEqual(t, "known", knows(d), true)
		for _, other := range []store.Device{
			{UserID: "v", Hash: "d", Epochs: d.Epochs}, {UserID: "u", Hash: "e", Epochs: d.Epochs}, {UserID: "u", Hash: "d"},
			{UserID: "u", Hash: "d", Epochs: store.Epochs{Instance: 2, User: 2}}, {}, {UserID: "u#", Hash: "\xff"},
		} {
			mustEqual(t, fmt.Sprintf("%+v known", other), knows(other), false)
		}
		r.clock.add(180*24*time.Hour - 1)
		mustEqual(t, "known to the last", knows(d), true)
		r.clock.add(1)
		mustEqual(t, "known after", knows(d), false)
	})
	t.Run("ten browsers are known, those of the last sign-ins", func(t *testing.T) {
		r := newRepo(t, open)
		for i := range 12 {
			r.clock.add(time.Second)
			r.must(r.PutDevice(t.Context(), store.Device{UserID: "u", Hash: fmt.Sprint("d", i)}))
			r.must(r.PutDevice(t.Context(), store.Device{UserID: "u", Hash: "d0"}))
		}
		for i := range 12 {
			known := must(r.KnowsDevice(t.Context(), store.Device{UserID: "u", Hash: fmt.Sprint("d", i)}))(r)
			mustEqual(t, fmt.Sprintf("d%d known", i), known, i == 0 || i > 2)
		}
	})
	t.Run("a person who is deleted leaves no browser behind", func(t *testing.T) {
		r := newRepo(t, open)
		u := r.user("a@example.com")
		d := store.Device{UserID: u.ID, Hash: "d", Epochs: must(r.Epochs(t.Context(), u.ID))(r)}
		r.must(r.PutDevice(t.Context(), d))
		r.must(r.DeleteUser(t.Context(), u, did(idp.ActionUserDelete)))
		left, err := r.tables.Query(t.Context(), store.Query{Table: store.Activity, Partition: "DEVICE#" + u.ID, Limit: 10})
		r.must(err)
		mustEqual(t, "what is left", len(left.Items), 0)
	})
}
