package main

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"time"

	"github.com/beevik/etree"
	"github.com/gatepost/gatepost/internal/idp"
	dsig "github.com/russellhaering/goxmldsig"
)

const instantLayout = "2006-01-02T15:04:05.000Z"

// goxmldsig builds and signs the same assertion in the plain way: no checks of
// the text, no judge, no look at the signature.
func (id *identity) goxmldsig() (string, error) {
	now := time.Now().UTC()
	document := etree.NewDocument()
	document.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}
	response := document.CreateElement("samlp:Response")
	response.CreateAttr("xmlns:samlp", "urn:oasis:names:tc:SAML:2.0:protocol")
	response.CreateAttr("Destination", acs)
	response.CreateAttr("ID", idp.NewID("_"))
	response.CreateAttr("IssueInstant", now.Format(instantLayout))
	response.CreateAttr("Version", "2.0")
	issuer := response.CreateElement("saml:Issuer")
	issuer.CreateAttr("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")
	issuer.SetText(entityID)
	response.CreateElement("samlp:Status").CreateElement("samlp:StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Success")
	assertion := response.CreateElement("saml:Assertion")
	assertion.CreateAttr("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")
	assertion.CreateAttr("ID", idp.NewID("_"))
	assertion.CreateAttr("IssueInstant", now.Format(instantLayout))
	assertion.CreateAttr("Version", "2.0")
	fillAssertion(assertion, now)

	context, err := dsig.NewSigningContext(id.key, [][]byte{id.cert.Raw})
	if err != nil {
		return "", err
	}
	context.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	signature, err := context.ConstructSignature(assertion, true)
	if err != nil {
		return "", err
	}
	assertion.InsertChildAt(1, signature)
	xml, err := document.WriteToBytes()
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(xml), nil
}

func fillAssertion(assertion *etree.Element, now time.Time) {
	end := now.Add(5 * time.Minute).Format(instantLayout)
	assertion.CreateElement("saml:Issuer").SetText(entityID)
	subject := assertion.CreateElement("saml:Subject")
	name := subject.CreateElement("saml:NameID")
	name.CreateAttr("Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
	name.SetText(nameID)
	confirmation := subject.CreateElement("saml:SubjectConfirmation")
	confirmation.CreateAttr("Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")
	data := confirmation.CreateElement("saml:SubjectConfirmationData")
	data.CreateAttr("NotOnOrAfter", end)
	data.CreateAttr("Recipient", acs)
	conditions := assertion.CreateElement("saml:Conditions")
	conditions.CreateAttr("NotBefore", now.Add(-time.Minute).Format(instantLayout))
	conditions.CreateAttr("NotOnOrAfter", end)
	conditions.CreateElement("saml:AudienceRestriction").CreateElement("saml:Audience").SetText(acs)
	statement := assertion.CreateElement("saml:AuthnStatement")
	statement.CreateAttr("AuthnInstant", now.Format(instantLayout))
	statement.CreateAttr("SessionIndex", assertion.SelectAttrValue("ID", ""))
	statement.CreateElement("saml:AuthnContext").CreateElement("saml:AuthnContextClassRef").
		SetText("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport")
	attributes := assertion.CreateElement("saml:AttributeStatement")
	for _, pair := range [][2]string{{roleName, rolePair}, {sessionName, email}, {duration, "3600"}} {
		attribute := attributes.CreateElement("saml:Attribute")
		attribute.CreateAttr("Name", pair[0])
		attribute.CreateElement("saml:AttributeValue").SetText(pair[1])
	}
}

func (id *identity) verifyAssertion(sent string) error {
	root, err := decode(sent)
	if err != nil {
		return err
	}
	return id.validate(root.SelectElement("saml:Assertion"))
}

func (id *identity) verifyResponse(sent string) error {
	root, err := decode(sent)
	if err != nil {
		return err
	}
	return id.validate(root)
}

var errNothing = errors.New("there is nothing to verify")

func decode(sent string) (*etree.Element, error) {
	xml, err := base64.StdEncoding.DecodeString(sent)
	if err != nil {
		return nil, err
	}
	document := etree.NewDocument()
	err = document.ReadFromBytes(xml)
	if err != nil {
		return nil, err
	}
	return document.Root(), nil
}

func (id *identity) validate(el *etree.Element) error {
	if el == nil {
		return errNothing
	}
	context := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{id.cert}})
	_, err := context.Validate(el)
	return err
}
