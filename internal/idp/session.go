package idp

import (
	"crypto/subtle"
	"time"
)

// How long a session lives: OWASP ASVS 5.0, 7.3.1 and 7.3.2.
const (
	SessionLifetime = 12 * time.Hour   // from sign-in, whatever happens
	SessionIdle     = 60 * time.Minute // from the last time the portal saw it
	SessionRefresh  = 5 * time.Minute  // how stale LastSeen may be before it is written again
)

// Method is a way in which a person proved who they are, in the words of
// RFC 8176 (Authentication Method Reference Values).
type Method string

// MethodPassword is a password; further methods come with second factors.
const MethodPassword Method = "pwd"

// Session is one signed-in browser. The secret that opens it is in the cookie
// alone; the store knows its hash. A renewal changes the secret and never the ID,
// by which what was made in the session knows it.
type Session struct {
	ID            string
	UserID        string
	Hash          string // SHA-256 of the secret, in hexadecimal
	Methods       []Method
	AuthTime      time.Time // when the person proved who they are
	LastSeen      time.Time
	ExpiresAt     time.Time // absolute end
	InstanceEpoch uint64    // epochs at sign-in: a session of an older epoch is over
	UserEpoch     uint64
	SourceIP      string
	UserAgent     string

	// Helpdesk says that the password was set by a link that helpdesk made, whom the
	// settings did not leave people with access at that time. Whoever made the link may
	// be who is signed in, so the session opens no connector; see [HelpdeskPassword].
	Helpdesk bool

	Version uint64
}

// Live reports whether the session opens anything at the given time, under the
// epochs that hold at that time. Raising an epoch ends every session made
// before: of one person, or of all.
func (s *Session) Live(now time.Time, instanceEpoch, userEpoch uint64) bool {
	return now.Before(s.ExpiresAt) &&
		now.Before(s.LastSeen.Add(SessionIdle)) &&
		s.InstanceEpoch == instanceEpoch &&
		s.UserEpoch == userEpoch
}

// Ticket is what a request shows of a session. Nothing of it is true before the
// session has been found by it. The zero value finds none.
type Ticket struct {
	UserID    string
	SessionID string
	Hash      string // of the secret, as in [Session]
}

// Opens reports whether the ticket is the session's. How long it takes does not
// tell how much of the hash is right.
func (t Ticket) Opens(s *Session) bool {
	return s != nil && s.Hash != "" && t.UserID == s.UserID && t.SessionID == s.ID &&
		subtle.ConstantTimeCompare([]byte(t.Hash), []byte(s.Hash)) == 1
}

// Instance is the state of the whole installation.
type Instance struct {
	Lockdown bool   // nobody may launch anything
	Epoch    uint64 // raised to end every session of everybody
	Filled   bool   // the demo is whole: what is changed of it since stays changed
	Demo     bool   // filled by `gatepost serve --demo`
	URL      string // the address that `serve` last ran under
	Version  uint64
}
