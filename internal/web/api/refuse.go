package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/metadata"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/web/api/strict"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// refusal is an error as it is answered. It has the methods by which the framework
// knows status, headers and media type.
type refusal struct {
	problem.Document
	headers http.Header
}

// Error is what is wrong.
func (r *refusal) Error() string { return r.Detail }

// GetStatus is the status of the answer.
func (r *refusal) GetStatus() int { return r.Status }

// GetHeaders are headers of the answer.
func (r *refusal) GetHeaders() http.Header { return r.headers }

// ContentType is that of a problem.
func (r *refusal) ContentType(string) string { return problem.DocumentType }

// write answers where the framework does not.
func (r *refusal) write(w http.ResponseWriter, request *http.Request) {
	for name, values := range r.headers {
		w.Header()[name] = values
	}
	r.Document.Write(w, request)
}

// kind is how errors of one kind are answered.
type kind struct {
	err           error
	status        int
	word          string
	title, remedy string
}

// kinds are the errors that are answered by what they are, the first that fits.
func kinds() []kind {
	return []kind{
		{admin.ErrLockdown, http.StatusConflict, "lockdown", "Lockdown is in force", "an owner lifts it with DELETE " + Root + "/lockdown"},
		{plan.ErrMoved, http.StatusConflict, "changed", "It changed in between", "send the file again: it is planned anew"},
		{store.ErrActive, http.StatusConflict, "active", "The connector is active", "deactivate it first"},
		{store.ErrClosed, http.StatusConflict, "closed", "The group takes nothing new", "try again later, or POST " + Root + "/groups/{name}/reopen"},
		{store.ErrLastOwner, http.StatusConflict, "last-owner", "The last owner must stay", "make another person an owner first"},
		{store.ErrKeyInUse, http.StatusConflict, "key-in-use", "Another connector uses the key", "upload a key of its own"},
		{store.ErrNameID, http.StatusConflict, "exists", "The name ID is taken", "leave name_id out: the person gets one of their own"},
		{store.ErrExists, http.StatusConflict, "exists", "It exists already", "change what is there, or choose another name"},
		{store.ErrStale, http.StatusConflict, "changed", "It changed in between", "read it again, and repeat the request"},
		{store.ErrCursor, http.StatusBadRequest, "cursor", "Not a cursor of this list", "begin again without a cursor, with the same filters on each page"},
		{store.ErrTooLarge, http.StatusUnprocessableEntity, "too-large", "Too large", "make it smaller, or change fewer grants or memberships at once"},
		{store.ErrLimit, http.StatusUnprocessableEntity, "limit", "A limit is reached", "remove something first"},
		{metadata.ErrNone, http.StatusNotFound, "not-found", "Not found", "only a connector of kind aws whose key is ready has metadata"},
		{errNoRoute, http.StatusNotFound, "no-route", "Not found", "GET " + Root + "/openapi.json lists the routes"},
		{store.ErrNotFound, http.StatusNotFound, "not-found", "Not found", ""},
		{store.ErrKey, http.StatusNotFound, "not-found", "Not found", ""},
	}
}

// maxDetail is how many characters of what is wrong are told; an address may be named
// in it, which may be long.
const maxDetail = 2000

// refuse is how an error is answered: the one place that decides it. What has no
// answer of its own is logged, and told by the request's ID alone.
func (a *api) refuse(r *http.Request, err error) *refusal {
	refused := a.refusal(r, err)
	refused.Detail = idp.Cut(refused.Detail, maxDetail)
	refused.RequestID = reqctx.From(r.Context()).RequestID
	return refused
}

func (a *api) refusal(r *http.Request, err error) *refusal {
	var own *refusal
	var problems idp.Problems
	var malformed *strict.Malformed
	var denied *admin.Denied
	var stale *admin.Stale
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, keys.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		a.log(r, "service unavailable", err)
		return unavailable()
	case errors.As(err, &denied):
		return say(http.StatusForbidden, "denied", "Not allowed", denied.Why, denied.Remedy)
	case errors.Is(err, admin.ErrNotSignedIn):
		return notSignedIn(r)
	case errors.As(err, &stale):
		return outdated(stale)
	case errors.As(err, &problems):
		return faulty(problems)
	case errors.As(err, &malformed):
		return say(http.StatusBadRequest, "malformed", "The body cannot be read", malformed.Error(), "send one JSON value in UTF-8")
	}
	for _, k := range kinds() {
		if errors.Is(err, k.err) {
			return say(k.status, k.word, k.title, detail(err, k.err), k.remedy)
		}
	}
	a.log(r, "request failed", err)
	return say(http.StatusInternalServerError, "internal", "Something went wrong",
		"the request could not be answered", "try again; if it happens again, look for the request ID in the log")
}

// detail is what an error of a known kind is about, and the kind's own words. What
// lies between the two tells how the store works, and stays inside.
func detail(err, kind error) string {
	subject, named := errors.AsType[*store.Subject](err)
	if !named {
		return kind.Error()
	}
	return subject.What() + ": " + kind.Error()
}

func (a *api) log(r *http.Request, what string, err error) {
	a.Log.ErrorContext(r.Context(), what, "path", r.URL.Path, "request_id", reqctx.From(r.Context()).RequestID, "error", err)
}

// say is a refusal without anything further.
func say(status int, word, title, detail, remedy string) *refusal {
	return &refusal{Document: problem.Document{Type: problem.KindPrefix + word, Title: title, Status: status, Detail: detail, Remedy: remedy}}
}

// retryAfter is when an unavailable service is worth asking again, in seconds.
const retryAfter = 5

func unavailable() *refusal {
	refused := say(http.StatusServiceUnavailable, "unavailable", "Not available right now",
		"a service that Gatepost needs does not answer; a change that was asked for may have been made", "read what is there, and try again in a few seconds")
	refused.headers = http.Header{"Retry-After": {strconv.Itoa(retryAfter)}}
	return refused
}

// notSignedIn asks for a token: RFC 6750, 3.
func notSignedIn(r *http.Request) *refusal {
	challenge := `Bearer realm="gatepost"`
	refused := say(http.StatusUnauthorized, "not-signed-in", "Not signed in", "there is no token and no session", "send Authorization: Bearer and a token")
	if r.Header.Get("Authorization") != "" {
		challenge += `, error="invalid_token"`
		refused.Detail = "the token is malformed, unknown, revoked or over, or its owner may not sign in"
	}
	refused.headers = http.Header{"Www-Authenticate": {challenge}}
	return refused
}

func outdated(stale *admin.Stale) *refusal {
	refused := say(http.StatusPreconditionFailed, "stale", "It has changed since you read it",
		"somebody else changed it since you read it; see current and changes", "read it again and make your change to that")
	refused.Current, refused.Changes = present(stale.Current), stale.Changes
	refused.headers = http.Header{"Etag": {stale.ETag}}
	return refused
}

// present is what is there now in the shape in which it is read.
func present(current any) any {
	c, ok := current.(resource.Connector)
	if ok {
		return shown(c)
	}
	return current
}

// faulty tells every wrong field.
func faulty(problems idp.Problems) *refusal {
	refused := say(http.StatusUnprocessableEntity, "invalid", "Something in it is wrong", "", "")
	refused.Errors = faults(problems)
	switch n := len(problems); {
	case n == 1:
		refused.Detail = problems[0].Error()
	case n > idp.MaxProblems:
		refused.Detail = fmt.Sprintf("more than %d fields are wrong; see errors", idp.MaxProblems)
	default:
		refused.Detail = strconv.Itoa(n) + " fields are wrong; see errors"
	}
	return refused
}

// faults are problems as [idp.Problems.Told] has them.
func faults(problems idp.Problems) []problem.Fault {
	list := make([]problem.Fault, 0, len(problems))
	for _, p := range problems.Told() {
		list = append(list, problem.Fault{Pointer: strict.Pointer(p.Field), Field: p.Field, Value: p.Value, Detail: p.Reason, Remedy: p.Remedy})
	}
	return list
}
