// Package launch is the face of the main job: /sso/{connector}, which answers
// with a form that posts itself to AWS sign-in.
//
// The order in which a request is looked at is fixed, so that each refusal is
// the same whoever asks: method, Fetch Metadata, parameters, session, connector,
// grant, bookmark, confirmation, role chooser, relay state, judge, key.
package launch

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// Handler serves /sso/{connector}. Fields but Stand are needed.
type Handler struct {
	Service *sso.Service
	Cookie  session.Cookie
	Write   problem.Writer

	// Stand is the address of a page that stands in for AWS, without the slug at
	// its end; empty to post to AWS. It changes where the form goes and nothing
	// of what the response says.
	Stand string
}

// ServeHTTP answers a launch.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		h.Write.Method(w, r, "GET")
		return
	}
	if !navigation(r.Header) {
		h.notNavigation(w, r)
		return
	}
	params, err := parameters(r.URL.RawQuery)
	if err != nil {
		h.badParameters(w, r, err)
		return
	}
	token, ok := h.Cookie.Token(r)
	if !ok {
		h.signIn(w, r)
		return
	}
	client := reqctx.From(r.Context())
	launch, err := h.Service.Open(r.Context(), sso.Request{
		Ticket:  token.Ticket(),
		Slug:    r.PathValue("connector"),
		RoleARN: params.role,
		Client:  sso.Client{SourceIP: client.SourceIP, UserAgent: client.UserAgent, RequestID: client.RequestID},
	})
	if err != nil {
		h.refused(w, r, err)
		return
	}
	h.granted(w, r, launch, params)
}

// granted goes on once the person may open the connector.
func (h *Handler) granted(w http.ResponseWriter, r *http.Request, l *sso.Launch, params params) {
	if l.Connector().Kind == idp.KindBookmark {
		h.follow(w, r, l)
		return
	}
	if l.Connector().ConfirmCross && (params.elsewhere || reqctx.FromElsewhere(r.Header)) {
		h.confirm(w, r, l, params)
		return
	}
	if l.NeedsChoice() {
		h.choose(w, r, l, params)
		return
	}
	issued, err := h.Service.Issue(r.Context(), l, params.relayState)
	if err != nil {
		h.notIssued(w, r, l, params, err)
		return
	}
	h.post(w, r, l, issued)
}

func (h *Handler) signIn(w http.ResponseWriter, r *http.Request) {
	next := reqctx.LocalPath(r.URL.RequestURI())
	if reqctx.FromElsewhere(r.Header) {
		next = reqctx.Marked(next)
	}
	h.Write.Redirect(w, "/signin?next="+url.QueryEscape(next))
}

func (h *Handler) follow(w http.ResponseWriter, r *http.Request, l *sso.Launch) {
	address, err := h.Service.Follow(r.Context(), l)
	if err != nil {
		h.Write.Unavailable(w, r, err)
		return
	}
	if fromSignIn(r.Header) {
		// The policy of the sign-in page, whose form led here by a redirect, would
		// block a redirect to another site: a page of our own leads on instead.
		h.Write.Page(w, r, http.StatusOK, page.Leave{User: pageUser(l.User()), Connector: pageConnector(l.Connector()), Address: address})
		return
	}
	h.Write.Redirect(w, address)
}

// post answers with the form. In the demo it goes to a page of our own, and says
// where it would go otherwise.
func (h *Handler) post(w http.ResponseWriter, r *http.Request, l *sso.Launch, issued *sso.Issued) {
	form := page.Launch{
		User:         pageUser(l.User()),
		Connector:    pageConnector(l.Connector()),
		Action:       issued.ACS,
		FormAction:   []string{issued.FormAction},
		SAMLResponse: issued.Response.Base64(),
		RelayState:   issued.RelayState,
		Again:        r.URL.RequestURI(),
		Ending:       pageEnding(issued.Ending),
	}
	if len(issued.Roles) == 1 {
		form.Role = pageRole(issued.Roles[0], issued.Ending)
	}
	if h.Stand != "" {
		form.RealAddress = issued.ACS
		form.Action = h.Stand + l.Connector().Slug
		form.FormAction = []string{"'self'"}
	}
	h.Write.Page(w, r, http.StatusOK, form)
}

func (h *Handler) confirm(w http.ResponseWriter, r *http.Request, l *sso.Launch, params params) {
	content := page.Confirm{
		User:      pageUser(l.User()),
		Connector: pageConnector(l.Connector()),
		Path:      "/sso/" + l.Connector().Slug,
		Params:    params.hidden(),
		LeadsTo:   leadsTo(l.Connector(), params.relayState),
	}
	if reqctx.FromElsewhere(r.Header) { // or the way led through the sign-in, which is no other site
		content.From = referrer(r.Header)
	}
	if len(l.Roles()) == 1 {
		content.Role = pageRole(l.Roles()[0], l.Ending(l.Roles()...))
	}
	h.Write.Page(w, r, http.StatusOK, content)
}

// leadsTo is where AWS would lead the person, or where the link wants AWS to lead
// them though the launch will refuse it.
func leadsTo(c *idp.Connector, asked string) page.Destination {
	address, err := awsfed.RelayState(c, asked)
	if err != nil {
		return page.Destination{Place: shorten(asked), Refused: true}
	}
	place := strings.TrimPrefix(address, "https://")
	end := strings.IndexAny(place, "?#")
	if end < 0 {
		return page.Destination{Place: place}
	}
	return page.Destination{Place: place[:end], Rest: shorten(place[end:])}
}

func (h *Handler) choose(w http.ResponseWriter, r *http.Request, l *sso.Launch, params params) {
	content := page.Chooser{
		User:       pageUser(l.User()),
		Connector:  pageConnector(l.Connector()),
		Path:       "/sso/" + l.Connector().Slug,
		RelayState: params.relayState,
	}
	for _, role := range l.Roles() {
		content.Roles = append(content.Roles, pageRole(role, l.Ending(role)))
	}
	h.Write.Page(w, r, http.StatusOK, content)
}

func pageUser(u *idp.User) page.User { return page.User{Name: u.Name, Email: u.Email} }

func pageConnector(c *idp.Connector) page.Connector {
	return page.Connector{Slug: c.Slug, Label: c.Label, Image: c.ImagePath()}
}

// pageEnding tells nothing of a role session that lasts as long as was asked for.
func pageEnding(end awsfed.Ending) page.Ending {
	if end.Stated.IsZero() {
		return page.Ending{}
	}
	shown := page.Ending{Access: end.Access, Session: end.Session}
	if end.Early {
		shown.Early = awsfed.EarlyEnd
	}
	return shown
}

// pageRole shows a role's ARN taken apart. A stored role has been checked; one
// that cannot be parsed is shown as it is.
func pageRole(role idp.OpenRole, end awsfed.Ending) page.Role {
	shown := page.Role{ARN: role.RoleARN, Name: role.RoleARN, Ending: pageEnding(end)}
	arn, err := awsfed.ParseRole(role.RoleARN)
	if err == nil {
		shown.Name, shown.Account = arn.Name, arn.Account
	}
	provider, err := awsfed.ParseProvider(role.ProviderARN)
	if err == nil {
		shown.Provider = provider.Name
	}
	return shown
}

// refused answers a launch that was denied or could not be read.
func (h *Handler) refused(w http.ResponseWriter, r *http.Request, err error) {
	var refusal *sso.Refusal
	if !errors.As(err, &refusal) {
		h.Write.Unavailable(w, r, err)
		return
	}
	switch refusal.Reason {
	case idp.NoSession, idp.NoUser:
		h.signIn(w, r)
	case idp.NotGranted, idp.NoRole:
		h.notGranted(w, r)
	case idp.HelpdeskPassword:
		h.helpdeskPassword(w, r)
	case idp.Lockdown:
		h.closed(w, r)
	default:
		h.notFound(w, r)
	}
}

func referrer(header http.Header) string {
	u, err := url.Parse(header.Get("Referer"))
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || strings.ContainsAny(u.Host, " <>\"'") {
		return ""
	}
	return u.Host
}
