package idp

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Limits of names, in characters.
const (
	MaxLabel       = 64
	MaxDescription = 500
	MaxName        = 128 // a person's display name
	MaxEmail       = 254 // RFC 5321, 4.5.3.1.3
)

var (
	slugPattern  = pattern{63, regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)}
	groupPattern = pattern{64, regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+=-]*$`)}
	// Of what RFC 5322 allows, what means something in the path of an address is left
	// out (% / ? #): a person must be reached by the address that names them.
	emailPattern     = pattern{MaxEmail, regexp.MustCompile(`^[a-z0-9.!$&'*+=^_{|}~-]+@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)}
	attributePattern = pattern{64, regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)}
)

// maxLocal is the longest local part of an email: RFC 5321, 4.5.3.1.1.
const maxLocal = 64

// pattern is how a name is spelled, and how many bytes it may have. The expression
// does not count them: {0,63} is compiled into 63 copies of what it repeats, and
// every function would wait for that at its start.
type pattern struct {
	most     int
	spelling *regexp.Regexp
}

func (p pattern) matches(s string) bool { return len(s) <= p.most && p.spelling.MatchString(s) }

// reservedSlugs would read as a part of the product in a link or a log.
var reservedSlugs = []string{
	"account", "admin", "api", "assertion", "assets", "cli", "device", "health", "healthz", "iam",
	"import", "login", "logout", "metadata", "new", "password", "saml", "setup", "signin", "signout", "sso",
}

// ValidSlug reports whether s can be a connector's slug, the last part of its
// IdP URL: lower-case letters, digits and inner hyphens, 1 to 63 characters.
// Reserved words are valid in a request, where they name no connector.
func ValidSlug(s string) bool { return slugPattern.matches(s) }

func (ps *Problems) checkSlug(field, s string) {
	switch {
	case s == "":
		ps.add(field, s, "is missing", "give the connector a short name for its address, such as aws-prod")
	case !ValidSlug(s):
		ps.add(field, s, "is not a slug", "use 1 to 63 lower-case letters, digits and inner hyphens, such as aws-prod")
	case slices.Contains(reservedSlugs, s):
		ps.add(field, s, "is a reserved word", "choose another, such as aws-"+s)
	}
}

// CheckGroupName tells why s cannot be a group's name, or returns nil.
func CheckGroupName(s string) error {
	var ps Problems
	ps.checkGroupName("name", s)
	return ps.Err()
}

func (ps *Problems) checkGroupName(field, s string) {
	if !groupPattern.matches(s) {
		ps.add(field, s, "is not a group name", "use 1 to 64 letters, digits and . _ @ + = -, beginning with a letter or digit")
	}
}

// NormalEmail is the form in which an email is stored, compared and shown:
// lower case, without surrounding white space.
func NormalEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// CheckEmail tells why s, in its normal form, cannot be a username, or returns
// nil. Only ASCII is taken: look-alike letters would make two people out of one.
func CheckEmail(s string) error {
	var ps Problems
	ps.checkEmail("email", s)
	return ps.Err()
}

func (ps *Problems) checkEmail(field, s string) {
	switch {
	case s == "":
		ps.add(field, s, "is missing", "give an email address")
	case len(s) > MaxEmail:
		ps.add(field, s, "is too long", atMost(MaxEmail))
	case !emailPattern.matches(s), strings.IndexByte(s, '@') > maxLocal:
		ps.add(field, s, "is not an email address", "write it as name@example.com, lower case, ASCII")
	}
}

func atMost(n int) string { return fmt.Sprintf("use at most %d characters", n) }
