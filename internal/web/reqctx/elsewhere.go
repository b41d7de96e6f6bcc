package reqctx

import (
	"net/http"
	"net/url"
)

// Elsewhere names the parameter by which a way through the sign-in remembers that
// another site led to it. Whoever makes a link can add it and cannot take it off:
// the sign-in page puts it there by what the browser says of the link.
const Elsewhere = "elsewhere"

// FromElsewhere reports whether another site led the person here, as the browser
// tells by Fetch Metadata (https://www.w3.org/TR/fetch-metadata/): what the person
// may not have meant. Browsers count the whole chain of redirects.
func FromElsewhere(h http.Header) bool {
	site := h.Get("Sec-Fetch-Site")
	return site == "cross-site" || site == "same-site"
}

// Marked is a local path with the mark that another site led there.
func Marked(next string) string {
	u, err := url.Parse(LocalPath(next))
	if err != nil || u.Path == "/" {
		return "/"
	}
	query := u.Query()
	query.Set(Elsewhere, "")
	u.RawQuery = query.Encode()
	return u.String()
}
