// Package portal is the face that people see: sign-in, their applications,
// sign-out, and the one-time link that sets a password. It makes sessions and
// cannot sign.
package portal

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// Store is what the portal reads, and the one thing it writes: when it last saw
// a session.
type Store interface {
	SignedIn(ctx context.Context, ticket idp.Ticket) (idp.Facts, error)
	RefreshSession(ctx context.Context, s *idp.Session) error
	Granted(ctx context.Context, u *idp.User) ([]*idp.Connector, error)
	GroupNames(ctx context.Context, ids []string) (map[string]string, error)
	Image(ctx context.Context, slug string) ([]byte, error)
}

// SignIn starts and ends sessions, and redeems one-time links.
type SignIn interface {
	SignIn(ctx context.Context, a signin.Attempt) (signin.Result, error)
	SignOut(ctx context.Context, t session.Token, client signin.Client) error
	LinkUser(ctx context.Context, secret string) (*idp.User, error)
	RedeemLink(ctx context.Context, secret, password string, client signin.Client) error
}

// Handler serves the portal. All fields but WhomToAsk are needed.
type Handler struct {
	Store     Store
	SignIn    SignIn
	Cookie    session.Cookie
	Write     problem.Writer
	Now       func() time.Time
	Version   string // what /healthz answers
	WhomToAsk string // who gives access: words or an email address
}

// Routes adds the portal's routes to a mux. Every other path is answered 404 by
// [problem.Writer.NotFound], under the pattern "/".
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.HandleFunc("/{$}", h.Write.Shown(h.home))
	mux.HandleFunc("/signin", h.Write.Form(maxForm, h.showSignIn, h.doSignIn))
	mux.HandleFunc("/signout", h.signOut)
	mux.HandleFunc("/renew", h.Write.Shown(h.renew))
	mux.HandleFunc("/password", h.Write.Form(maxForm, h.showPassword, h.doPassword))
	mux.HandleFunc("/healthz", h.healthz)
	mux.Handle("/assets/", h.Write.Pages.Assets())
	mux.HandleFunc(idp.ImagesPath+"{file}", h.image)
	mux.HandleFunc("/", h.Write.NotFound)
}

// healthz answers monitors. It looks at nothing: a store that is down shows in
// the answers of the other routes.
func (h *Handler) healthz(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Write.Method(w, r, "GET, HEAD")
		return
	}
	h.Write.Pages.Harden(w.Header())
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok "+h.Version+"\n") // nobody is left to tell when the connection is gone
}

// home shows a person's applications.
func (h *Handler) home(w http.ResponseWriter, r *http.Request, query map[string]string) {
	facts, ok := h.signedIn(w, r, "/")
	if !ok {
		return
	}
	h.seen(r, facts)
	connectors, err := h.Store.Granted(r.Context(), facts.User)
	if err != nil {
		h.Write.Unavailable(w, r, err)
		return
	}
	content := page.Portal{
		User:      page.User{Name: facts.User.Name, Email: facts.User.Email, Admin: facts.User.AdminRole != idp.AdminNone},
		Query:     query["q"],
		WhomToAsk: h.WhomToAsk,
	}
	now := h.Now()
	for _, c := range idp.Tiles(facts.Instance, facts.User, connectors, now) {
		content.Tiles = append(content.Tiles, tile(c, facts.User, now))
	}
	slices.SortFunc(content.Tiles, byLabel)
	content.Closed = facts.Instance.Lockdown
	if len(content.Tiles) == 0 && !content.Closed {
		content.Groups, err = h.groups(r.Context(), facts.User, now)
		if err != nil {
			h.Write.Unavailable(w, r, err)
			return
		}
	}
	h.Write.Page(w, r, http.StatusOK, content)
}

// signedIn returns the facts of a request with a live session, or leads to the
// sign-in. It notes that the session was seen.
func (h *Handler) signedIn(w http.ResponseWriter, r *http.Request, next string) (idp.Facts, bool) {
	token, ok := h.Cookie.Token(r)
	if !ok {
		h.toSignIn(w, next)
		return idp.Facts{}, false
	}
	facts, err := h.Store.SignedIn(r.Context(), token.Ticket())
	if err != nil {
		h.Write.Unavailable(w, r, err)
		return idp.Facts{}, false
	}
	if idp.SignedIn(facts, h.Now()) != idp.Granted {
		h.toSignIn(w, next)
		return idp.Facts{}, false
	}
	return facts, true
}

// seen notes that a session is in use.
func (h *Handler) seen(r *http.Request, facts idp.Facts) {
	err := h.Store.RefreshSession(r.Context(), facts.Session)
	if err != nil {
		// The page can be shown all the same; the session merely idles on.
		h.Write.Log.WarnContext(r.Context(), "session not refreshed", "request_id", reqctx.From(r.Context()).RequestID, "error", err)
	}
}

// renew notes that a session is in use and leads back. Faces that cannot write
// sessions send browsers here.
func (h *Handler) renew(w http.ResponseWriter, r *http.Request, query map[string]string) {
	next := reqctx.Next(r, query)
	facts, ok := h.signedIn(w, r, next)
	if !ok {
		return
	}
	err := h.Store.RefreshSession(r.Context(), facts.Session)
	if err != nil { // who was led back would be sent here again
		h.Write.Unavailable(w, r, err)
		return
	}
	h.Write.Redirect(w, next)
}

// toSignIn leads to the sign-in, and from there on to next.
func (h *Handler) toSignIn(w http.ResponseWriter, next string) {
	address := "/signin"
	if next != "/" {
		address += "?" + url.Values{"next": {next}}.Encode()
	}
	h.Write.Redirect(w, address)
}

func (h *Handler) groups(ctx context.Context, u *idp.User, now time.Time) ([]string, error) {
	var ids []string
	for _, m := range u.Groups {
		if m.Live(now) {
			ids = append(ids, m.GroupID)
		}
	}
	names, err := h.Store.GroupNames(ctx, ids)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, name := range names {
		list = append(list, name)
	}
	slices.Sort(list)
	return list, nil
}

func tile(c *idp.Connector, u *idp.User, now time.Time) page.Tile {
	t := page.Tile{
		Connector:   page.Connector{Slug: c.Slug, Label: c.Label, Image: c.ImagePath()},
		Description: c.Description,
		Href:        "/sso/" + c.Slug,
		Bookmark:    c.Kind == idp.KindBookmark,
	}
	for _, role := range idp.RolesOf(u, c, now) {
		t.Roles++
		arn, err := awsfed.ParseRole(role.RoleARN)
		if err == nil && !slices.Contains(t.Accounts, arn.Account) {
			t.Accounts = append(t.Accounts, arn.Account)
		}
	}
	return t
}
