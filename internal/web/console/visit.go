package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// maxForm is the longest form that is taken, in bytes: connectors with 500 roles
// and keys fit.
const maxForm = 1 << 20

// visit is one request of an administrator, who does all work through it.
type visit struct {
	*admin.Administrator
	h      *Handler
	w      http.ResponseWriter
	r      *http.Request
	fields map[string]string // of the address for a GET, of the form for a POST
	files  map[string][]byte // of a POST
}

// errNoRole says that a person who is signed in is no administrator.
var errNoRole = errors.New("not an administrator")

// errUnseen says that the portal has to note that the session is in use: only it
// writes sessions.
var errUnseen = errors.New("session not seen lately")

// at answers the requests of a route.
func (h *Handler) at(route route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{h: h, w: w, r: r}
		do, needs := route.get, admin.OpRead
		if r.Method == http.MethodPost {
			do, needs = route.post, route.needs
		}
		known := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodPost
		if do == nil || !known {
			h.Write.Method(w, r, route.methods())
			return
		}
		err := v.enter(needs)
		if err == nil {
			err = v.read()
		}
		if err == nil {
			err = do(v)
		}
		if err != nil {
			h.fail(v, err)
		}
	})
}

// methods are those that the route takes.
func (r route) methods() string {
	switch {
	case r.post == nil:
		return "GET, HEAD"
	case r.get == nil:
		return "POST"
	}
	return "GET, HEAD, POST"
}

// enter finds out who it is and whether they may do what they came for, before
// anything else of the request is read.
func (v *visit) enter(needs admin.Operation) error {
	actor, err := v.h.Caller(v.r)
	if err != nil {
		return err
	}
	if actor.Role == idp.AdminNone {
		return errNoRole
	}
	v.Administrator = v.h.Service.As(actor)
	if v.r.Method == http.MethodGet && actor.Unseen(v.h.Now()) {
		return errUnseen
	}
	return v.Ask(v.ctx(), needs, admin.Target{}, v.target())
}

// target is what the path names.
func (v *visit) target() string {
	for _, name := range []string{"connector", "email", "group", "token"} {
		value := v.r.PathValue(name)
		if value != "" {
			return value
		}
	}
	return ""
}

// bySession is who the cookie's session belongs to.
func (h *Handler) bySession(r *http.Request) (admin.Actor, error) {
	token, ok := h.Cookie.Token(r)
	if !ok {
		return admin.Actor{}, admin.ErrNotSignedIn
	}
	c := reqctx.From(r.Context())
	return h.Service.BySession(r.Context(), token, admin.Actor{SourceIP: c.SourceIP, UserAgent: c.UserAgent, RequestID: c.RequestID})
}

// read reads the fields of the address or of the form.
func (v *visit) read() error {
	var err error
	if v.r.Method == http.MethodPost {
		v.fields, v.files, err = readForm(v.w, v.r)
	} else {
		v.fields, err = reqctx.Query(v.r.URL.RawQuery)
	}
	return err
}

func (v *visit) ctx() context.Context { return v.r.Context() }

// slug is the connector that the path names.
func (v *visit) slug() string { return v.r.PathValue("connector") }

// done ends a step that changed something: the browser goes on to path, which
// says what was done in the words that notice.go has for it.
func (v *visit) done(path, what string) error {
	v.h.census.forget()
	v.h.Write.Redirect(v.w, address(path, url.Values{"done": {what}}))
	return nil
}
