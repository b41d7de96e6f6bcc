package idp

import (
	"net/url"
	"strings"
	"unicode"
)

// checkEntityID adds a problem when s cannot name an identity provider: a URI of at
// most 1,024 characters (SAML core, 8.3.6), or a plain word, since an identity
// provider whose key is taken over must keep the name that accounts know. What URIs
// cannot hold (RFC 3986, 2) is refused, in words too.
func (ps *Problems) checkEntityID(field, s string) {
	const remedy = "leave it out to use the address of the connector's metadata"
	switch {
	case s == "":
		ps.add(field, s, "is missing", remedy)
	case len(s) > MaxURL:
		ps.add(field, s, "is too long", atMost(MaxURL))
	case !plainText(s) || strings.ContainsFunc(s, notInURI):
		ps.add(field, s, `has a blank or one of < > " { } | \ ^ and the backtick`, "write it without them; "+remedy)
	case !wellFormed(s):
		ps.add(field, s, "is not a well-formed URI", remedy)
	}
}

func notInURI(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>\"{}|\\^`", r) }

// wellFormed reports whether s is an absolute URI without fragment and user name, or
// a word, which could be taken for a relative one. Brackets stand around an IPv6
// address alone.
func wellFormed(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.User != nil || strings.Contains(s, "#") || s == u.Scheme+":" {
		return false
	}
	if runs(u.Scheme) {
		return false
	}
	if web := u.Scheme == "http" || u.Scheme == "https"; web && u.Host == "" {
		return false
	}
	return !strings.ContainsAny(strings.Replace(s, bracketed(u.Host), "", 1), "[]")
}

// runs reports whether a browser runs addresses of a scheme: a name of this kind
// could only be meant to be clicked.
func runs(scheme string) bool {
	return scheme == "javascript" || scheme == "vbscript" || scheme == "data"
}

func bracketed(host string) string {
	end := strings.IndexByte(host, ']')
	if !strings.HasPrefix(host, "[") || end < 0 {
		return ""
	}
	return host[:end+1]
}

// IsURI reports whether an entity ID is a URI, as SAML core, 8.3.6 wants it, and no
// plain word.
func IsURI(entityID string) bool {
	u, err := url.Parse(entityID)
	return err == nil && u.IsAbs()
}
