package sp

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"net/url"
	"testing"

	"github.com/crewjam/saml"
)

// crewjam judges with crewjam/saml's service provider. It stands on goxmldsig,
// as Gatepost does: what it adds is its own reading of the profile, and that Go's
// most used service provider takes us. The other judges are the oracles of the
// signature.
func crewjam(t testing.TB, c Case) []Verdict {
	t.Helper()
	acs, err := url.Parse(c.ACS)
	if err != nil {
		t.Fatal(err)
	}
	idp := &saml.EntityDescriptor{}
	err = xml.Unmarshal([]byte(c.Metadata), idp)
	if err != nil {
		t.Fatalf("crewjam/saml cannot read the metadata: %v", err)
	}
	provider := &saml.ServiceProvider{
		EntityID:          c.Audience,
		AcsURL:            *acs,
		IDPMetadata:       idp,
		AllowIDPInitiated: true,
	}
	verdicts := make([]Verdict, 0, len(c.Responses))
	for _, encoded := range c.Responses {
		verdicts = append(verdicts, hear(provider, *acs, encoded))
	}
	return verdicts
}

func hear(provider *saml.ServiceProvider, acs url.URL, encoded string) Verdict {
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return Verdict{Reason: err.Error()}
	}
	assertion, err := provider.ParseXMLResponse(raw, nil, acs)
	var invalid *saml.InvalidResponseError
	if errors.As(err, &invalid) {
		return Verdict{Reason: invalid.PrivateErr.Error()}
	}
	if err != nil {
		return Verdict{Reason: err.Error()}
	}
	verdict := Verdict{Accepted: true, NameID: assertion.Subject.NameID.Value, Attributes: map[string][]string{}}
	for _, statement := range assertion.AttributeStatements {
		for _, attribute := range statement.Attributes {
			for _, value := range attribute.Values {
				verdict.Attributes[attribute.Name] = append(verdict.Attributes[attribute.Name], value.Value)
			}
		}
	}
	return verdict
}
