package client

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// Error is an answer of the API that says no: a problem of RFC 9457.
type Error struct {
	Status     int
	Kind       string // a word by which programs decide; empty for what is no problem of Gatepost's
	Title      string
	Detail     string
	Remedy     string // what to do about it, where the server says
	RequestID  string // by which the server's log is searched
	RetryAfter time.Duration
	Faults     idp.Problems     // what is wrong with which field
	Changes    []resource.Event // who changed the thing since it was read
}

// Error tells what happened in one line.
func (e *Error) Error() string {
	text := e.Detail
	if text == "" {
		text = e.Title
	}
	if text == "" {
		text = http.StatusText(e.Status)
	}
	if e.Status >= http.StatusInternalServerError && e.RequestID != "" {
		text += fmt.Sprintf(" (request %s)", e.RequestID)
	}
	return text
}

// Unwrap is the faults of single fields, where there are any.
func (e *Error) Unwrap() error { return e.Faults.Err() }

// Is makes what programs decide by comparable with the errors of the packages that
// the server met.
func (e *Error) Is(target error) bool {
	switch e.Kind {
	case KindNotFound:
		return target == store.ErrNotFound
	case KindStale, KindChanged:
		return target == store.ErrStale
	case KindExists:
		return target == store.ErrExists
	case KindLockdown:
		return target == plan.ErrLockdown
	}
	return false
}

// The kinds of problems that programs decide by.
const (
	KindNotSignedIn = "not-signed-in"
	KindNotFound    = "not-found"
	KindExists      = "exists"
	KindStale       = "stale"   // it is not of the version that was named
	KindChanged     = "changed" // somebody else was quicker
	KindActive      = "active"
	KindClosed      = "closed" // a group that is about to be destroyed
	KindLastOwner   = "last-owner"
	KindLockdown    = "lockdown"
	KindDenied      = "denied"
)

// kindPrefix stands before the kind in a problem's type.
const kindPrefix = "urn:gatepost:problem:"

// problem is the document that says no.
type problem struct {
	Type      string  `json:"type"`
	Title     string  `json:"title"`
	Detail    string  `json:"detail"`
	Remedy    string  `json:"remedy"`
	RequestID string  `json:"request_id"`
	Errors    []fault `json:"errors"`

	Changes []resource.Event `json:"changes"`
}

// readProblem reads the document. Its words go on terminals, a line each: whatever
// answers there must not write lines of its own.
func readProblem(text []byte) (*problem, error) {
	p := new(problem)
	err := json.Unmarshal(text, p)
	said := []*string{&p.Type, &p.Title, &p.Detail, &p.Remedy, &p.RequestID}
	for i := range p.Errors {
		said = append(said, &p.Errors[i].Field, &p.Errors[i].Detail, &p.Errors[i].Remedy)
	}
	for _, word := range said {
		*word = idp.Shown(*word, "")
	}
	return p, err
}

type fault struct {
	Field  string `json:"field"`
	Value  string `json:"value"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy"`
}

// readError reads a problem. What is not one, such as a page of a gateway before
// the server, is told by its status alone.
func readError(got *answer) *Error {
	e := &Error{Status: got.status, RetryAfter: retryAfter(got.header), RequestID: got.header.Get("X-Request-Id")}
	kind, _, err := mime.ParseMediaType(got.header.Get("Content-Type"))
	if err != nil || kind != "application/problem+json" {
		e.Title = fmt.Sprintf("the server answers %d %s", got.status, http.StatusText(got.status))
		return e
	}
	p, err := readProblem(got.body)
	if err != nil {
		e.Title = fmt.Sprintf("the server answers %d, and why cannot be read", got.status)
		return e
	}
	e.Kind, e.Title, e.Detail, e.Remedy, e.Changes = strings.TrimPrefix(p.Type, kindPrefix), p.Title, p.Detail, p.Remedy, p.Changes
	if p.RequestID != "" {
		e.RequestID = p.RequestID
	}
	for _, f := range p.Errors {
		e.Faults = append(e.Faults, idp.Problem{Field: f.Field, Value: f.Value, Reason: f.Detail, Remedy: f.Remedy})
	}
	return e
}
