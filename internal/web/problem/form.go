package problem

import (
	"net/http"

	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// Fields answers a request whose parameters, or whose form's fields, were read:
// each once, by name.
type Fields func(w http.ResponseWriter, r *http.Request, fields map[string]string)

// Form is a route with a form on it: GET shows it, by the address's parameters,
// and POST takes it, of at most most bytes. What cannot be read is answered 400,
// another method 405.
func (p Writer) Form(most int64, show, take Fields) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var fields map[string]string
		var err error
		answer := show
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			fields, err = reqctx.Query(r.URL.RawQuery)
		case http.MethodPost:
			answer = take
			fields, err = reqctx.Form(w, r, most)
		default:
			p.Method(w, r, "GET, HEAD, POST")
			return
		}
		if err != nil {
			p.BadRequest(w, r, err.Error())
			return
		}
		answer(w, r, fields)
	}
}

// Shown is a route that is only read, by the address's parameters.
func (p Writer) Shown(show Fields) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			p.Method(w, r, "GET, HEAD")
			return
		}
		fields, err := reqctx.Query(r.URL.RawQuery)
		if err != nil {
			p.BadRequest(w, r, err.Error())
			return
		}
		show(w, r, fields)
	}
}
