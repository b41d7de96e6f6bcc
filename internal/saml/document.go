package saml

import (
	"time"

	"github.com/beevik/etree"
)

// Document is a response as a service provider would read it: every element
// that the profile speaks of, however often it stands there, so that a judge
// can tell what is missing, doubled or wrong. Times that are absent or cannot be
// read are zero.
type Document struct {
	ID           string
	Version      string
	IssueInstant time.Time
	Destination  string
	InResponseTo string
	Issuer       string
	Status       string // the top-level status code
	Signatures   int    // of the response itself
	Assertions   []Assertion
	Encrypted    int // EncryptedAssertion elements
	Size         int // length of the base64 form, in characters

	root *etree.Element
}

// Assertion is one assertion of a [Document].
type Assertion struct {
	ID            string
	IssueInstant  time.Time
	Issuer        string
	NameID        string
	NameIDFormat  string
	Confirmations []Confirmation
	HasConditions bool
	NotBefore     time.Time
	NotOnOrAfter  time.Time
	Audiences     []string
	Authn         []Authn
	Attributes    []Attribute
	Signatures    int
}

// Confirmation is one SubjectConfirmation with its data.
type Confirmation struct {
	Method       string
	HasData      bool
	Recipient    string
	NotBefore    time.Time
	NotOnOrAfter time.Time
	InResponseTo string
	Address      string
}

// Authn is one AuthnStatement.
type Authn struct {
	Instant             time.Time
	SessionIndex        string
	SessionNotOnOrAfter time.Time
	ContextClass        string
}

// Descriptor is an IdP's metadata as a service provider would read it.
type Descriptor struct {
	EntityID     string
	Certificates [][]byte // DER of the certificates for signing
	SSOLocations []string
	Size         int // length of the document, in bytes
}
