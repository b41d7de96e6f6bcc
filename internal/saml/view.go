package saml

import (
	"fmt"

	"github.com/beevik/etree"
)

// view is the response that the tree at root states. Both the way out
// ([Prepare]) and the way in ([Read]) use it, so a judge sees the same thing
// whether a response is about to be signed or came from elsewhere. It returns an
// error that wraps [ErrNotSAML] when root is not a response or doubles what the
// schema has once. The Size is the caller's to fill in.
func view(root *etree.Element) (*Document, error) {
	if !is(root, nsProtocol, "Response") {
		return nil, fmt.Errorf("%w: the root is %q, not a SAML 2.0 response", ErrNotSAML, root.FullTag())
	}
	d := &Document{
		ID:           value(root, "ID"),
		Version:      value(root, "Version"),
		IssueInstant: readInstant(value(root, "IssueInstant")),
		Destination:  value(root, "Destination"),
		InResponseTo: value(root, "InResponseTo"),
		root:         root,
	}
	var v viewer
	for el := range root.ChildElementsSeq() {
		switch {
		case is(el, nsAssertion, "Issuer"):
			v.once(root, el)
			d.Issuer = text(el)
		case is(el, nsSignature, "Signature"):
			d.Signatures++
		case is(el, nsProtocol, "Status"):
			v.once(root, el)
			d.Status = v.status(el)
		case is(el, nsAssertion, "Assertion"):
			d.Assertions = append(d.Assertions, v.assertion(el))
		case is(el, nsAssertion, "EncryptedAssertion"):
			d.Encrypted++
		}
	}
	return d, v.err
}

// viewer keeps the first thing that the schema has once and the document more
// often: which of the two a service provider would believe, nobody can tell.
type viewer struct {
	err error
}

// once notes an error unless el is the first child of its name in parent.
func (v *viewer) once(parent, el *etree.Element) {
	if v.err != nil {
		return
	}
	for sibling := range parent.ChildElementsSeq() {
		if sibling == el {
			return
		}
		if sibling.Tag == el.Tag && sibling.NamespaceURI() == el.NamespaceURI() {
			v.err = fmt.Errorf("%w: more than one %q in %q", ErrNotSAML, el.Tag, parent.Tag)
			return
		}
	}
}

func (v *viewer) status(status *etree.Element) string {
	code := ""
	for el := range status.ChildElementsSeq() {
		if is(el, nsProtocol, "StatusCode") {
			v.once(status, el)
			code = value(el, "Value")
		}
	}
	return code
}

func (v *viewer) assertion(assertion *etree.Element) Assertion {
	a := Assertion{
		ID:           value(assertion, "ID"),
		IssueInstant: readInstant(value(assertion, "IssueInstant")),
	}
	for el := range assertion.ChildElementsSeq() {
		switch {
		case is(el, nsSignature, "Signature"):
			a.Signatures++
		case el.NamespaceURI() != nsAssertion:
		case el.Tag == "Issuer":
			v.once(assertion, el)
			a.Issuer = text(el)
		case el.Tag == "Subject":
			v.once(assertion, el)
			v.subject(&a, el)
		case el.Tag == "Conditions":
			v.once(assertion, el)
			v.conditions(&a, el)
		case el.Tag == "AuthnStatement":
			a.Authn = append(a.Authn, v.authn(el))
		case el.Tag == "AttributeStatement":
			a.Attributes = viewAttributes(a.Attributes, el)
		}
	}
	return a
}

func (v *viewer) subject(a *Assertion, subject *etree.Element) {
	for el := range subject.ChildElementsSeq() {
		switch {
		case is(el, nsAssertion, "NameID"):
			v.once(subject, el)
			a.NameID = text(el)
			a.NameIDFormat = value(el, "Format")
		case is(el, nsAssertion, "SubjectConfirmation"):
			a.Confirmations = append(a.Confirmations, v.confirmation(el))
		}
	}
}

func (v *viewer) confirmation(confirmation *etree.Element) Confirmation {
	c := Confirmation{Method: value(confirmation, "Method")}
	for el := range confirmation.ChildElementsSeq() {
		if !is(el, nsAssertion, "SubjectConfirmationData") {
			continue
		}
		v.once(confirmation, el)
		c.HasData = true
		c.Recipient = value(el, "Recipient")
		c.NotBefore = readInstant(value(el, "NotBefore"))
		c.NotOnOrAfter = readInstant(value(el, "NotOnOrAfter"))
		c.InResponseTo = value(el, "InResponseTo")
		c.Address = value(el, "Address")
	}
	return c
}

// conditions takes one AudienceRestriction: several would have to hold
// together ([SAMLCore] 2.5.1.4), which a flat list of audiences cannot say.
func (v *viewer) conditions(a *Assertion, conditions *etree.Element) {
	a.HasConditions = true
	a.NotBefore = readInstant(value(conditions, "NotBefore"))
	a.NotOnOrAfter = readInstant(value(conditions, "NotOnOrAfter"))
	for el := range conditions.ChildElementsSeq() {
		if !is(el, nsAssertion, "AudienceRestriction") {
			continue
		}
		v.once(conditions, el)
		for audience := range el.ChildElementsSeq() {
			if is(audience, nsAssertion, "Audience") {
				a.Audiences = append(a.Audiences, text(audience))
			}
		}
	}
}

func (v *viewer) authn(statement *etree.Element) Authn {
	a := Authn{
		Instant:             readInstant(value(statement, "AuthnInstant")),
		SessionIndex:        value(statement, "SessionIndex"),
		SessionNotOnOrAfter: readInstant(value(statement, "SessionNotOnOrAfter")),
	}
	for context := range statement.ChildElementsSeq() {
		if !is(context, nsAssertion, "AuthnContext") {
			continue
		}
		v.once(statement, context)
		for el := range context.ChildElementsSeq() {
			if is(el, nsAssertion, "AuthnContextClassRef") {
				v.once(context, el)
				a.ContextClass = text(el)
			}
		}
	}
	return a
}

func viewAttributes(attributes []Attribute, statement *etree.Element) []Attribute {
	for el := range statement.ChildElementsSeq() {
		if !is(el, nsAssertion, "Attribute") {
			continue
		}
		a := Attribute{Name: value(el, "Name")}
		for v := range el.ChildElementsSeq() {
			if is(v, nsAssertion, "AttributeValue") {
				a.Values = append(a.Values, text(v))
			}
		}
		attributes = append(attributes, a)
	}
	return attributes
}
