package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
)

// enter lets in whom the API knows, with parameters and a body that can be read.
// Who that is comes first: strangers learn nothing, and nothing is read of them.
func (a *api) enter(s spec) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(hc)
		c, err := a.begin(w, r, hc.Operation(), s)
		if err != nil {
			refused := a.refuse(r, err)
			s.point(refused)
			refused.write(w, r)
			return
		}
		next(huma.WithValue(hc, callKey{}, c))
	}
}

func (a *api) begin(w http.ResponseWriter, r *http.Request, op *huma.Operation, s spec) (*call, error) {
	actor, err := a.Authenticate(r)
	if err != nil {
		return nil, err
	}
	if actor.Role == idp.AdminNone {
		return nil, admin.Allowed(actor, admin.OpRead, admin.Target{})
	}
	err = checkQuery(r, op.Parameters)
	if err != nil {
		return nil, err
	}
	body, err := readBody(w, r, s.takes)
	if err != nil {
		return nil, err
	}
	return &call{Administrator: a.Service.As(actor), request: r, body: body}, nil
}
