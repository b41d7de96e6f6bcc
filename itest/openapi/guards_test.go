package openapi_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// Parts of what nobody may see, wherever they come from.
var (
	secretKey   = regexp.MustCompile(`BEGIN [A-Z ]*PRIVATE KEY`)
	secretToken = regexp.MustCompile(`gp_[0-9a-f]{32,}`)
)

// canary stands in what is sent as a private key and must not come back.
const canary = "a-canary-sings-of-keys"

// strange is a host that requests name and that answers do not.
const strange = "evil.example"

func (x *exchange) leak() string {
	told := string(x.answer.body) + fmt.Sprint(x.header)
	logged := x.log.String()
	x.log.Reset()
	for secret, what := range x.secrets {
		if strings.Contains(logged, secret) {
			return what + " is logged"
		}
		if strings.Contains(told, secret) && !x.mayTell(what) {
			return what + " is told by " + x.Target
		}
	}
	switch {
	case strings.Contains(told, canary) || strings.Contains(logged, canary) || secretKey.MatchString(told) || secretKey.MatchString(logged):
		return "a private key is told or logged"
	case secretToken.MatchString(told) && !x.mayTell("a token"):
		return "something like a token is told"
	case strings.Contains(x.request.Host, strange) && strings.Contains(told, strange) && !strings.Contains(x.body, strange):
		return "the host that the request names is told"
	}
	return ""
}

// mayTell reports whether this answer is the one in which a secret is told.
func (x *exchange) mayTell(what string) bool {
	switch {
	case x.op == nil || x.status >= http.StatusBadRequest:
		return false
	case what == "a token":
		return x.op.id == "create-token"
	case what == "a password link":
		return x.op.id == "make-password-link"
	}
	return false
}

func (x *exchange) unguarded() string {
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		got := x.header.Values(name)
		if len(got) != 1 || got[0] != want {
			return fmt.Sprintf("%s is %q", name, got)
		}
	}
	for name, values := range x.header {
		for _, value := range values {
			if strings.ContainsAny(value, "\r\n\x00") {
				return fmt.Sprintf("%s is %q", name, value)
			}
		}
	}
	switch {
	case x.header.Get("X-Request-Id") == "":
		return "there is no X-Request-Id"
	case len(x.header.Values("Set-Cookie")) > 0:
		return "a cookie is set"
	case x.header.Get("Access-Control-Allow-Origin") != "":
		return "other sites' scripts are let in"
	case x.status == http.StatusMethodNotAllowed && x.header.Get("Allow") == "":
		return "405 does not say what is allowed"
	}
	return ""
}
