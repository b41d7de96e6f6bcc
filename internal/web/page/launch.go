package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// launchScript submits the form. It stands in the page rather than in a file, so
// that a launch needs nothing but the page; the policy names its hash and allows
// no other script.
//
//go:embed launch.js
var launchScript string

// ErrAction is returned by [Renderer.Write] for a [Launch] whose form must not
// be sent where it says.
var ErrAction = errors.New("page: refused to post a response")

// Launch is the form that posts a signed response to AWS (SAML Bindings 3.5.4).
// A script submits it at once; the button is there for everybody else, and after
// coming back with the browser's back button.
//
// html/template takes any address in a form's action, so the address is checked
// here once more. Write returns [ErrAction] unless Action is https without user,
// fragment or surprises, or http on loopback, and lies within FormAction.
type Launch struct {
	User         User
	Connector    Connector
	Role         Role // empty when AWS will ask
	Action       string
	FormAction   []string // CSP sources that the form may reach, redirects included: 'self' or origins such as https://*.aws.amazon.com
	SAMLResponse string   // base64
	RelayState   string   // empty for none
	RealAddress  string   // where the response would go if Action were not the demo's own page; empty when it does go there
	Again        string   // path that starts afresh, once the response is too old
	Ending       Ending
}

// launchView is what the template shows. Two launches differ in its values alone.
type launchView struct {
	User         User
	Connector    launchIcon
	Role         Role
	Action       string
	SAMLResponse string
	RelayState   string
	RealAddress  string
	Again        string
	Ending       launchEnding
	Script       template.JS

	policy policy
}

// launchEnding is an [Ending] in words.
type launchEnding struct{ Access, Session, Early string }

func (e Ending) written() launchEnding {
	w := launchEnding{Early: e.Early}
	if !e.Access.IsZero() {
		w.Access = moment(e.Access)
	}
	if !e.Session.IsZero() {
		w.Session = moment(e.Session)
	}
	return w
}

// launchIcon is a [Connector] whose methods were called.
type launchIcon struct{ Label, Image, Tone, Monogram string }

func (p Launch) view() (view, error) {
	err := checkAction(p.Action, p.FormAction)
	if err != nil {
		return view{}, err
	}
	c := p.Connector
	return launchView{
		User:         p.User,
		Connector:    launchIcon{c.Label, c.Image, c.Tone(), c.Monogram()},
		Role:         p.Role,
		Action:       p.Action,
		SAMLResponse: p.SAMLResponse,
		RelayState:   p.RelayState,
		RealAddress:  p.RealAddress,
		Again:        p.Again,
		Ending:       p.Ending.written(),
		Script:       template.JS(launchScript),
		policy:       policy{page: true, script: launchScriptSource(), forms: p.FormAction},
	}.view(), nil
}

func (l launchView) view() view {
	return view{name: "launch", title: "Opening " + l.Connector.Label, user: &l.User, policy: l.policy, data: l}
}

var launchScriptSource = sync.OnceValue(func() string { return "'" + scriptHash(launchScript) + "'" })

// scriptHash is the CSP source of an inline script, without its quotes.
func scriptHash(script string) string {
	sum := sha256.Sum256([]byte(script))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// sourcePattern is an origin as a CSP source: a scheme, a host that may begin
// with a wildcard label, and perhaps a port. Nothing that could end a directive.
var sourcePattern = regexp.MustCompile(`^(https?)://(\*\.)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[::1\])(:[0-9]{1,5})?$`)

func checkAction(action string, sources []string) error {
	u, err := url.Parse(action)
	switch {
	case err != nil, u.Host == "", u.User != nil, u.Opaque != "", u.Fragment != "", strings.ContainsAny(action, "\\\t\r\n "):
		return fmt.Errorf("%w to %q: not a plain absolute address", ErrAction, action)
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return fmt.Errorf("%w to %q: neither https nor loopback", ErrAction, action)
	}
	covered := false
	for _, source := range sources {
		ok, err := covers(source, u)
		if err != nil {
			return err
		}
		covered = covered || ok
	}
	if !covered {
		return fmt.Errorf("%w to %q: not among %q", ErrAction, action, sources)
	}
	return nil
}

// covers reports whether a CSP source allows an address. 'self' is taken only
// for loopback, where the demo posts to a page of its own.
func covers(source string, u *url.URL) (bool, error) {
	if source == "'self'" {
		return loopback(u.Hostname()), nil
	}
	part := sourcePattern.FindStringSubmatch(source)
	if part == nil {
		return false, fmt.Errorf("%w: %q is not a source of form-action", ErrAction, source)
	}
	scheme, wildcard, host, port := part[1], part[2], part[3], part[4]
	if scheme != u.Scheme || strings.TrimPrefix(port, ":") != u.Port() {
		return false, nil
	}
	if wildcard != "" {
		return strings.HasSuffix(u.Hostname(), "."+host), nil
	}
	return strings.Trim(host, "[]") == u.Hostname(), nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
