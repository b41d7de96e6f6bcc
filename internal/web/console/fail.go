package console

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/metadata"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

var toConsole = page.Link{Text: "Back to the console", Href: Root}

// fail answers what a step returned. Forms take problems and stale versions into
// themselves before it comes to this.
func (h *Handler) fail(v *visit, err error) {
	var denied *admin.Denied
	switch {
	case errors.Is(err, admin.ErrNotSignedIn):
		h.toSignIn(v)
	case errors.Is(err, errUnseen):
		h.Write.Redirect(v.w, address("/renew", url.Values{"next": {v.r.URL.RequestURI()}}))
	case errors.Is(err, errNoRole):
		h.problem(v, http.StatusForbidden, page.Problem{
			Title: "This is for administrators",
			What:  "You are signed in, but you have no administrator role in Gatepost.",
			Do:    "Ask an owner for a role if you need one.",
			Links: []page.Link{{Text: "Go to your applications", Href: "/"}},
		})
	case errors.As(err, &denied):
		h.problem(v, http.StatusForbidden, page.Problem{
			Title: "You may not do this", What: sentenceOf(denied.Why), Do: sentenceOf(denied.Remedy),
		})
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, keys.ErrUnavailable):
		h.Write.Unavailable(v.w, v.r, err)
	default:
		h.failed(v, err)
	}
}

func (h *Handler) failed(v *visit, err error) {
	var problems idp.Problems
	var stale *admin.Stale
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, metadata.ErrNone), errors.Is(err, errNoPage):
		h.problem(v, http.StatusNotFound, page.Problem{
			Title: "There is nothing here", What: "It was deleted, or the address is mistyped.", Do: "Start from the console.",
		})
	case errors.Is(err, store.ErrCursor):
		h.problem(v, http.StatusBadRequest, page.Problem{
			Title: "This page of the list is not there", What: "The address was changed, or comes from another list.", Do: "Start the list again.",
			Links: []page.Link{{Text: "Start the list again", Href: v.r.URL.Path}, toConsole},
		})
	case errors.Is(err, reqctx.ErrQuery):
		h.problem(v, http.StatusBadRequest, page.Problem{
			Title: "Gatepost cannot read this", What: "Nothing was changed.", Details: []string{err.Error()}, Do: "Go back and try again.",
		})
	case errors.As(err, &problems):
		h.problem(v, http.StatusUnprocessableEntity, page.Problem{
			Title: "This cannot be done as it is", What: "Nothing was changed.", Details: sentences(problems), Do: "Put it right and try again.",
		})
	case errors.As(err, &stale):
		h.problem(v, http.StatusPreconditionFailed, page.Problem{
			Title: "It has changed meanwhile", What: "Somebody else was quicker, so nothing of yours was done.", Do: "Look at what is there now, then decide again.",
		})
	default:
		h.refused(v, err)
	}
}

// refused answers what the state of things does not allow.
func (h *Handler) refused(v *visit, err error) {
	for _, r := range []struct {
		err  error
		what string
		do   string
	}{
		{store.ErrExists, "There is one already.", "Look at it, or choose another name."},
		{store.ErrActive, "The connector is active.", "Deactivate it first, then delete it."},
		{store.ErrClosed, "The group is about to be destroyed, so that it takes no new members and connectors.", "Try again in ten minutes, or save its settings: that opens it at once."},
		{store.ErrLastOwner, "This is the last active owner, and somebody has to look after Gatepost.", "Make somebody else an owner first."},
		{admin.ErrLockdown, "Lockdown is in force.", "An owner has to lift it first."},
		{store.ErrTooLarge, "It is too large to be stored.", "Make it smaller, or take several steps."},
		{store.ErrLimit, "It would go past a limit.", "Remove something first."},
	} {
		if errors.Is(err, r.err) {
			h.problem(v, http.StatusConflict, page.Problem{Title: "This cannot be done now", What: r.what + " Nothing was changed.", Do: r.do})
			return
		}
	}
	h.Write.Internal(v.w, v.r, err)
}

func (h *Handler) problem(v *visit, status int, p page.Problem) {
	if len(p.Links) == 0 {
		p.Links = []page.Link{toConsole}
	}
	h.Write.Problem(v.w, v.r, status, p)
}

// toSignIn leads to the sign-in, and back here afterwards. What a form held is
// lost, so that it leads back to the page that has the form.
func (h *Handler) toSignIn(v *visit) {
	next := v.r.URL.RequestURI()
	if v.r.Method == http.MethodPost {
		next = Root
	}
	h.Write.Redirect(v.w, address("/signin", url.Values{"next": {next}}))
}

// errNoPage says that the console has no such page.
var errNoPage = errors.New("no such page")

func nowhere(*visit) error { return errNoPage }

func sentenceOf(text string) string { return idp.Problem{Reason: text}.Sentence() }

func sentences(problems idp.Problems) []string {
	list := make([]string, 0, len(problems))
	for _, p := range problems {
		list = append(list, spell(p.Field)+": "+p.Sentence())
	}
	return list
}
