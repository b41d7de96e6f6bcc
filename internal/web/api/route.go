package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/gatepost/gatepost/internal/admin"
)

// spec describes a route, for the framework and for the OpenAPI document.
type spec struct {
	method, path string
	id, tag      string
	summary      string
	about        string                  // what the summary leaves out
	status       int                     // of the answer that says yes; zero for 200, or 204 for one without a body
	takes        *body                   // what it is sent; nil for nothing, which may be written as {}
	gives        *huma.Schema            // of its JSON answer, where the Go type does not tell it
	media        map[string]*huma.Schema // of its answer, by media type, where that is not JSON alone
	match        bool                    // changes a version: If-Match is demanded
	also         []int                   // statuses that say yes beside the usual one
	fails        []int                   // refusals beside those that are told from the rest
}

// call is a request whose sender is known and whose body is read.
type call struct {
	*admin.Administrator
	request *http.Request
	body    []byte
}

type callKey struct{}

// route adds a route. What the framework would do about bodies, parameters and
// errors is done before and after it.
func route[I, O any](a *api, s spec, do func(context.Context, *call, *I) (*O, error)) {
	op := a.operation(s)
	op.Middlewares = huma.Middlewares{a.enter(s)}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		c, _ := ctx.Value(callKey{}).(*call) // enter put it there
		out, err := do(ctx, c, in)
		if err != nil {
			refused := a.refuse(c.request, err)
			s.point(refused)
			return nil, refused
		}
		return out, nil
	})
	a.describeBody(s)
}

// point keeps pointers to where there is a JSON body to point into.
func (s *spec) point(refused *refusal) {
	if s.takes != nil && s.takes.shape != nil {
		return
	}
	for i := range refused.Errors {
		refused.Errors[i].Pointer = ""
	}
}

// operation is the route as the framework takes it, without its body: that it
// would read.
func (a *api) operation(s spec) huma.Operation {
	if s.about == "" {
		s.about = s.summary + "."
	}
	return huma.Operation{
		OperationID: s.id, Method: s.method, Path: s.path, Tags: []string{s.tag}, Summary: s.summary, Description: s.about,
		DefaultStatus: s.status, SkipValidateParams: true, SkipValidateBody: true,
		Security:  []map[string][]string{{"token": {}}, {"session": {}}},
		Responses: a.responses(s),
	}
}

// responses are the answers of a route: the one that says yes, where the Go type
// does not tell it, and those that say no.
func (a *api) responses(s spec) map[string]*huma.Response {
	all := map[string]*huma.Response{}
	media := s.media
	if s.gives != nil {
		media = map[string]*huma.Schema{jsonKind: s.gives}
	}
	if media != nil {
		content := map[string]*huma.MediaType{}
		for name, schema := range media {
			content[name] = &huma.MediaType{Schema: schema}
		}
		status := s.status
		if status == 0 {
			status = http.StatusOK
		}
		all[code(status)] = &huma.Response{Description: http.StatusText(status), Content: content}
	}
	for _, status := range s.also {
		all[code(status)] = &huma.Response{Description: http.StatusText(status)}
		if s.gives != nil && status != http.StatusNotModified && status != http.StatusNoContent {
			all[code(status)].Content = map[string]*huma.MediaType{jsonKind: {Schema: s.gives}}
		}
	}
	for _, status := range s.refusals() {
		all[code(status)] = &huma.Response{Ref: "#/components/responses/" + responseName(status)}
	}
	return all
}

// refusals are the statuses by which a route may say no.
func (s *spec) refusals() []int {
	list := append([]int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusServiceUnavailable,
	}, s.fails...)
	if strings.Contains(s.path, "{") {
		list = append(list, http.StatusNotFound)
	}
	if s.method != http.MethodGet {
		list = append(list, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity)
	}
	if s.match {
		list = append(list, http.StatusPreconditionFailed, http.StatusPreconditionRequired)
	}
	return list
}
