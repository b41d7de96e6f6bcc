package console

import (
	"embed"
	"net/http"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
)

//go:embed templates assets
var files embed.FS

// Root is where the console is.
const Root = "/admin"

// Options are what the console works with. All fields but Caller are needed.
type Options struct {
	Service *admin.Service
	Cookie  session.Cookie
	Write   problem.Writer
	Now     func() time.Time
	Version string // of the program

	// Caller tells who sent a request: an actor without a role is a person who is
	// no administrator, [admin.ErrNotSignedIn] leads to the sign-in. Without it
	// the session of the cookie tells.
	Caller func(*http.Request) (admin.Actor, error)
}

// Handler serves the console. It must stand behind [guard.Stand], which refuses
// forms of other sites.
type Handler struct {
	Options
	face   *page.Face
	census *census
}

// New makes the console.
func New(o Options) (*Handler, error) {
	face, err := o.Write.Pages.NewFace(Root+"/assets/", files)
	if err != nil {
		return nil, err
	}
	h := &Handler{Options: o, face: face, census: newCensus(o.Now)}
	if h.Caller == nil {
		h.Caller = h.bySession
	}
	return h, nil
}

// step answers a request whose administrator is known. An error is answered by
// fail.
type step func(v *visit) error

// route is a path of the console: get shows it, post takes its form. Who may not do
// what a form is for is refused before it is read; [admin.Administrator] asks again.
type route struct {
	path  string
	get   step
	post  step
	needs admin.Operation // of the post; empty where the route has none
}

// Routes adds the console's routes to a mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	for _, r := range slices.Concat(routes(), peopleRoutes()) {
		mux.Handle(Root+r.path, h.at(r))
	}
	mux.Handle(Root+"/assets/", h.face.Assets())
	mux.Handle(Root+"/", h.at(route{get: nowhere, post: nowhere, needs: admin.OpRead}))
}
