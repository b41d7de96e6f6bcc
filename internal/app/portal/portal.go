// Package portal wires the function that people meet: sign-in, their
// applications, sign-out. It makes sessions and cannot sign.
package portal

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/proxies"
	"github.com/gatepost/gatepost/internal/app/tables"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/web/gateway"
	"github.com/gatepost/gatepost/internal/web/guard"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/portal"
	"github.com/gatepost/gatepost/internal/web/problem"
)

// Needs are the variables that the function cannot do without.
func Needs() []string {
	return []string{environment.URL, environment.ConfigTable, environment.DirectoryTable, environment.ActivityTable}
}

// New makes the function.
func New(c environment.Config, log *slog.Logger) (gateway.Function, error) {
	return Over(c, tables.Open(c.AWS(), c), log)
}

// Over makes the function over a store that is given, as tests do.
func Over(c environment.Config, s *store.Store, log *slog.Logger) (gateway.Function, error) {
	pages, err := page.New(page.Options{URL: c.URL.String()})
	if err != nil {
		return nil, err
	}
	write := problem.Writer{Pages: pages, Now: time.Now, Log: log}
	mux := http.NewServeMux()
	(&portal.Handler{
		Store:     s,
		SignIn:    signin.New(s, time.Now),
		Cookie:    session.CookieFor(c.URL),
		Write:     write,
		Now:       time.Now,
		Version:   environment.Version(),
		WhomToAsk: c.Contact,
	}).Routes(mux)
	handler, err := guard.Stand(c.URL, write, mux)
	if err != nil {
		return nil, err
	}
	via, err := proxies.Read()
	if err != nil {
		return nil, err
	}
	return gateway.New(handler, via), nil
}
