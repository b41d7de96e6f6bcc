// Package reqctx carries what every face of the web knows of a request: its ID,
// and where it comes from. It is a neutral, low place, so that faces, the front
// of `serve` and the front of a Lambda can share the keys without knowing one
// another.
package reqctx

import (
	"context"
	"net/http"
	"unicode/utf8"

	"github.com/gatepost/gatepost/internal/idp"
)

// Client is where a request comes from.
type Client struct {
	RequestID string
	SourceIP  string // the person's address, as far as [Via] tells it
	Local     bool   // made on the machine that this process runs on, and not passed on by anything there
	UserAgent string
	Principal string // ARN of the AWS principal that API Gateway vouches for; empty for everybody else
}

type clientKey struct{}

// With returns a context that carries c.
func With(ctx context.Context, c Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// From is the client of a request. Outside a request it is the zero Client.
func From(ctx context.Context) Client {
	c, _ := ctx.Value(clientKey{}).(Client)
	return c
}

// maxUserAgent keeps a hostile header from filling the audit record.
const maxUserAgent = 256

// Direct wraps a handler for requests that reach this process with nothing before
// it: each gets a fresh request ID, which is also answered in X-Request-Id, and
// the peer's address.
func Direct(next http.Handler) http.Handler { return Behind(Via{}, next) }

// Behind is as [Direct], for requests that come by what via knows.
func Behind(via Via, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := Client{RequestID: idp.NewID("r"), UserAgent: CleanUserAgent(r.UserAgent())}
		via.Admit(w, r, r.RemoteAddr, c, next)
	})
}

// Admit hands a request on with its client, whose address it finds out from the
// peer's and the headers. One that went around CloudFront is answered 403.
func (v Via) Admit(w http.ResponseWriter, r *http.Request, peer string, c Client, next http.Handler) {
	from, admitted := v.source(peer, r.Header)
	c.SourceIP, c.Local = from.address, from.local
	w.Header().Set("X-Request-Id", c.RequestID)
	if !admitted {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		http.Error(w, "This address is not open. Use the one that you were given for Gatepost.", http.StatusForbidden)
		return
	}
	next.ServeHTTP(w, r.WithContext(With(r.Context(), c)))
}

// CleanUserAgent is a User-Agent header as the audit record keeps it: valid UTF-8,
// and not longer than 256 characters.
func CleanUserAgent(s string) string {
	if !utf8.ValidString(s) {
		return "(not UTF-8)"
	}
	runes := []rune(s)
	if len(runes) > maxUserAgent {
		return string(runes[:maxUserAgent])
	}
	return s
}
