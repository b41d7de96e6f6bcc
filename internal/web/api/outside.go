package api

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"runtime/debug"

	"github.com/gatepost/gatepost/internal/web/problem"
)

// outside is what a request meets first: a panic becomes a problem, HEAD has no
// body, and an address that is no route is told as a problem too.
func (a *api) outside() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause != nil {
				// The value may hold anything: the log gets its type and the place.
				a.refuse(r, fmt.Errorf("panic (%T) at\n%s", cause, debug.Stack())).write(w, r)
			}
		}()
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.Method == http.MethodHead {
			w = bodiless{w}
		}
		handler, pattern := a.mux.Handler(r)
		if pattern == "" {
			a.noRoute(w, r, handler)
			return
		}
		if path.Clean(r.URL.Path) != r.URL.Path {
			a.refuse(r, errNoRoute).write(w, r) // the handler is one that must not see it
			return
		}
		a.mux.ServeHTTP(w, r)
	})
}

// noRoute answers what the mux would answer in plain text, or by leading elsewhere.
func (a *api) noRoute(w http.ResponseWriter, r *http.Request, handler http.Handler) {
	told := &unwritten{header: http.Header{}}
	handler.ServeHTTP(told, r)
	if told.status == http.StatusMethodNotAllowed {
		refused := &refusal{Document: problem.Document{
			Type: problem.KindPrefix + "method", Title: "Method not allowed", Status: http.StatusMethodNotAllowed,
			Detail: r.Method + " does not go with this address", Remedy: "use one of " + told.header.Get("Allow"),
		}, headers: http.Header{"Allow": told.header["Allow"]}}
		refused.write(w, r)
		return
	}
	a.refuse(r, errNoRoute).write(w, r)
}

// errNoRoute says that an address is no route of the API.
var errNoRoute = errors.New("no such route")

// bodiless is an answer to HEAD. A server of net/http drops the body by itself, API
// Gateway sends on what it gets.
type bodiless struct{ http.ResponseWriter }

// Write drops the body.
func (bodiless) Write(p []byte) (int, error) { return len(p), nil }

// Unwrap lets http.ResponseController reach the connection.
func (b bodiless) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// unwritten takes an answer that is told in another form.
type unwritten struct {
	header http.Header
	status int
}

// Header is the header of the answer.
func (u *unwritten) Header() http.Header { return u.header }

// WriteHeader notes the status.
func (u *unwritten) WriteHeader(status int) { u.status = status }

// Write drops the body.
func (u *unwritten) Write(p []byte) (int, error) { return len(p), nil }
