// Package setup is the face of /setup: the one-time link by which the first
// owner comes to be.
package setup

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// Service makes the first owner.
type Service interface {
	SetupOpen(ctx context.Context, secret string) error
	Setup(ctx context.Context, a admin.Actor, secret string, in admin.NewUser) (string, error)
}

// Handler serves /setup. All fields are needed.
type Handler struct {
	Service Service
	Write   problem.Writer
}

const maxForm = 16 << 10 // bytes

// ServeHTTP shows the form and takes it.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.Write.Form(maxForm, h.show, h.do)(w, r)
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request, query map[string]string) {
	err := h.Service.SetupOpen(r.Context(), query["token"])
	if err != nil {
		h.failed(w, r, err)
		return
	}
	h.Write.Page(w, r, http.StatusOK, page.Setup{Token: query["token"]})
}

func (h *Handler) do(w http.ResponseWriter, r *http.Request, form map[string]string) {
	c := reqctx.From(r.Context())
	actor := admin.Actor{Name: "setup", SourceIP: c.SourceIP, UserAgent: c.UserAgent, RequestID: c.RequestID}
	link, err := h.Service.Setup(r.Context(), actor, form["token"], admin.NewUser{Email: form["email"], Name: form["name"]})
	if err != nil {
		h.again(w, r, form, err)
		return
	}
	// The link was made a moment ago by this program; its path is what the page
	// leads to, so that the person stays on the address they came by.
	u, err := url.Parse(link)
	if err != nil {
		h.Write.Internal(w, r, err)
		return
	}
	h.Write.Page(w, r, http.StatusOK, page.Setup{Email: form["email"], Name: form["name"], PasswordLink: u.RequestURI()})
}

func (h *Handler) again(w http.ResponseWriter, r *http.Request, form map[string]string, err error) {
	var problems idp.Problems
	switch {
	case errors.As(err, &problems):
	case errors.Is(err, store.ErrExists):
		problems = idp.Problems{{Field: "email", Value: form["email"], Reason: "there is a person with this email already", Remedy: "use another"}}
	default:
		h.failed(w, r, err)
		return
	}
	h.Write.Page(w, r, http.StatusUnprocessableEntity, page.Setup{
		Token: form["token"], Email: form["email"], Name: form["name"], Errors: problem.FieldErrors(problems),
	})
}

func (h *Handler) failed(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, admin.ErrLink) {
		h.Write.Unavailable(w, r, err)
		return
	}
	h.Write.Problem(w, r, http.StatusNotFound, page.Problem{
		Title: "This setup link does not work any more",
		What:  "It was used already, is older than an hour, or was not copied whole.",
		Do:    "If nobody has set Gatepost up yet, start it again to get a new link.",
		Links: []page.Link{{Text: "Sign in", Href: "/signin"}},
	})
}
