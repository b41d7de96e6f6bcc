package page

import (
	"net/http"
	"slices"
	"strings"
)

// Harden sets the security headers that every answer carries, whether page,
// redirect, metadata or JSON. It allows nothing, and no caching: whoever answers
// with more sets the header again afterwards.
//
// Sources: OWASP ASVS 5.0, 3.4 and 14.3.2. Referrer-Policy is same-origin and
// not no-referrer, which would turn the Origin of our own forms into "null".
func (r *Renderer) Harden(h http.Header) {
	h.Set("Content-Security-Policy", policy{}.String())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if r.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// policy is the part of the Content-Security-Policy that differs from page to
// page. The zero value is that of an answer which is no page at all.
type policy struct {
	page   bool     // may load our stylesheet and images
	script string   // source of scripts; empty for none
	forms  []string // addresses that forms may post to, and be redirected to
}

// own is the policy of a page whose forms and script are ours.
func own() policy { return policy{page: true, script: "'self'", forms: []string{"'self'"}} }

// allowsSelf reports whether a form of the page can post to this site.
func (p policy) allowsSelf() bool { return slices.Contains(p.forms, "'self'") }

func (p policy) String() string {
	directives := []string{"default-src 'none'"}
	if p.script != "" {
		directives = append(directives, "script-src "+p.script)
	}
	if p.page {
		directives = append(directives, "style-src 'self'", "img-src 'self' data:")
	}
	forms := "'none'"
	if len(p.forms) > 0 {
		forms = strings.Join(p.forms, " ")
	}
	directives = append(directives, "form-action "+forms, "base-uri 'none'", "frame-ancestors 'none'")
	return strings.Join(directives, "; ")
}
