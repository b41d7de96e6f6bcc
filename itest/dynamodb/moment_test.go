package dynamodb

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/fault"
)

// TestALaunchDecidesByOneMoment has alice leave her group, and the group be granted
// another connector after that, while her launch of it is being read: she was never
// in a group that opens it.
func TestALaunchDecidesByOneMoment(t *testing.T) {
	onEach(t, long, long, func(d day) {
		service, request := d.launchable()
		s := store.New(d.direct, time.Now)
		production := connector()
		production.ID, production.Slug, production.EntityID = "c_p", "production", "https://sso.example.com/metadata/production"
		d.must(s.CreateConnector(d.Context(), production, did()))
		request.Slug = production.Slug
		d.proxy.Always(fault.Any, fault.Torn([]string{d.names.Directory, d.names.Config, d.names.Activity}, sync.OnceFunc(func() {
			d.must(s.RemoveMember(d.Context(), "u_alice", "g_a", did()))
			d.must(s.Grant(d.Context(), production.Slug, "g_a", did(), nil))
		})))
		_, err := service.Open(d.Context(), request)
		var refusal *sso.Refusal
		if !errors.As(err, &refusal) || refusal.Reason != idp.NotGranted {
			d.Errorf("the launch ends with %v, want %q", err, idp.NotGranted)
		}
	})
}

// TestASessionIsJudgedByOneMoment has the sessions of alice, who is suspended, end, and
// alice be resumed after that, while the portal reads one of them: at no moment was it live and she active.
func TestASessionIsJudgedByOneMoment(t *testing.T) {
	onEach(t, long, long, func(d day) {
		_, request := d.launchable()
		s := store.New(d.direct, time.Now)
		d.must(setActive(d, s, false))
		epochs, err := s.Epochs(d.Context(), "u_alice")
		d.must(err)
		session := &idp.Session{
			ID: "s2", Hash: "h", UserID: "u_alice", Methods: []idp.Method{idp.MethodPassword}, UserEpoch: epochs.User,
			AuthTime: time.Now(), LastSeen: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
		}
		d.must(s.PutSession(d.Context(), session, did()))
		request.Ticket.SessionID = session.ID
		d.proxy.Always(fault.Any, fault.Torn([]string{d.names.Activity, d.names.Directory, d.names.Config}, sync.OnceFunc(func() {
			d.must(s.RaiseUserEpoch(d.Context(), "u_alice", did()))
			d.must(setActive(d, s, true))
		})))
		facts, err := store.New(d.Tables, time.Now).SignedIn(d.Context(), request.Ticket)
		d.must(err)
		if reason := idp.SignedIn(facts, time.Now()); reason != idp.NoSession {
			d.Errorf("the session is judged %q, want %q", reason, idp.NoSession)
		}
	})
}

func setActive(d day, s *store.Store, active bool) error {
	u, err := s.User(d.Context(), "u_alice")
	if err != nil {
		return err
	}
	u.Active = active
	return s.UpdateUser(d.Context(), u, did())
}

func TestALaunchOutlivesWritesInItsWay(t *testing.T) {
	onEach(t, long, long, func(d day) {
		service, request := d.launchable()
		d.proxy.Next("TransactGetItems", fault.Conflict(), fault.Conflict(),
			cancelled(reason("ThrottlingError"), reason("None")), cancelled(reason("ProvisionedThroughputExceeded")), cancelled(),
			fault.Answer(400, "TransactionConflictException"), fault.Throttle())
		_, err := launch(d.Context(), service, request)
		d.must(err)
	})
}

func TestALaunchWhoseItemsAreAlwaysBeingWrittenIsUnavailable(t *testing.T) {
	onEach(t, patience, short, func(d day) {
		service, request := d.launchable()
		d.proxy.Always("TransactGetItems", fault.Conflict())
		issued, err := launch(d.Context(), service, request)
		if issued != nil || !errors.Is(err, sso.ErrUnavailable) {
			d.Errorf("got %v, %v; want nothing issued, and unavailable", issued, err)
		}
		if calls := d.proxy.Calls(); len(calls) < 2 {
			d.Errorf("the calls are %q, want it tried again", calls)
		}
	})
}

// TestWhatASnapshotLeavesOutIsNeverAbsent has answers that lack a place, or have
// another item in it.
func TestWhatASnapshotLeavesOutIsNeverAbsent(t *testing.T) {
	swapped := `{"Responses":[{"Item":{"pk":{"S":"P"},"sk":{"S":"b"},"item_version":{"N":"1"},"item_count":{"N":"0"},` +
		`"ends_at":{"S":"9999-12-31T23:59:59.000000000Z"},"ttl_seconds":{"N":"253402300799"},"write_id":{"S":"w"}}},{}]}`
	for name, answer := range map[string]string{
		"nothing": `{}`, "no places": `{"Responses":[]}`, "one place of two": `{"Responses":[{}]}`, "the items swapped": swapped,
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, long, long, func(d day) {
				d.proxy.Next("TransactGetItems", says(200, answer))
				items, err := d.Snapshot(d.Context(), []store.Key{at("a"), at("b")})
				d.must(err)
				if items[0] == nil || items[1] == nil {
					d.Errorf("got %v, want both", items)
				}
			})
		})
	}
}

// TestLaunchesStandBesideTheRefreshOfTheirSession has a refresh of the session
// under way at each launch of several windows, each with a session of its own.
// Where the service would find the two in conflict, and no emulator does, the
// front says so to every third read.
func TestLaunchesStandBesideTheRefreshOfTheirSession(t *testing.T) {
	const launches, windows = 2000, 8
	onEach(t, long, long, func(d day) {
		service, request := d.launchable()
		done := make(chan error, windows)
		for n := range windows {
			w := d.window(fmt.Sprint("window", n), request)
			go func() { done <- w.launches(d, service, launches/windows) }()
		}
		for range windows {
			if err := <-done; err != nil {
				d.Error(err)
			}
		}
	})
}

// window is one of a person's browsers, and the portal's view of its session.
type window struct {
	request sso.Request
	session *idp.Session
	portal  *store.Store
}

func (d day) window(id string, request sso.Request) window {
	d.Helper()
	session := &idp.Session{
		ID: id, Hash: "h", UserID: request.Ticket.UserID, Methods: []idp.Method{idp.MethodPassword},
		AuthTime: time.Now(), LastSeen: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
	}
	d.must(store.New(d.direct, time.Now).PutSession(d.Context(), session, did()))
	request.Ticket.SessionID = id
	return window{request, session, store.New(d.Tables, clockAhead())}
}

// launches opens n launches, none of which may be refused, and writes the session
// as the portal does beside each. All the writes must have happened.
func (w window) launches(d day, service *sso.Service, n int) error {
	began := w.session.Version
	for i := range n {
		if i%3 == 0 {
			d.proxy.Next("TransactGetItems", fault.Conflict())
		}
		refreshed := make(chan error, 1)
		go func() { refreshed <- w.portal.RefreshSession(d.Context(), w.session) }()
		_, err := service.Open(d.Context(), w.request)
		err = errors.Join(err, <-refreshed)
		if err != nil {
			return fmt.Errorf("%s, launch %d: %w", w.session.ID, i, err)
		}
	}
	if got := w.session.Version - began; got != uint64(n) {
		return fmt.Errorf("%s: %d refreshes were written, want %d", w.session.ID, got, n)
	}
	return nil
}

// clockAhead is a clock by which a session is due for a refresh at every look.
func clockAhead() func() time.Time {
	at := time.Now()
	return func() time.Time {
		at = at.Add(idp.SessionRefresh)
		return at
	}
}
