package api

import (
	"net/http"
	"regexp"
	"strings"
)

// Matching is the header by which a change says which version it is of.
type Matching struct {
	IfMatch string `header:"If-Match" required:"true" doc:"The ETag of what is changed, as it was read, or * for any version."`
}

// Reading is the header by which a read says which version it has already.
type Reading struct {
	IfNoneMatch string `header:"If-None-Match" doc:"The ETag of what was read before: 304 when it is the same still."`
}

// entityTag is one strong ETag: RFC 9110, 8.8.3.
var entityTag = regexp.MustCompile(`^"[\x21\x23-\x7e]{1,200}"$`)

// match is the version that a request changes, * for any. Without one, two
// administrators would overwrite each other unseen: RFC 6585, 3.
func match(r *http.Request) (string, error) {
	header := strings.TrimSpace(strings.Join(r.Header.Values("If-Match"), ", "))
	switch {
	case header == "":
		return "", say(http.StatusPreconditionRequired, "no-match", "If-Match is missing",
			"the request does not say which version it changes", "read it first, and send its ETag as If-Match")
	case header == "*" || entityTag.MatchString(header):
		return header, nil
	}
	return "", say(http.StatusBadRequest, "match", "If-Match cannot be read",
		"If-Match is not one ETag", `send the ETag as it was read, in its quotes, or *`)
}

// unmodified reports whether the sender has this version already. The comparison
// is weak: RFC 9110, 13.1.2.
func unmodified(r *http.Request, etag string) bool {
	for one := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		one = strings.TrimSpace(one)
		if one == "*" || one != "" && strings.TrimPrefix(one, "W/") == etag {
			return true
		}
	}
	return false
}
