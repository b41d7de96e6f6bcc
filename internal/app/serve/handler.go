package serve

import (
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/web/api"
	"github.com/gatepost/gatepost/internal/web/caller"
	"github.com/gatepost/gatepost/internal/web/console"
	"github.com/gatepost/gatepost/internal/web/demoacs"
	"github.com/gatepost/gatepost/internal/web/guard"
	"github.com/gatepost/gatepost/internal/web/launch"
	"github.com/gatepost/gatepost/internal/web/metadata"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/portal"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
	"github.com/gatepost/gatepost/internal/web/setup"
)

// newHandler puts every face under one mux and the guards that all of them share
// before it.
func newHandler(c Config, via reqctx.Via, site *installation.Installation, address *url.URL, log *slog.Logger) (http.Handler, error) {
	pages, err := page.New(page.Options{URL: address.String(), Demo: c.Demo})
	if err != nil {
		return nil, err
	}
	write := problem.Writer{Pages: pages, Now: time.Now, Log: log}
	mux := http.NewServeMux()
	err = addRoutes(mux, c, site, address, write)
	if err != nil {
		return nil, err
	}
	handler, err := guard.Stand(address, write, mux)
	if err != nil {
		return nil, err
	}
	return reqctx.Behind(via, canonical(address, pages, handler)), nil
}

func addRoutes(mux *http.ServeMux, c Config, site *installation.Installation, address *url.URL, write problem.Writer) error {
	cookie := session.CookieFor(address)
	launches := &launch.Handler{
		Service: &sso.Service{Store: site.Store, Keys: site, Now: time.Now, Budget: launchBudget, TLS: address.Scheme == "https", Log: write.Log},
		Cookie:  cookie,
		Write:   write,
	}
	if c.DemoACS {
		launches.Stand = address.String() + demoacs.Path
		mux.Handle(demoacs.Path+"{connector}", &demoacs.Handler{Metadata: site.Admin.Metadata, Write: write, Now: time.Now})
	}
	mux.Handle("/sso/{connector}", launches)
	mux.Handle("/metadata/{connector}", &metadata.Handler{Store: site.Store, URL: address.String(), Write: write})
	mux.Handle("/setup", &setup.Handler{Service: site.Admin, Write: write})
	finder := caller.Finder{Service: site.Admin, Cookie: cookie}
	desk, err := console.New(console.Options{
		Service: site.Admin, Cookie: cookie, Write: write, Now: time.Now, Version: environment.Version(),
	})
	if err != nil {
		return err
	}
	desk.Routes(mux)
	mux.Handle("/api/", api.New(api.Options{Service: site.Admin, Authenticate: finder.Of, Version: environment.Version(), Log: write.Log}))
	(&portal.Handler{
		Store:     site.Store,
		SignIn:    site.SignIn,
		Cookie:    cookie,
		Write:     write,
		Now:       time.Now,
		Version:   environment.Version(),
		WhomToAsk: c.WhomToAsk,
	}).Routes(mux)
	return nil
}

// canonical leads the other names of a loopback address (127.0.0.1, ::1) to the
// one that cookies and passkeys are bound to. Every other name is served: which
// host a request names decides nothing here.
func canonical(address *url.URL, pages *page.Renderer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		named, err := url.Parse("http://" + r.Host)
		other := err == nil && loopback(named.Hostname()) && loopback(address.Hostname()) && named.Hostname() != address.Hostname()
		if !other || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
			next.ServeHTTP(w, r)
			return
		}
		pages.Harden(w.Header())
		w.Header().Set("Location", address.String()+reqctx.LocalPath(r.URL.RequestURI()))
		w.WriteHeader(http.StatusSeeOther)
	})
}
