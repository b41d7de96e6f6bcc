// Package reqctx carries what every face of the web knows of a request: its ID,
// and where it comes from. It is a neutral, low place, so that faces, the front
// of `serve` and the front of a Lambda can share the keys without knowing one
// another.
package reqctx

import (
	"context"
	"net"
	"net/http"
	"unicode/utf8"

	"github.com/gatepost/gatepost/internal/idp"
)

// Client is where a request comes from.
type Client struct {
	RequestID string
	SourceIP  string // the peer's address, never a forwarded header
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

// Direct wraps a handler for requests that reach this process without a gateway
// before it: each gets a fresh request ID, which is also answered in
// X-Request-Id, and the peer's address.
func Direct(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := Client{RequestID: idp.NewID("r"), SourceIP: host(r.RemoteAddr), UserAgent: CleanUserAgent(r.UserAgent())}
		w.Header().Set("X-Request-Id", c.RequestID)
		next.ServeHTTP(w, r.WithContext(With(r.Context(), c)))
	})
}

func host(address string) string {
	h, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return h
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
