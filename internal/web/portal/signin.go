package portal

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// maxForm is the longest body of a sign-in or password form, in bytes.
const maxForm = 64 << 10

// wrong is told for every refused sign-in alike, so that it does not tell who
// has an account.
const wrong = "The email or the password is not right."

func (h *Handler) showSignIn(w http.ResponseWriter, r *http.Request, query map[string]string) {
	content := page.SignIn{Next: reqctx.Next(r, query)}
	if content.Next != reqctx.LocalPath(query["next"]) {
		// The mark of another site goes into the address, which a reload keeps.
		h.toSignIn(w, content.Next)
		return
	}
	_, out := query["out"]
	if out {
		content.Notice = "You are signed out."
	}
	_, set := query["set"]
	if set {
		content.Notice = "Your password is set. Sign in with it now."
	}
	h.Write.Page(w, r, http.StatusOK, content)
}

func (h *Handler) doSignIn(w http.ResponseWriter, r *http.Request, form map[string]string) {
	next := reqctx.LocalPath(form["next"])
	previous, _ := h.Cookie.Token(r) // ends with the new session's start
	result, err := h.SignIn.SignIn(r.Context(), signin.Attempt{Username: form["username"], Password: form["password"], Client: client(r), Previous: previous, Device: h.Cookie.Device(r)})
	var limited *signin.Limited
	switch {
	case errors.As(err, &limited):
		h.Write.Page(w, r, http.StatusTooManyRequests, page.SignIn{Username: form["username"], Next: next, RetryAfter: limited.RetryAfter})
	case errors.Is(err, signin.ErrWrong):
		h.Write.Page(w, r, http.StatusUnauthorized, page.SignIn{Username: form["username"], Next: next, Error: wrong})
	case err != nil:
		h.Write.Unavailable(w, r, err)
	default:
		h.Cookie.Set(w, result.Token)
		if result.Device != (session.Device{}) {
			h.Cookie.SetDevice(w, result.Device)
		}
		h.Write.Redirect(w, next)
	}
}

// signOut ends the session on the server before it clears the cookie: a cookie
// that was copied is worth nothing afterwards.
func (h *Handler) signOut(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		h.Write.Method(w, r, "POST")
		return
	}
	token, ok := h.Cookie.Token(r)
	if ok {
		err := h.SignIn.SignOut(r.Context(), token, client(r))
		if err != nil {
			h.Write.Unavailable(w, r, err)
			return
		}
	}
	h.Cookie.Clear(w)
	h.Write.Redirect(w, "/signin?out")
}

func client(r *http.Request) signin.Client {
	c := reqctx.From(r.Context())
	return signin.Client{SourceIP: c.SourceIP, Local: c.Local, UserAgent: c.UserAgent, RequestID: c.RequestID}
}

func byLabel(a, b page.Tile) int {
	return cmp.Or(strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)), strings.Compare(a.Slug, b.Slug))
}
