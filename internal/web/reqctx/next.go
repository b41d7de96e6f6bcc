package reqctx

import (
	"net/url"
	"strings"
)

// maxNext is the longest path that a sign-in comes back to: a launch with the longest
// relay state, each character of which is escaped.
const maxNext = 16 << 10

// LocalPath is next when it is a path on this site that a browser cannot take
// for another one, and "/" otherwise. It is decoded nowhere: what was checked is
// what is sent.
func LocalPath(next string) string {
	if len(next) > maxNext || !strings.HasPrefix(next, "/") {
		return "/"
	}
	if strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\") || hasControl(next) {
		return "/"
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return "/"
	}
	if strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") {
		return "/"
	}
	return next
}

func hasControl(s string) bool {
	for _, r := range s {
		if r <= 0x20 || r == 0x7f {
			return true
		}
	}
	return false
}
