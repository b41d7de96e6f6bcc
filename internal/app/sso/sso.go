// Package sso wires the function that answers /sso/{connector}: the only one on
// the internet that may use a signing key. It reads sessions and cannot make one.
package sso

import (
	"log/slog"
	"net/http"
	"time"

	transport "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"github.com/gatepost/gatepost/internal/app/custody"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/proxies"
	"github.com/gatepost/gatepost/internal/app/tables"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/web/gateway"
	"github.com/gatepost/gatepost/internal/web/guard"
	"github.com/gatepost/gatepost/internal/web/launch"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
)

// Needs are the variables that the function cannot do without.
func Needs() []string {
	return []string{environment.URL, environment.ConfigTable, environment.DirectoryTable, environment.ActivityTable}
}

// budget is how long a launch waits for the store and the key, in all. It and the
// note of a failure end before the function's own limit.
const budget = 3 * time.Second

// tryLimit is how long one call to a service may take before it is made again: a
// connection that died while the sandbox was frozen must not use the budget up.
const tryLimit = time.Second

// New makes the function.
func New(c environment.Config, log *slog.Logger) (gateway.Function, error) {
	config := c.AWS()
	config.HTTPClient = transport.NewBuildableClient().WithTimeout(tryLimit)
	var clock environment.Clock
	clock.Watch(&config)
	return over(c, tables.Open(config, c), custody.Open(config, c), clock.Skew, log)
}

// Over makes the function over a store and keys that are given, as tests do.
func Over(c environment.Config, store sso.Store, keys sso.Keys, log *slog.Logger) (gateway.Function, error) {
	return over(c, store, keys, nil, log)
}

func over(c environment.Config, store sso.Store, keys sso.Keys, skew func() time.Duration, log *slog.Logger) (gateway.Function, error) {
	pages, err := page.New(page.Options{URL: c.URL.String()})
	if err != nil {
		return nil, err
	}
	write := problem.Writer{Pages: pages, Now: time.Now, Log: log}
	mux := http.NewServeMux()
	mux.Handle("/sso/{connector}", &launch.Handler{
		Service: &sso.Service{Store: store, Keys: keys, Now: time.Now, Skew: skew, Budget: budget, TLS: c.URL.Scheme == "https", Log: log},
		Cookie:  session.CookieFor(c.URL),
		Write:   write,
	})
	mux.HandleFunc("/", write.NotFound)
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
