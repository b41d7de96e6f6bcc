// Package admin wires the function of administrators: the config API, the console,
// tokens for AWS principals, and the first owner's setup. It writes configuration and people;
// it can neither sign nor read a stored key, and asks the function that keeps them.
package admin

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/proxies"
	"github.com/gatepost/gatepost/internal/app/tables"
	"github.com/gatepost/gatepost/internal/keys/desk"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/web/api"
	"github.com/gatepost/gatepost/internal/web/caller"
	"github.com/gatepost/gatepost/internal/web/console"
	"github.com/gatepost/gatepost/internal/web/gateway"
	"github.com/gatepost/gatepost/internal/web/guard"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/setup"
)

// Needs are the variables that the function cannot do without.
func Needs() []string {
	return []string{
		environment.URL, environment.ConfigTable, environment.DirectoryTable, environment.ActivityTable, environment.KeysFunction,
	}
}

// New makes the function.
func New(c environment.Config, log *slog.Logger) (gateway.Function, error) {
	config := c.AWS()
	client := lambda.NewFromConfig(config, func(o *lambda.Options) { o.BaseEndpoint = environment.Endpoint("lambda") })
	return Over(c, tables.Open(config, c), desk.NewClient(client, c.KeysFunction), log)
}

// Over makes the function over a store and a keeper of keys that are given, as
// tests do.
func Over(c environment.Config, s *store.Store, keys admin.Keys, log *slog.Logger) (gateway.Function, error) {
	roles, err := api.ReadIAMRoles(environment.AdminRoles, c.AdminRoles)
	if err != nil {
		return nil, err
	}
	pages, err := page.New(page.Options{URL: c.URL.String()})
	if err != nil {
		return nil, err
	}
	write := problem.Writer{Pages: pages, Now: time.Now, Log: log}
	service := &admin.Service{Store: s, Keys: keys, Passwords: signin.New(s, time.Now), URL: c.URL.String(), Now: time.Now}
	finder := caller.Finder{Service: service, Cookie: session.CookieFor(c.URL)}
	mux := http.NewServeMux()
	desk, err := console.New(console.Options{
		Service: service, Cookie: finder.Cookie, Write: write, Now: time.Now, Version: environment.Version(),
	})
	if err != nil {
		return nil, err
	}
	desk.Routes(mux)
	mux.Handle("/api/", api.New(api.Options{Service: service, Authenticate: finder.Of, Version: environment.Version(), Log: log}))
	mux.Handle(api.IAMPath, &api.IAM{Service: service, Roles: roles, Log: log})
	mux.Handle("/setup", &setup.Handler{Service: service, Write: write})
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
