package saml

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"fmt"

	"github.com/beevik/etree"
)

// MetadataSpec says what an identity provider's metadata shall state. Every
// field is needed.
type MetadataSpec struct {
	EntityID     string   // the issuer of responses
	Certificates [][]byte // DER of the signing certificate, and during a rotation of the next one
	SSOLocation  string   // the http or https address where people start
}

// Metadata is the document that service providers are set up with, in UTF-8 with
// an XML declaration and without a byte-order mark, which IAM refuses. With a
// certificate it is longer than the 1,000 characters that IAM asks for.
//
// It returns [idp.Problems] when the entity ID or the address is wrong, and an error that wraps
// [ErrKey] unless there are one or two different certificates, of RSA keys of at
// least 2048 bits.
func Metadata(spec MetadataSpec) ([]byte, error) {
	var c checks
	c.entityID("EntityID", spec.EntityID)
	c.address("SSOLocation", spec.SSOLocation)
	err := c.problems.Err()
	if err != nil {
		return nil, err
	}
	err = checkCertificates(spec.Certificates)
	if err != nil {
		return nil, err
	}
	document := etree.NewDocument()
	document.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true} // keeps white space
	document.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	document.AddChild(spec.build())
	document.Indent(2)
	out, err := document.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("write metadata of %q: %w", spec.EntityID, err)
	}
	return out, nil
}

func checkCertificates(certificates [][]byte) error {
	switch n := len(certificates); {
	case n < 1 || n > 2:
		return fmt.Errorf("%w: metadata takes one or two certificates, not %d", ErrKey, n)
	case n == 2 && bytes.Equal(certificates[0], certificates[1]):
		return fmt.Errorf("%w: both certificates are the same", ErrKey)
	}
	for _, der := range certificates {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("%w: read certificate: %w", ErrKey, err)
		}
		_, err = signingKey(certificate)
		if err != nil {
			return err
		}
	}
	return nil
}

// build keeps the order of the schema: keys, then name formats, then endpoints.
// The schema also demands an endpoint, though nobody may send requests to it.
func (s *MetadataSpec) build() *etree.Element {
	entity := node(nil, prefixMetadata, "EntityDescriptor",
		declare(prefixSignature, nsSignature),
		declare(prefixMetadata, nsMetadata),
		attribute("entityID", s.EntityID))
	provider := node(entity, prefixMetadata, "IDPSSODescriptor",
		attribute("WantAuthnRequestsSigned", "false"),
		attribute("protocolSupportEnumeration", nsProtocol))
	for _, der := range s.Certificates {
		key := node(provider, prefixMetadata, "KeyDescriptor", attribute("use", "signing"))
		info := node(key, prefixSignature, "KeyInfo")
		data := node(info, prefixSignature, "X509Data")
		leaf(data, prefixSignature, "X509Certificate", base64.StdEncoding.EncodeToString(der))
	}
	leaf(provider, prefixMetadata, "NameIDFormat", NameIDPersistent)
	node(provider, prefixMetadata, "SingleSignOnService",
		attribute("Binding", bindingRedirect),
		attribute("Location", s.SSOLocation))
	return entity
}

const bindingRedirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
