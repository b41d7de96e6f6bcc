package launch

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/web/page"
)

var portal = page.Link{Text: "Go to your applications", Href: "/"}

func (h *Handler) notNavigation(w http.ResponseWriter, r *http.Request) {
	h.Write.Problem(w, r, http.StatusForbidden, page.Problem{
		Title: "Open this link yourself",
		What:  "Gatepost signs people in only when they open the address as a page: not in a frame, not ahead of time, and not from a script.",
		Do:    "Open your applications and choose from there.",
	})
}

func (h *Handler) badParameters(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, errRequest) {
		h.Write.BadRequest(w, r, err.Error())
		return
	}
	h.Write.Problem(w, r, http.StatusBadRequest, page.Problem{
		Title: "Start from your applications",
		What:  "An application sent you here with a sign-in request. AWS takes sign-ins that start at Gatepost, so requests are not answered.",
		Do:    "Open your applications and choose from there.",
	})
}

// notFound is the answer for connectors that do not exist and for those that are
// inactive, without a word on which.
func (h *Handler) notFound(w http.ResponseWriter, r *http.Request) {
	h.Write.Problem(w, r, http.StatusNotFound, page.Problem{
		Title: "There is no such application",
		What:  "No application is open at this address. It may be mistyped, switched off or removed.",
		Do:    "Look for it among your applications, or ask your administrator.",
	})
}

// closed is the answer of every address while a lockdown is in force, in which all
// connectors are inactive: it tells nothing of the one.
func (h *Handler) closed(w http.ResponseWriter, r *http.Request) {
	h.Write.Problem(w, r, http.StatusNotFound, page.Problem{
		Title: "Everything is closed for now",
		What:  "An administrator has closed all applications, for everybody. Your access is kept and comes back when they are opened again.",
		Do:    "Ask your administrator when that will be.",
	})
}

func (h *Handler) notGranted(w http.ResponseWriter, r *http.Request) {
	h.Write.Problem(w, r, http.StatusForbidden, page.Problem{
		Title: "You have no access here",
		What:  "None of your groups opens this application, or the role you asked for.",
		Do:    "Ask your administrator for access, and tell them the address of this page.",
	})
}

func (h *Handler) helpdeskPassword(w http.ResponseWriter, r *http.Request) {
	h.Write.Problem(w, r, http.StatusForbidden, page.Problem{
		Title: "Set a new password first",
		What:  "Your password was set with a link that helpdesk made. Such a password opens no application, so that nobody but you gets in.",
		Do:    "Ask whoever gave you access, or an owner of Gatepost, for a new password link. Set a password with it, sign in, and open the application again.",
		Links: []page.Link{portal},
	})
}

// notIssued answers a launch that was granted and for which no response could be
// made.
func (h *Handler) notIssued(w http.ResponseWriter, r *http.Request, l *sso.Launch, p params, err error) {
	var judged *sso.Judged
	switch {
	case errors.Is(err, sso.ErrUnavailable):
		h.Write.Unavailable(w, r, err)
	case errors.Is(err, awsfed.ErrRelayState):
		h.relayState(w, r, l, p)
	case errors.As(err, &judged):
		h.judged(w, r, l, judged)
	default:
		h.Write.Internal(w, r, err)
	}
}

func (h *Handler) relayState(w http.ResponseWriter, r *http.Request, l *sso.Launch, p params) {
	without := "/sso/" + l.Connector().Slug
	if p.role != "" {
		without += "?" + url.Values{paramRole: {p.role}}.Encode()
	}
	user := pageUser(l.User())
	h.Write.Problem(w, r, http.StatusBadRequest, page.Problem{
		Title:   "This destination is not allowed",
		What:    "The link wants AWS to open an address that " + l.Connector().Label + " does not allow.",
		Details: []string{shorten(p.relayState)},
		Do:      "You can go on without it; AWS then opens the console's home page.",
		Links:   []page.Link{{Text: "Continue to " + l.Connector().Label + " without it", Href: without}, portal},
		User:    &user,
	})
}

func (h *Handler) judged(w http.ResponseWriter, r *http.Request, l *sso.Launch, judged *sso.Judged) {
	user := pageUser(l.User())
	h.Write.Problem(w, r, http.StatusUnprocessableEntity, page.Problem{
		Title:   "AWS would refuse this sign-in",
		What:    "Your sign-in to " + l.Connector().Label + " would break a rule of AWS, so nothing was signed or sent.",
		Details: details(judged.Err),
		Do:      "Ask your administrator to change the application or your profile, and give them the request ID.",
		User:    &user,
	})
}

func details(err error) []string {
	var problems idp.Problems
	if errors.As(err, &problems) {
		var lines []string
		for _, p := range problems {
			lines = append(lines, awsfed.ToPerson(p))
		}
		return lines
	}
	return []string{err.Error()}
}

func shorten(s string) string {
	const most = 200
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
