package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/gatepost/gatepost/internal/admin"
)

// Root is the path that every route begins with.
const Root = "/api/v1"

// Options are what the API works with. All fields are needed.
type Options struct {
	Service *admin.Service
	// Authenticate finds out who makes a request; admin.ErrNotSignedIn when nobody
	// does. On an open store the command line answers with itself.
	Authenticate func(*http.Request) (admin.Actor, error)
	Version      string // of the program
	Log          *slog.Logger
}

// api is the API in the making, and then its handler.
type api struct {
	Options
	mux      *http.ServeMux
	huma     huma.API
	asked    map[string]bool        // names of the schemas of what is sent
	document func() ([]byte, error) // the OpenAPI document, made once
}

// New makes the handler of every path below [Root].
func New(o Options) http.Handler {
	a := &api{Options: o, mux: http.NewServeMux(), asked: map[string]bool{}}
	a.huma = huma.NewAPI(config(), humago.NewAdapter(a.mux, Root))
	a.describe()
	a.connectors()
	a.connectorStates()
	a.keys()
	a.images()
	a.grants()
	a.groups()
	a.groupStates()
	a.members()
	a.users()
	a.userStates()
	a.imports()
	a.events()
	a.tokens()
	a.lockdown()
	a.settings()
	a.config()
	a.finish()
	a.document = sync.OnceValues(func() ([]byte, error) { return json.Marshal(a.huma.OpenAPI()) })
	return a.outside()
}
