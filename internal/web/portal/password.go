package portal

import (
	"errors"
	"net/http"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
)

// showPassword shows the form of a one-time link. Opening the link does not use it
// up: programs that look into mail open links too.
func (h *Handler) showPassword(w http.ResponseWriter, r *http.Request, query map[string]string) {
	h.askPassword(w, r, http.StatusOK, query["token"], nil)
}

func (h *Handler) askPassword(w http.ResponseWriter, r *http.Request, status int, secret string, problems idp.Problems) {
	user, err := h.SignIn.LinkUser(r.Context(), secret)
	if err != nil {
		h.linkFailed(w, r, err)
		return
	}
	h.Write.Page(w, r, status, page.Password{Token: secret, Email: user.Email, Least: signin.MinPassword, Errors: problem.FieldErrors(problems)})
}

func (h *Handler) doPassword(w http.ResponseWriter, r *http.Request, form map[string]string) {
	if form["password"] != form["repeat"] {
		h.askPassword(w, r, http.StatusUnprocessableEntity, form["token"], idp.Problems{{Field: "repeat", Reason: "the two passwords are not the same", Remedy: "type the same password twice"}})
		return
	}
	err := h.SignIn.RedeemLink(r.Context(), form["token"], form["password"], client(r))
	var problems idp.Problems
	switch {
	case errors.As(err, &problems):
		h.askPassword(w, r, http.StatusUnprocessableEntity, form["token"], problems)
	case err != nil:
		h.linkFailed(w, r, err)
	default:
		h.Write.Redirect(w, "/signin?set")
	}
}

func (h *Handler) linkFailed(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, signin.ErrHelpdeskLink) {
		h.Write.Problem(w, r, http.StatusForbidden, page.Problem{
			Title: "Ask for another link",
			What:  "Helpdesk made this link before applications were opened to you. From then on a link of helpdesk does not set your password, so that nobody else gets in by it.",
			Do:    "Ask whoever gave you access, or an owner of Gatepost, for a new password link.",
			Links: []page.Link{{Text: "Sign in", Href: "/signin"}},
		})
		return
	}
	if !errors.Is(err, signin.ErrLink) {
		h.Write.Unavailable(w, r, err)
		return
	}
	h.Write.Problem(w, r, http.StatusNotFound, page.Problem{
		Title: "This link does not work any more",
		What:  "It was used already, is too old, or was not copied whole.",
		Do:    "Ask your administrator for a new one.",
		Links: []page.Link{{Text: "Sign in", Href: "/signin"}},
	})
}
