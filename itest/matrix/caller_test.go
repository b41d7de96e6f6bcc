package matrix

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
)

// administrators are the administrator roles.
var administrators = []idp.AdminRole{idp.AdminViewer, idp.AdminHelpdesk, idp.AdminConnectors, idp.AdminOwner}

// The people of the world beside an administrator of each role, whose email begins
// with it.
const (
	alice = "alice@example.com" // in no group
	bob   = "bob@example.com"   // in both groups
	olive = "olive@example.com" // an administrator, to whom things are done

	mallory = "mallory@example.com" // in no group, and locked out by an owner
)

// caller is somebody in one of the ways to come in.
type caller struct {
	way   string
	role  idp.AdminRole
	reads bool // by a token of the scope read
	name  string
	value string // of that header
	own   string // ID of a token of theirs
}

// bearer is their token, where they have one.
func (c caller) bearer() bool { return c.name == "Authorization" }

// authorize puts on a request who sends it.
func (c caller) authorize(r *http.Request) {
	if c.name != "" {
		r.Header.Set(c.name, c.value)
	}
}

// enter are all callers, each of whom the site knows from now on.
func (s *site) enter() []caller {
	s.Helper()
	all := []caller{{way: "nobody"}, s.bySession(alice, idp.AdminNone)}
	for _, role := range administrators {
		email := string(role) + "@example.com"
		write, read := s.byToken(email, role, admin.ScopeWrite), s.byToken(email, role, admin.ScopeRead)
		cookie := s.bySession(email, role)
		cookie.own = write.own
		all = append(all, cookie, write, read, s.byIAM(role))
	}
	return all
}

// bySession is a person with a session that a browser has.
func (s *site) bySession(email string, role idp.AdminRole) caller {
	s.Helper()
	u, err := s.service.User(s.Context(), email)
	s.must(err)
	epochs, err := s.service.Store.Epochs(s.Context(), u.ID)
	s.must(err)
	token, now := session.NewToken(u.ID), time.Now()
	s.must(s.service.Store.PutSession(s.Context(), &idp.Session{
		ID: token.ID, UserID: u.ID, Hash: token.Hash(), Methods: []idp.Method{idp.MethodPassword}, AuthTime: now, LastSeen: now, ExpiresAt: now.Add(time.Hour),
		InstanceEpoch: epochs.Instance, UserEpoch: epochs.User,
	}, idp.Event{ID: idp.NewID("ev_"), At: now, Actor: email, Action: idp.ActionSignIn}))
	base, err := url.Parse(address)
	s.must(err)
	return caller{way: "session", role: role, name: "Cookie", value: session.CookieFor(base).Name() + "=" + token.Text()}
}

func (s *site) byToken(email string, role idp.AdminRole, scope string) caller {
	s.Helper()
	made, err := s.service.As(operator).CreateToken(s.Context(), resource.TokenRequest{Name: "test", Scope: scope, User: email})
	s.must(err)
	return caller{way: "token of scope " + scope, role: role, reads: scope == admin.ScopeRead, name: "Authorization", value: "Bearer " + made.Secret, own: made.ID}
}

// byIAM is a role of IAM with the token that it gets. A viewer's may only read.
func (s *site) byIAM(role idp.AdminRole) caller {
	s.Helper()
	r := s.request(http.MethodPost, "/iam/token", http.NoBody)
	r.Header.Set("Authorization", string(role))
	w := s.send(r)
	var made resource.NewToken
	err := json.Unmarshal(w.Body.Bytes(), &made)
	if err != nil || w.Code != http.StatusOK {
		s.Fatalf("/iam/token answers %d %s", w.Code, w.Body)
	}
	return caller{way: "role of IAM", role: role, reads: role == idp.AdminViewer, name: "Authorization", value: "Bearer " + made.Secret, own: made.ID}
}

// operator furnishes the world.
var operator = admin.Actor{Name: "test", Role: idp.AdminOwner, Operator: true}
