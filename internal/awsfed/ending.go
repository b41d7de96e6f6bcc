package awsfed

import (
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// ShortestSession is the least duration of a role session that AWS takes. An end
// may lie nearer; whether STS takes such a response nobody has documented.
const ShortestSession = minDuration * time.Second

// What is told where less than [ShortestSession] is left, each in the same words
// wherever it is told.
const (
	EarlyEnd       = "AWS may refuse one this short"                                                                                              // to who launches, behind when the role session ends
	EarlyEndTerms  = "SessionNotOnOrAfter is less than 15 minutes away, and AWS may refuse the response: it takes no SessionDuration below 900 s" // to administrators, behind the time
	EarlyEndRemedy = "give the membership at least 15 minutes"
)

// Ending is until when a launch holds: what its response states and what people
// are told come from here.
type Ending struct {
	Access  time.Time // when the access ends; zero for never
	Session time.Time // when the role session ends if it is opened now and AWS gives what is asked for
	Stated  time.Time // SessionNotOnOrAfter, at which AWS ends it whatever was asked for; zero for none
	Early   bool      // Stated is nearer than the shortest session that AWS takes; see [EarlyEnd] and [EarlyEndTerms]
}

// Ending is until when the launch holds: of several roles, until the first of them
// is open no longer.
func (l Launch) Ending() Ending {
	e := Ending{Access: idp.EndOf(l.Roles)}
	if l.Connector.EndWithSession {
		e.Stated = l.Session.ExpiresAt
	}
	if !e.Access.IsZero() {
		e.Stated = earlier(e.Stated, e.Access)
	}
	asked := l.Connector.SessionDuration
	if asked == 0 {
		asked = defaultDuration * time.Second
	}
	e.Session = l.Now.Add(asked)
	if !e.Stated.IsZero() {
		e.Session = earlier(e.Session, e.Stated)
		e.Early = near(e.Stated, l.Now)
	}
	return e
}

// duration is the duration that is asked for: the connector's, or what is left where
// that is less, but never less than AWS takes. Zero asks for none.
func (e Ending) duration(l Launch) time.Duration {
	if e.Session.Before(e.Stated) || e.Stated.IsZero() {
		return l.Connector.SessionDuration
	}
	return max(e.Stated.Sub(l.Now).Truncate(time.Second), ShortestSession)
}

// near reports whether an end lies nearer than AWS's shortest session.
func near(end, now time.Time) bool { return end.Sub(now) < ShortestSession }

// earlier is the first of two times, of which the first may be none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
