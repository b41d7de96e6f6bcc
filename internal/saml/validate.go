package saml

import (
	"fmt"
	"net/url"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// maxURI is the longest entity ID and address: [SAMLCore] 8.3.6.
const maxURI = 1024

// validate tells everything that keeps r from being built, as [idp.Problems].
func (r *Response) validate() error {
	var c checks
	c.id("ID", r.ID)
	c.id("AssertionID", r.AssertionID)
	if r.ID == r.AssertionID {
		c.add("AssertionID", r.AssertionID, "is the response's own ID", "give each its own random ID")
	}
	c.entityID("Issuer", r.Issuer)
	c.address("Destination", r.Destination)
	c.needed("NameID", r.NameID)
	c.needed("NameIDFormat", r.NameIDFormat)
	c.needed("AuthnContext", r.AuthnContext)
	c.needed("SessionIndex", r.SessionIndex)
	c.needAny("Audiences", len(r.Audiences))
	for i, audience := range r.Audiences {
		c.needed(fmt.Sprintf("Audiences[%d]", i), audience)
	}
	c.times(r)
	c.attributes(r.Attributes)
	return c.problems.Err()
}

// checks collects what is wrong with a specification.
type checks struct {
	problems idp.Problems
}

func (c *checks) add(field, value, reason, remedy string) {
	c.problems = append(c.problems, idp.Problem{Field: field, Value: value, Reason: reason, Remedy: remedy})
}

func (c *checks) text(field, s string) bool {
	switch {
	case !idp.XMLText(s):
		c.add(field, s, "has a character that XML cannot carry", "remove control characters and invalid UTF-8")
	case idp.BlankEnds(s):
		c.add(field, s, "begins or ends with a blank, which service providers take off", "take the blanks away")
	default:
		return true
	}
	return false
}

func (c *checks) needed(field, s string) {
	if s == "" {
		c.add(field, s, "is missing", "give it a value")
		return
	}
	c.text(field, s)
}

func (c *checks) needAny(field string, n int) {
	if n == 0 {
		c.add(field, "", "is empty", "give at least one")
	}
}

func (c *checks) id(field, s string) {
	if !validID(s) {
		c.add(field, s, "is not an XML ID", "begin with a letter or underscore and go on with letters, digits and . _ -")
	}
}

// entityID takes what a connector is stored with: its form is checked when it is set.
func (c *checks) entityID(field, s string) {
	if len(s) > maxURI {
		c.add(field, s, "is too long", fmt.Sprintf("use at most %d characters", maxURI))
		return
	}
	c.needed(field, s)
}

func (c *checks) address(field, s string) {
	if !c.text(field, s) {
		return
	}
	if len(s) > maxURI || !webAddress(s) {
		c.add(field, s, "is not an http or https address", fmt.Sprintf("write it in full, in at most %d characters", maxURI))
	}
}

func (c *checks) times(r *Response) {
	c.instant("IssueInstant", r.IssueInstant)
	c.instant("NotBefore", r.NotBefore)
	c.instant("NotOnOrAfter", r.NotOnOrAfter)
	c.instant("AuthnInstant", r.AuthnInstant)
	if !r.SessionNotOnOrAfter.IsZero() {
		c.instant("SessionNotOnOrAfter", r.SessionNotOnOrAfter)
	}
	if !r.NotBefore.Before(r.NotOnOrAfter) {
		c.add("NotOnOrAfter", instant(r.NotOnOrAfter), "is not after NotBefore", "give the assertion a life") // [SAMLCore] 2.5.1.2
	}
}

// instant refuses years that would not be written in four digits.
func (c *checks) instant(field string, t time.Time) {
	switch year := t.UTC().Year(); {
	case t.IsZero():
		c.add(field, "", "is missing", "give it a time")
	case year < 1 || year > 9999:
		c.add(field, t.String(), "is out of range", "use a year from 1 to 9999")
	}
}

// attributes makes the names of fields for faults alone: there may be hundreds of
// values, and each launch comes through here.
func (c *checks) attributes(attributes []Attribute) {
	c.needAny("Attributes", len(attributes))
	for i, a := range attributes {
		if a.Name == "" || !carried(a.Name) {
			c.needed(fmt.Sprintf("Attributes[%d].Name", i), a.Name)
		}
		if len(a.Values) == 0 {
			c.needAny(fmt.Sprintf("Attributes[%d].Values", i), 0)
		}
		for j, v := range a.Values {
			if !carried(v) {
				c.text(fmt.Sprintf("Attributes[%d].Values[%d]", i, j), v)
			}
		}
	}
}

// carried reports whether service providers read s as it was signed.
func carried(s string) bool { return idp.XMLText(s) && !idp.BlankEnds(s) }

// validID reports whether s is an ASCII NCName, which is what xs:ID takes. IDs
// are made here, so there is no need for the letters of other alphabets.
func validID(s string) bool {
	for i := range len(s) {
		b := s[i]
		letter := b == '_' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
		later := i > 0 && (b == '-' || b == '.' || '0' <= b && b <= '9')
		if !letter && !later {
			return false
		}
	}
	return s != ""
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.Fragment == ""
}
