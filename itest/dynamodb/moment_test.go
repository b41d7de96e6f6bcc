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
			d.must(s.Grant(d.Context(), production.Slug, "g_a", did()))
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
// under way at each launch. Where the service would find the two in conflict, and
// no emulator does, the front says so to every third read.
func TestLaunchesStandBesideTheRefreshOfTheirSession(t *testing.T) {
	const launches = 2000
	onEach(t, long, long, func(d day) {
		service, request := d.launchable()
		portal := store.New(d.Tables, clockAhead())
		for n := range launches {
			if n%3 == 0 {
				d.proxy.Next("TransactGetItems", fault.Conflict())
			}
			refreshed := make(chan error, 1)
			go func() { refreshed <- refresh(d, portal, request.Ticket) }()
			_, err := service.Open(d.Context(), request)
			d.must(err)
			d.must(<-refreshed)
		}
	})
}

// clockAhead is a clock by which a session is due for a refresh at every look.
func clockAhead() func() time.Time {
	var mu sync.Mutex
	at := time.Now()
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(idp.SessionRefresh)
		return at
	}
}

// refresh writes the session as the portal does.
func refresh(d day, portal *store.Store, ticket idp.Ticket) error {
	facts, err := store.New(d.direct, time.Now).SignedIn(d.Context(), ticket)
	if err != nil {
		return err
	}
	if facts.Session == nil {
		return fmt.Errorf("the session is gone")
	}
	return portal.RefreshSession(d.Context(), facts.Session)
}
