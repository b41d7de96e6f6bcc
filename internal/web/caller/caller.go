// Package caller finds out who makes a request to the administration: the holder
// of a token of the config API, or an administrator's browser.
package caller

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// Service knows tokens and sessions.
type Service interface {
	ByToken(ctx context.Context, bearer string, from admin.Actor) (admin.Actor, error)
	BySession(ctx context.Context, t session.Token, from admin.Actor) (admin.Actor, error)
}

// Finder finds out who makes a request. All fields are needed.
type Finder struct {
	Service Service
	Cookie  session.Cookie
}

// Of is who makes a request. A token wins over a cookie: whoever sends one means
// it. It returns admin.ErrNotSignedIn when there is neither, or when what there is
// opens nothing. A person without an administrator role is an actor who may do
// nothing.
func (f Finder) Of(r *http.Request) (admin.Actor, error) {
	if len(r.Header.Values("Authorization")) == 0 {
		return f.BySession(r)
	}
	bearer, err := token(r)
	if err != nil {
		return admin.Actor{}, err
	}
	return f.Service.ByToken(r.Context(), bearer, From(r))
}

// BySession is who makes a request by its cookie alone, as pages want it. The
// cookie counts only in requests that come from Gatepost's own pages or from
// nobody's: browsers that say where a request comes from are believed.
func (f Finder) BySession(r *http.Request) (admin.Actor, error) {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return admin.Actor{}, fmt.Errorf("a session cookie in a request of another site: %w", admin.ErrNotSignedIn)
	}
	t, ok := f.Cookie.Token(r)
	if !ok {
		return admin.Actor{}, admin.ErrNotSignedIn
	}
	return f.Service.BySession(r.Context(), t, From(r))
}

// maxToken is longer than any token of ours, in bytes.
const maxToken = 256

// token is the bearer token of a request (RFC 6750, 2.1). The scheme's case is of
// no account: RFC 9110, 11.1.
func token(r *http.Request) (string, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 {
		return "", fmt.Errorf("%d Authorization headers: %w", len(headers), admin.ErrNotSignedIn)
	}
	scheme, bearer, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") || bearer == "" || len(bearer) > maxToken || strings.ContainsAny(bearer, " \t,") {
		return "", fmt.Errorf("the Authorization header is not Bearer and a token: %w", admin.ErrNotSignedIn)
	}
	return bearer, nil
}

// From is an actor of whom no more is known than where the request comes from.
func From(r *http.Request) admin.Actor {
	c := reqctx.From(r.Context())
	return admin.Actor{SourceIP: c.SourceIP, UserAgent: c.UserAgent, RequestID: c.RequestID}
}
