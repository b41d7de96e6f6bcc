package saml

import "github.com/beevik/etree"

// build makes the document of r without signatures, in canonical form and in
// the order of the schema. There is no InResponseTo: the response is unsolicited
// ([SAMLProf] 4.1.5). There is no Address either: the person's address may change
// on the way, and service providers refuse what differs.
func (r *Response) build() *etree.Element {
	response := node(nil, prefixProtocol, "Response",
		declare(prefixProtocol, nsProtocol),
		attribute("Destination", r.Destination),
		attribute("ID", r.ID),
		attribute("IssueInstant", instant(r.IssueInstant)),
		attribute("Version", "2.0"))
	leaf(response, prefixAssertion, "Issuer", r.Issuer, declare(prefixAssertion, nsAssertion))
	status := node(response, prefixProtocol, "Status")
	node(status, prefixProtocol, "StatusCode", attribute("Value", StatusSuccess))
	r.buildAssertion(response)
	return response
}

func (r *Response) buildAssertion(response *etree.Element) {
	assertion := node(response, prefixAssertion, "Assertion",
		declare(prefixAssertion, nsAssertion),
		attribute("ID", r.AssertionID),
		attribute("IssueInstant", instant(r.IssueInstant)),
		attribute("Version", "2.0"))
	leaf(assertion, prefixAssertion, "Issuer", r.Issuer)
	r.buildSubject(assertion)
	r.buildConditions(assertion)
	r.buildAuthn(assertion)
	r.buildAttributes(assertion)
}

func (r *Response) buildSubject(assertion *etree.Element) {
	subject := node(assertion, prefixAssertion, "Subject")
	leaf(subject, prefixAssertion, "NameID", r.NameID, attribute("Format", r.NameIDFormat))
	confirmation := node(subject, prefixAssertion, "SubjectConfirmation", attribute("Method", ConfirmationBearer))
	node(confirmation, prefixAssertion, "SubjectConfirmationData",
		attribute("NotOnOrAfter", instant(r.NotOnOrAfter)),
		attribute("Recipient", r.Destination))
}

func (r *Response) buildConditions(assertion *etree.Element) {
	conditions := node(assertion, prefixAssertion, "Conditions",
		attribute("NotBefore", instant(r.NotBefore)),
		attribute("NotOnOrAfter", instant(r.NotOnOrAfter)))
	restriction := node(conditions, prefixAssertion, "AudienceRestriction")
	for _, audience := range r.Audiences {
		leaf(restriction, prefixAssertion, "Audience", audience)
	}
}

func (r *Response) buildAuthn(assertion *etree.Element) {
	attrs := []etree.Attr{
		attribute("AuthnInstant", instant(r.AuthnInstant)),
		attribute("SessionIndex", r.SessionIndex),
	}
	if !r.SessionNotOnOrAfter.IsZero() {
		attrs = append(attrs, attribute("SessionNotOnOrAfter", instant(r.SessionNotOnOrAfter)))
	}
	statement := node(assertion, prefixAssertion, "AuthnStatement", attrs...)
	context := node(statement, prefixAssertion, "AuthnContext")
	leaf(context, prefixAssertion, "AuthnContextClassRef", r.AuthnContext)
}

func (r *Response) buildAttributes(assertion *etree.Element) {
	statement := node(assertion, prefixAssertion, "AttributeStatement")
	for _, a := range r.Attributes {
		el := node(statement, prefixAssertion, "Attribute", attribute("Name", a.Name))
		for _, v := range a.Values {
			leaf(el, prefixAssertion, "AttributeValue", v)
		}
	}
}
