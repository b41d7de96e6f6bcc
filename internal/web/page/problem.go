package page

import "time"

// Problem is the page of every error: what happened, what to do, and what to
// tell the one who helps. It never shows the text of an internal error.
type Problem struct {
	Title      string   // a few words: "You have no access to AWS A"
	What       string   // what happened, in a sentence or two
	Details    []string // single reasons, where there are any
	Do         string   // what the person can do
	Links      []Link   // ways on; the first is the main one
	RequestID  string
	Time       time.Time
	RetryAfter time.Duration // also sent as Retry-After; 0 for none
	User       *User         // the signed-in person, if known
}

// Link is a way on from a page.
type Link struct {
	Text string
	Href string // path on this site; any other address is replaced by /
}

func (p Problem) view() (view, error) {
	return view{name: "problem", title: p.Title, user: p.User, policy: own(), script: p.User != nil, retry: p.RetryAfter, data: p}, nil
}
