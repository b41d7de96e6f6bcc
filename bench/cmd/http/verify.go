package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"html"
	"regexp"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/saml"
)

var fieldPattern = regexp.MustCompile(`name="SAMLResponse" value="([^"]*)"`)

// verify takes the response out of the page, has each of its signatures verified
// by our reader and by goxmldsig, under the certificates of the site's metadata,
// and judges what it says.
func (s *site) verify(page []byte) error {
	field := fieldPattern.FindSubmatch(page)
	if field == nil {
		return fmt.Errorf("a page of %d bytes without a response", len(page))
	}
	document, err := saml.Decode(html.UnescapeString(string(field[1])))
	if err != nil {
		return err
	}
	doc, err := saml.Read(document)
	if err != nil {
		return err
	}
	err = doc.VerifySignature(s.metadata.Certificates)
	if err != nil {
		return err
	}
	signed, err := countValid(document, s.metadata.Certificates)
	if err != nil {
		return err
	}
	if signed != s.signs {
		return fmt.Errorf("%d signatures, want %d", signed, s.signs)
	}
	return s.judge(s, doc)
}

// countValid counts the signatures, all of which goxmldsig finds valid.
func countValid(document []byte, certificates [][]byte) (int, error) {
	tree := etree.NewDocument()
	err := tree.ReadFromBytes(document)
	if err != nil {
		return 0, err
	}
	var roots []*x509.Certificate
	for _, der := range certificates {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return 0, err
		}
		roots = append(roots, certificate)
	}
	validator := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: roots})
	signed := 0
	for _, signature := range tree.FindElements("//Signature") {
		_, err := validator.Validate(signature.Parent())
		if err != nil {
			return 0, fmt.Errorf("signature of %s: %w", signature.Parent().Tag, err)
		}
		signed++
	}
	return signed, nil
}

// judgeAsAWS has the response judged as AWS sign-in would.
func judgeAsAWS(s *site, doc *saml.Document) error {
	return awsfed.Judge(doc, s.metadata, time.Now()).Err()
}

var errShape = errors.New("not a response about alice for AWS")

// judgeShape looks at what a response is about. The peer's does not state what AWS
// wants to know.
func judgeShape(s *site, doc *saml.Document) error {
	if doc.Destination != "https://signin.aws.amazon.com/saml" || doc.Status != saml.StatusSuccess || doc.Issuer != s.metadata.EntityID ||
		len(doc.Assertions) != 1 || doc.Assertions[0].NameID != "alice@example.com" {
		return fmt.Errorf("%w: %+v", errShape, doc)
	}
	return nil
}
