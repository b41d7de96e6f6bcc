package sp

import (
	"slices"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/saml/samltest"
)

// variants are what connectors can ask for beyond the demo's two.
var variants = []struct {
	name     string
	make     func(t *testing.T, s *specimen)
	acs      string
	audience string
}{
	{name: "the response element is signed too", make: func(_ *testing.T, s *specimen) { s.connector.SignResponse = true }},
	{name: "the metadata carries a next certificate too", make: func(t *testing.T, s *specimen) { _, s.next = newKey(t) }},
	{name: "the second certificate of the metadata signs", make: func(t *testing.T, s *specimen) {
		s.next = s.signing
		s.key, s.signing = newKey(t)
		s.next, s.signing = s.signing, s.next
		s.key, s.signing, s.next = swap(s)
	}},
	{
		name: "a region's sign-in address",
		make: func(_ *testing.T, s *specimen) { s.connector.Region = "eu-west-1" },
		acs:  "https://eu-west-1.signin.aws.amazon.com/saml",
	},
	{
		name:     "GovCloud",
		make:     func(_ *testing.T, s *specimen) { s.partition("aws-us-gov") },
		acs:      "https://signin.amazonaws-us-gov.com/saml",
		audience: "urn:amazon:webservices:govcloud",
	},
	{
		name:     "China",
		make:     func(_ *testing.T, s *specimen) { s.partition("aws-cn") },
		acs:      "https://signin.amazonaws.cn/saml",
		audience: "urn:amazon:webservices:cn-north-1",
	},
	{name: "several roles, from which AWS lets the person choose", make: func(_ *testing.T, s *specimen) {
		s.connector.AWSChooser = true
		s.connector.Roles = append(s.connector.Roles, idp.Role{
			RoleARN:     "arn:aws:iam::444455556666:role/team/ReadOnly",
			ProviderARN: "arn:aws:iam::444455556666:saml-provider/Gatepost",
		})
	}},
	{name: "tags, a source identity and an end with the session", make: func(_ *testing.T, s *specimen) {
		s.connector.EndWithSession = true
		s.user.Attributes = map[string]string{"team": "Zoë 東京 Übung"}
		s.connector.Attributes = []idp.AttributeRule{
			{Name: "SourceIdentity", Value: "${user.email}"},
			{Name: "PrincipalTag:team", Value: "${user.attributes.team}"},
			{Name: "TransitiveTagKeys", Value: "team"},
		}
	}},
}
