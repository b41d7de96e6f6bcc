// Package problem answers requests that went wrong with the page of every error,
// so that each of them has the request's ID, the time and a way on, and none has
// the text of an internal error.
package problem

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// Writer writes pages and problems. All fields are needed.
type Writer struct {
	Pages *page.Renderer
	Now   func() time.Time
	Log   *slog.Logger
}

// Page answers with a page. When the page refuses its data, the person gets an
// internal problem and the log the reason.
func (p Writer) Page(w http.ResponseWriter, r *http.Request, status int, content page.Page) {
	err := p.Pages.Write(w, status, content)
	if err != nil {
		p.Internal(w, r, err)
	}
}

// Redirect answers 303: the browser goes on with GET.
func (p Writer) Redirect(w http.ResponseWriter, address string) {
	p.Pages.Harden(w.Header())
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
}

// Problem answers with a problem, adding the request's ID and the time.
func (p Writer) Problem(w http.ResponseWriter, r *http.Request, status int, content page.Problem) {
	content.RequestID = reqctx.From(r.Context()).RequestID
	content.Time = p.Now()
	if len(content.Links) == 0 {
		content.Links = []page.Link{portal}
	}
	err := p.Pages.Write(w, status, content)
	if err != nil {
		p.Log.ErrorContext(r.Context(), "page failed", "request_id", content.RequestID, "error", err)
		http.Error(w, fmt.Sprintf("Something went wrong. Request ID: %s", content.RequestID), http.StatusInternalServerError)
	}
}

var portal = page.Link{Text: "Go to your applications", Href: "/"}

// Internal answers 500 and logs the cause, which the person does not see. Time that
// has run out is no fault of the program: that is 503, as [Writer.Unavailable].
func (p Writer) Internal(w http.ResponseWriter, r *http.Request, cause error) {
	if errors.Is(cause, context.DeadlineExceeded) || errors.Is(cause, context.Canceled) {
		p.Unavailable(w, r, cause)
		return
	}
	p.Log.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "request_id", reqctx.From(r.Context()).RequestID, "error", cause)
	p.Problem(w, r, http.StatusInternalServerError, page.Problem{
		Title: "Something went wrong",
		What:  "Gatepost could not answer this request. Nothing was changed and nobody was signed in to AWS.",
		Do:    "Try again. If it happens again, give the request ID to your administrator.",
	})
}

// Unavailable answers 503: the store or the key service does not answer.
func (p Writer) Unavailable(w http.ResponseWriter, r *http.Request, cause error) {
	p.Log.ErrorContext(r.Context(), "service unavailable", "path", r.URL.Path, "request_id", reqctx.From(r.Context()).RequestID, "error", cause)
	p.Problem(w, r, http.StatusServiceUnavailable, page.Problem{
		Title:      "Gatepost is not available right now",
		What:       "A service that Gatepost needs does not answer, or the application's key cannot sign. Nothing was sent to AWS.",
		Do:         "Try again in a minute. If it stays like this, give the request ID to your administrator.",
		RetryAfter: time.Minute,
		Links:      []page.Link{{Text: "Try again", Href: r.URL.RequestURI()}, portal},
	})
}

// NotFound answers 404 for a page that does not exist.
func (p Writer) NotFound(w http.ResponseWriter, r *http.Request) {
	p.Problem(w, r, http.StatusNotFound, page.Problem{
		Title: "There is no such page",
		What:  "The address may be mistyped, or the page was removed.",
		Do:    "Start from your applications.",
	})
}

// CrossOrigin answers 403: a form was sent from another site.
func (p Writer) CrossOrigin(w http.ResponseWriter, r *http.Request) {
	p.Problem(w, r, http.StatusForbidden, page.Problem{
		Title: "This form came from another site",
		What:  "Gatepost takes forms from its own pages only.",
		Do:    "Open Gatepost and try from there.",
	})
}

// Method answers 405 with the methods that would be taken.
func (p Writer) Method(w http.ResponseWriter, r *http.Request, allow string) {
	w.Header().Set("Allow", allow)
	p.Problem(w, r, http.StatusMethodNotAllowed, page.Problem{
		Title: "This address cannot be used that way",
		What:  "It was requested with a method that it does not take.",
		Do:    "Open it from your applications.",
	})
}

// BadRequest answers 400 and says what is wrong with the request.
func (p Writer) BadRequest(w http.ResponseWriter, r *http.Request, why string) {
	p.Problem(w, r, http.StatusBadRequest, page.Problem{
		Title:   "This link is not right",
		What:    "Gatepost does not understand the parameters of the address.",
		Details: []string{why},
		Do:      "Start from your applications, or ask the person who gave you the link.",
	})
}

// FieldErrors turns problems into the words beside each field.
func FieldErrors(problems idp.Problems) []page.FieldError {
	var list []page.FieldError
	for _, p := range problems {
		list = append(list, page.FieldError{Field: p.Field, Text: p.Sentence()})
	}
	return list
}
