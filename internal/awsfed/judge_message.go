package awsfed

import (
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/saml"
)

// Limits of a response and of metadata: AssumeRoleWithSAML in the STS API
// reference, and "Create a SAML identity provider in IAM".
const (
	minResponse = 4 // characters of base64
	maxResponse = 100_000
	minMetadata = 1_000 // characters
	maxMetadata = 10_000_000
	minKeyBits  = 1024
)

const remedyIdP = "this is for the identity provider to mend, not for the person"

func checkSize(e *evidence) {
	switch {
	case e.doc.Size < minResponse:
		e.find(sayTooSmall, fmt.Sprintf("the response has %d characters", e.doc.Size), remedyIdP)
	case e.doc.Size > maxResponse:
		e.find(sayTooLarge, fmt.Sprintf("the response has %d characters", e.doc.Size), "send fewer roles at once, or fewer tags")
	}
}

func checkMessage(e *evidence) {
	switch {
	case e.doc.Version != "2.0":
		e.find(sayInvalid, quote("the version", e.doc.Version)+" is not 2.0", remedyIdP)
	case e.doc.ID == "" || e.assertion != nil && e.assertion.ID == "":
		e.find(sayInvalid, "the response or its assertion has no ID", remedyIdP)
	}
}

func checkStatus(e *evidence) {
	if e.doc.Status != saml.StatusSuccess {
		e.find(sayInvalid, quote("the status", e.doc.Status)+" is not success", "look into the log of the identity provider for the reason")
	}
}

func checkAssertions(e *evidence) {
	n := len(e.doc.Assertions)
	switch {
	case e.doc.Encrypted > 0:
		e.find(sayInvalid, "an assertion is encrypted, and only AWS has the key to it", "look at a response without encryption")
	case n != 1:
		e.find(sayInvalid, fmt.Sprintf("the response has %d assertions", n), "send exactly one")
	}
}

func checkUnsolicited(e *evidence) {
	if e.doc.InResponseTo != "" {
		e.find(sayInvalid, quote("InResponseTo", e.doc.InResponseTo)+" names a request, and AWS sends none", "leave the attribute out")
		return
	}
	for i := range e.assertion.Confirmations {
		request := e.assertion.Confirmations[i].InResponseTo
		if request != "" {
			e.find(sayInvalid, quote("InResponseTo", request)+" names a request, and AWS sends none", "leave the attribute out")
		}
	}
}

func checkMetadata(e *evidence) {
	if e.metadata == nil {
		return
	}
	size := e.metadata.Size
	if size < minMetadata || size > maxMetadata {
		e.find(sayMetadata, fmt.Sprintf("the metadata has %d characters", size), "IAM takes 1,000 to 10,000,000")
	}
	if len(e.metadata.Certificates) == 0 {
		e.find(sayMetadata, "the metadata has no certificate for signing", "upload metadata with the certificate in use")
	}
	for i, der := range e.metadata.Certificates {
		reason := certificateFault(der)
		if reason != "" {
			e.find(sayMetadata, fmt.Sprintf("certificate %d of the metadata %s", i+1, reason), "use a certificate for an RSA key of at least 2048 bits")
		}
	}
}

// certificateFault tells why IAM does not take a certificate. Expiry is no
// reason: IAM never looks at it.
func certificateFault(der []byte) string {
	certificate, err := x509.ParseCertificate(der) // it refuses a repeated extension too
	if err != nil {
		return "cannot be read: " + err.Error()
	}
	key, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok {
		return "is not for an RSA key"
	}
	if bits := key.N.BitLen(); bits < minKeyBits {
		return fmt.Sprintf("is for a key of %d bits", bits)
	}
	return ""
}

func checkIssuer(e *evidence) {
	const remedy = "upload this connector's metadata to the SAML provider, or set the connector's entity ID to the one there"
	if e.assertion.Issuer != e.entityID {
		e.find(sayIssuer, quote("the assertion's issuer", e.assertion.Issuer)+fmt.Sprintf(" is not the entity ID %q", clip(e.entityID)), remedy)
		return
	}
	// The response may leave its issuer out: SAML core, 3.2.2.
	if e.doc.Issuer != "" && e.doc.Issuer != e.entityID {
		e.find(sayIssuer, quote("the response's issuer", e.doc.Issuer)+fmt.Sprintf(" is not the entity ID %q", clip(e.entityID)), remedy)
	}
}

func checkSignature(e *evidence) {
	if e.metadata == nil {
		return
	}
	if e.doc.Signatures == 0 && e.assertion.Signatures == 0 {
		e.find(saySignature, "neither the response nor its assertion is signed", remedyIdP)
		return
	}
	err := e.doc.VerifySignature(e.metadata.Certificates)
	if err != nil {
		e.find(saySignature, "no certificate of the metadata fits the signature: "+err.Error(), "upload the metadata with the certificate in use to the SAML provider")
	}
}

func checkIssued(e *evidence) {
	e.issued("response", e.doc.IssueInstant)
	if !e.assertion.IssueInstant.Equal(e.doc.IssueInstant) {
		e.issued("assertion", e.assertion.IssueInstant)
	}
}

func (e *evidence) issued(what string, at time.Time) {
	switch {
	case at.IsZero():
		e.find(sayInvalid, "the "+what+" has no IssueInstant that can be read", remedyIdP)
	case at.After(e.now):
		e.find(sayInvalid, "the "+what+" was issued in the future, at "+clock(at), "set the clock of the identity provider")
	case e.now.After(at.Add(validFor)):
		e.find(sayExpired, "the "+what+" was issued at "+clock(at)+", more than five minutes ago", "open the application again; if it happens each time, set the clock of the identity provider")
	}
}

func checkConditions(e *evidence) {
	a := e.assertion
	if !a.NotBefore.IsZero() && e.now.Before(a.NotBefore) {
		e.find(sayInvalid, "the assertion is not valid before "+clock(a.NotBefore), "set the clock of the identity provider")
	}
	if !a.NotOnOrAfter.IsZero() && !e.now.Before(a.NotOnOrAfter) {
		e.find(sayExpired, "the assertion was valid until "+clock(a.NotOnOrAfter), "open the application again")
	}
}

// checkConfirmation: SAML profiles, 4.1.4.2, of which AWS demands exactly one.
func checkConfirmation(e *evidence) {
	n := len(e.assertion.Confirmations)
	if n != 1 {
		e.find(sayInvalid, fmt.Sprintf("the subject has %d confirmations", n), "send exactly one")
		return
	}
	c := &e.assertion.Confirmations[0]
	switch {
	case c.Method != saml.ConfirmationBearer:
		e.find(sayInvalid, quote("the confirmation's method", c.Method)+" is not bearer", "use "+saml.ConfirmationBearer)
	case !c.HasData || c.NotOnOrAfter.IsZero():
		e.find(sayInvalid, "the confirmation has no NotOnOrAfter that can be read", remedyIdP)
	case !c.NotBefore.IsZero() && e.now.Before(c.NotBefore):
		e.find(sayInvalid, "the confirmation is not valid before "+clock(c.NotBefore), "leave NotBefore out")
	case !e.now.Before(c.NotOnOrAfter):
		e.find(sayExpired, "the confirmation was valid until "+clock(c.NotOnOrAfter), "open the application again")
	}
}

// checkRecipient: a trust policy's SAML:aud is compared with the recipient, so
// AWS tells a wrong one as a wrong audience.
func checkRecipient(e *evidence) {
	if e.doc.Destination != "" && !e.partition.isSignIn(e.doc.Destination) {
		e.find(sayInvalid, quote("the destination", e.doc.Destination)+" is not a SAML sign-in address of AWS", "use "+e.partition.bareACS())
	}
	for i := range e.assertion.Confirmations {
		recipient := e.assertion.Confirmations[i].Recipient
		switch {
		case !e.partition.isSignIn(recipient):
			e.find(sayAudience, quote("the recipient", recipient)+" is not a SAML sign-in address of partition "+e.partition.Name, "use "+e.partition.bareACS())
		case e.doc.Destination != "" && e.doc.Destination != recipient:
			e.find(sayInvalid, quote("the recipient", recipient)+" is not the destination", "use the address posted to for both")
		}
	}
}

func checkAudience(e *evidence) {
	for _, audience := range e.assertion.Audiences {
		if e.partition.isAudience(audience) {
			return
		}
	}
	remedy := "name " + e.partition.bareACS() + " or " + e.partition.entityIDs[0]
	if len(e.assertion.Audiences) == 0 {
		e.find(sayAudience, "the assertion names no audience", remedy)
		return
	}
	e.find(sayAudience, quote("the audience", e.assertion.Audiences[0])+" is not AWS in partition "+e.partition.Name, remedy)
}

func checkSubject(e *evidence) {
	if e.assertion.NameID == "" {
		e.find(sayInvalid, "the subject has no NameID", remedyIdP)
	}
}

// checkAuthn: SAML profiles, 4.1.4.2 wants a statement; a session that has ended
// leaves no time for a role session.
func checkAuthn(e *evidence) {
	if len(e.assertion.Authn) == 0 {
		e.find(sayInvalid, "the assertion has no AuthnStatement", remedyIdP)
	}
	end := e.sessionEnd()
	if !end.IsZero() && !e.now.Before(end) {
		e.find(sayExpired, "the session ended at "+clock(end), "sign in again")
	}
}

// sessionEnd is the earliest SessionNotOnOrAfter; zero when there is none.
func (e *evidence) sessionEnd() time.Time {
	var end time.Time
	for i := range e.assertion.Authn {
		at := e.assertion.Authn[i].SessionNotOnOrAfter
		if !at.IsZero() && (end.IsZero() || at.Before(end)) {
			end = at
		}
	}
	return end
}

func clock(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func quote(what, value string) string { return fmt.Sprintf("%s %q", what, clip(value)) }
