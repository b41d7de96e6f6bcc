package reqctx

import (
	"net/http"
	"strings"
)

// Elsewhere names the parameter by which a way through the sign-in remembers that
// another site led to it. Whoever makes a link can add it and cannot take it off:
// each page on the way that goes on to an address out of its own parameters puts it
// there, by what the browser says of the link or by the mark that it bears itself.
const Elsewhere = "elsewhere"

// FromElsewhere reports whether another site led the person here, as the browser
// tells by Fetch Metadata (https://www.w3.org/TR/fetch-metadata/): what the person
// may not have meant. Browsers count the whole chain of redirects. Words that no
// browser says count as another site; no word is one of an old browser.
func FromElsewhere(h http.Header) bool {
	for _, site := range h.Values("Sec-Fetch-Site") {
		if site != "none" && site != "same-origin" {
			return true
		}
	}
	return false
}

// Next is where a request wants to go on to: the local path in its parameter next,
// with the mark where another site led here.
func Next(r *http.Request, query map[string]string) string {
	_, marked := query[Elsewhere]
	if marked || FromElsewhere(r.Header) {
		return Marked(query["next"])
	}
	return LocalPath(query["next"])
}

// Marked is a local path with the mark that another site led there. The start page
// needs none: what is opened from there the person clicks.
func Marked(next string) string {
	next = LocalPath(next)
	if next == "/" {
		return next
	}
	page, part, hasPart := strings.Cut(next, "#")
	_, query, asks := strings.Cut(page, "?")
	values, err := Query(query)
	_, marked := values[Elsewhere]
	switch {
	case err == nil && marked:
		return next
	case asks:
		page += "&"
	default:
		page += "?"
	}
	page += Elsewhere + "="
	if hasPart {
		page += "#" + part
	}
	return page
}
