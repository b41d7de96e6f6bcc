// Package guard stands before every face: it logs requests, hardens answers,
// answers panics, and refuses forms from other sites. `serve` and the functions share it.
package guard

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// Stand puts the guards before a handler. address is where people reach
// Gatepost: its origin is the only one whose forms are taken.
func Stand(address *url.URL, write problem.Writer, next http.Handler) (http.Handler, error) {
	origins := http.NewCrossOriginProtection()
	err := origins.AddTrustedOrigin(address.Scheme + "://" + address.Host)
	if err != nil {
		return nil, fmt.Errorf("trusted origin: %w", err)
	}
	origins.SetDenyHandler(denied(write))
	return logging(write.Log, hardened(write, recovering(write, origins.Handler(next)))), nil
}

// denied answers what came from another site, and no face sees it. Launches and
// metadata take no forms from anywhere: that is where a service provider ends that
// posts its request, and it is told so with 405. Everything else is refused, what
// may one day stand under these addresses too.
func denied(write problem.Writer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case oneBelow(path, "/sso/"):
			write.Method(w, r, "GET")
		case oneBelow(path, "/metadata/"):
			write.Method(w, r, "GET, HEAD")
		case strings.HasPrefix(path, "/api/"), strings.HasPrefix(path, "/iam/"):
			problem.ForeignOrigin().Write(w, r)
		default:
			write.CrossOrigin(w, r)
		}
	})
}

// oneBelow reports whether a path is the root and one name.
func oneBelow(path, root string) bool {
	name, below := strings.CutPrefix(path, root)
	return below && name != "" && !strings.Contains(name, "/")
}

// hardened gives every answer the security headers, those of the mux itself
// included. Faces that answer with more set theirs over them.
func hardened(write problem.Writer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		write.Pages.Harden(w.Header())
		next.ServeHTTP(w, r)
	})
}

// recovering answers a panic like every other internal error. The panic's value
// may hold anything, so that the log gets the place alone.
func recovering(write problem.Writer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause != nil {
				write.Internal(w, r, fmt.Errorf("panic (%T) at\n%s", cause, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// logging writes a line for each request: never its query, body or cookies.
func logging(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		answer := &answer{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		level := slog.LevelInfo
		if r.URL.Path == "/healthz" {
			level = slog.LevelDebug
		}
		c := reqctx.From(r.Context())
		log.Log(context.WithoutCancel(r.Context()), level, "request", "method", r.Method, "path", r.URL.Path, "status", answer.status,
			"ms", time.Since(start).Milliseconds(), "source_ip", c.SourceIP, "request_id", c.RequestID)
	})
}

type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status. An answer without content has no kind of it
// (RFC 9110, 15.3.5): a client would try to read what is not there.
func (a *answer) WriteHeader(status int) {
	a.status = status
	if status == http.StatusNoContent {
		a.Header().Del("Content-Type")
	}
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
