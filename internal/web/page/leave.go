package page

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// ErrAddress is returned by [Renderer.Write] for a [Leave] that leads to anything
// but a plain http or https address.
var ErrAddress = errors.New("page: refused to lead to an address")

// Leave leads to a bookmark's address by a link. It is for the one case where a
// redirect does not get there: right after the sign-in form, whose policy allows
// forms, and in Chromium all redirects that follow them, to reach this site only.
type Leave struct {
	User      User
	Connector Connector
	Address   string // absolute, http or https
}

// Host is where the link leads, for the person to judge.
func (p Leave) Host() string {
	u, err := url.Parse(p.Address)
	if err != nil {
		return ""
	}
	return u.Host
}

func (p Leave) view() (view, error) {
	u, err := url.Parse(p.Address)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") || strings.ContainsAny(p.Address, "\\\t\r\n ") {
		return view{}, fmt.Errorf("%w %q", ErrAddress, p.Address)
	}
	return view{name: "leave", title: "Continue to " + p.Connector.Label, user: &p.User, policy: own(), script: true, data: p}, nil
}
