package saml_test

import (
	"encoding/base64"
	"testing"

	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/saml/samltest"
)

func TestResponsesAreWhatTheyWere(t *testing.T) {
	pair := loadKey(t, "current")
	full := good()
	full.Audiences = append(full.Audiences, "urn:amazon:webservices")
	full.SessionNotOnOrAfter = now.Add(8 * 3600e9)
	full.Attributes = append(full.Attributes, saml.Attribute{
		Name:   "https://aws.amazon.com/SAML/Attributes/TransitiveTagKeys",
		Values: []string{"team", "cost center", ""},
	})
	for _, test := range []struct {
		name string
		spec saml.Response
		both bool
		file string
	}{
		{"the assertion alone is signed", good(), false, "response.xml"},
		{"the response is signed too", good(), true, "response-both.xml"},
		{"every optional part is there", full, false, "response-full.xml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			released := issue(t, test.spec, pair, test.both)
			golden(t, test.file, released.XML())
			if released.Base64() != base64.StdEncoding.EncodeToString(released.XML()) {
				t.Error("Base64 is not that of XML")
			}
			doc, err := saml.Read(released.XML())
			must(t, err)
			must(t, doc.VerifySignature([][]byte{pair.cert.Raw}))
			samltest.ValidateSchema(t, released.XML(), "protocol")
			samltest.VerifyXMLSec(t, released.XML(), pair.pem)
		})
	}
}
