package page

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

//go:embed templates
var templates embed.FS

// Options are what all pages of an installation have in common.
type Options struct {
	URL  string // address of this installation, without a path: https://sso.example.com, or http:// on loopback
	Demo bool   // says on each page that this is a demonstration
}

// Renderer writes pages. It is made once and is safe for concurrent use.
//
// A template is parsed when its page is first written, and assets are read when
// something first needs their addresses: a function that starts for one redirect
// or one page does not wait for all of them.
type Renderer struct {
	demo   bool
	secure bool // served over https
	assets func() (assets, error)
	pages  map[string]func() (*template.Template, error)
	molds  sync.Map // of launches: shape → *mold
}

// Page is one of the page structs of this package.
type Page interface {
	view() (view, error)
}

// view is what the layout needs to know of a page.
type view struct {
	name   string // of the template file
	title  string
	wide   bool  // uses the width of the screen instead of one narrow column
	user   *User // signed in, if known
	policy policy
	script bool          // whether the static script improves the page
	retry  time.Duration // Retry-After; 0 for none
	data   any           // what the template shows
}

// User is the signed-in person, as the head of a page shows them.
type User struct {
	Name  string // may be empty
	Email string
	Admin bool // may open the console
}

// Called is how a page addresses the person: by name, else by email.
func (u User) Called() string {
	if u.Name != "" {
		return u.Name
	}
	return u.Email
}

// frame is the data of layout.html.
type frame struct {
	Name    string
	Title   string
	Wide    bool
	Demo    bool
	User    *User
	SignOut bool
	Script  bool
	Page    any
}

// New makes the renderer of an installation. It fails when o.URL is not an
// absolute http or https address.
func New(o Options) (*Renderer, error) {
	base, err := url.Parse(o.URL)
	if err != nil {
		return nil, fmt.Errorf("page: address %q: %w", o.URL, err)
	}
	if base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, fmt.Errorf("page: address %q is not an absolute http or https address", o.URL)
	}
	r := &Renderer{
		demo:   o.Demo,
		secure: base.Scheme == "https",
		assets: sync.OnceValues(loadAssets),
		pages:  make(map[string]func() (*template.Template, error)),
	}
	for _, name := range []string{"signin", "portal", "chooser", "confirm", "launch", "leave", "problem", "setup", "password", "demo"} {
		r.pages[name] = sync.OnceValues(func() (*template.Template, error) { return r.parse(name) })
	}
	return r, nil
}

// parse makes the template set of a page: the layout with that page's body.
func (r *Renderer) parse(name string) (*template.Template, error) {
	files, err := r.assets()
	if err != nil {
		return nil, err
	}
	set := template.New("layout.html").Funcs(functions(files))
	set, err = set.ParseFS(templates, "templates/layout.html", "templates/parts.html", "templates/"+name+".html")
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return set, nil
}

// Write answers with a page, its status and its security headers. On an error
// nothing has been written: the page refused its data (see [Launch]) or the
// template failed, and the caller can still answer with a [Problem]. Errors of
// the connection are not reported: nobody is left to tell.
func (r *Renderer) Write(w http.ResponseWriter, status int, p Page) error {
	v, err := p.view()
	if err != nil {
		return err
	}
	body, err := r.body(v)
	if err != nil {
		return err
	}
	if v.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds(v.retry)))
	}
	r.send(w, status, v.policy, body)
	return nil
}

// execute has the template write a page.
func (r *Renderer) execute(v view) ([]byte, error) {
	set, err := r.pages[v.name]()
	if err != nil {
		return nil, err
	}
	return written(set, frame{
		Name:    v.name,
		Title:   v.title,
		Wide:    v.wide,
		Demo:    r.demo,
		User:    v.user,
		SignOut: v.user != nil && v.policy.allowsSelf(),
		Script:  v.script,
		Page:    v.data,
	})
}

// send answers with a page that is whole, and its headers.
func (r *Renderer) send(w http.ResponseWriter, status int, p policy, body []byte) {
	r.Harden(w.Header())
	w.Header().Set("Content-Security-Policy", p.String())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // nobody is left to tell when the connection is gone
}
