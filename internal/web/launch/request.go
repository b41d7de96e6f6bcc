package launch

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// navigation reports whether the request is a person opening a page, as far as
// the browser says: Fetch Metadata (https://www.w3.org/TR/fetch-metadata/) must
// not say frame, image, script, fetch or prefetch. Browsers that send nothing of
// it are believed.
func navigation(h http.Header) bool {
	switch {
	case !oneOf(h, "Sec-Fetch-Mode", "navigate"),
		!oneOf(h, "Sec-Fetch-Dest", "document"),
		!oneOf(h, "Sec-Fetch-Site", "none", "same-origin", "same-site", "cross-site"):
		return false
	}
	return !prefetch(h, "Sec-Purpose") && !prefetch(h, "Purpose") && !prefetch(h, "X-Moz")
}

// oneOf reports whether the header is absent or has, once, one of the values.
func oneOf(h http.Header, name string, values ...string) bool {
	got := h.Values(name)
	if len(got) == 0 {
		return true
	}
	if len(got) > 1 {
		return false
	}
	for _, v := range values {
		if got[0] == v {
			return true
		}
	}
	return false
}

func prefetch(h http.Header, name string) bool {
	value := strings.ToLower(strings.Join(h.Values(name), ","))
	return strings.Contains(value, "prefetch") || strings.Contains(value, "preview") || strings.Contains(value, "prerender")
}

// fromSignIn reports whether the person comes from the sign-in form.
func fromSignIn(h http.Header) bool {
	u, err := url.Parse(h.Get("Referer"))
	return err == nil && u.Path == "/signin"
}

// params are the parameters of a launch.
type params struct {
	role       string
	relayState string
	elsewhere  bool // the way through the sign-in began at another site
}

const (
	paramRole       = "role"
	paramRelayState = "RelayState"
	paramRequest    = "SAMLRequest"
)

// maxRole is longer than any role ARN: 64 characters of name and 512 of path.
const maxRole = 700

// errRequest says that a service provider sent somebody here. Gatepost takes no
// requests: AWS never sends any, and what is not parsed cannot be attacked.
var errRequest = errors.New("a SAMLRequest")

func parameters(rawQuery string) (params, error) {
	query, err := reqctx.Query(rawQuery)
	if err != nil {
		return params{}, err
	}
	_, asked := query[paramRequest]
	if asked {
		return params{}, errRequest
	}
	if len(query[paramRole]) > maxRole {
		return params{}, errors.New("the role is too long to be a role ARN")
	}
	_, elsewhere := query[reqctx.Elsewhere]
	return params{role: query[paramRole], relayState: query[paramRelayState], elsewhere: elsewhere}, nil
}

// hidden are the parameters as fields of a form that comes back here.
func (p params) hidden() []page.Param {
	var fields []page.Param
	if p.role != "" {
		fields = append(fields, page.Param{Name: paramRole, Value: p.role})
	}
	if p.relayState != "" {
		fields = append(fields, page.Param{Name: paramRelayState, Value: p.relayState})
	}
	return fields
}
