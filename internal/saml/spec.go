package saml

import "time"

// Namespaces and identifiers of SAML 2.0 that callers need.
const (
	NameIDPersistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"

	// Authentication contexts: SAML 2.0 Authentication Context, 3.4.
	AuthnPasswordProtectedTransport = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
	AuthnUnspecified                = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"

	ConfirmationBearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
	StatusSuccess      = "urn:oasis:names:tc:SAML:2.0:status:Success"
)

// Response says what one unsolicited response with one assertion shall state.
// Every field is needed except where it says so.
type Response struct {
	ID           string // an NCName, such as "_" and 128 random bits
	AssertionID  string // likewise
	Issuer       string // the IdP's entity ID
	Destination  string // the ACS address posted to; also the Recipient
	Audiences    []string
	NameID       string
	NameIDFormat string

	IssueInstant time.Time
	NotBefore    time.Time
	NotOnOrAfter time.Time // of the assertion and of its subject confirmation

	AuthnInstant        time.Time
	AuthnContext        string
	SessionIndex        string
	SessionNotOnOrAfter time.Time // optional: zero leaves the attribute out

	Attributes []Attribute
}

// Attribute is one SAML attribute with its values in order.
type Attribute struct {
	Name   string
	Values []string
}
