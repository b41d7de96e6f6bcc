package sp

import (
	"encoding/pem"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/saml/samltest"
)

// variants are what connectors can ask for beyond the demo's two.
var variants = []struct {
	name string
	make func(t *testing.T, s *specimen)
}{
	{"the response element signed too", func(_ *testing.T, s *specimen) {
		s.connector.SignResponse = true
	}},
	{"a next certificate published beside the one in use", func(t *testing.T, s *specimen) {
		_, next := newKey(t)
		s.published = append(s.published, next)
	}},
	{"the second of the published certificates in use", func(t *testing.T, s *specimen) {
		s.key, s.signing = newKey(t)
		s.published = append(s.published, s.signing)
	}},
	{"a region's sign-in address", func(_ *testing.T, s *specimen) {
		s.connector.Region = "eu-west-1"
	}},
	{"us-east-1, whose address has no region code", func(_ *testing.T, s *specimen) {
		s.connector.Region = "us-east-1"
	}},
	{"an entity ID that is a URN", func(_ *testing.T, s *specimen) {
		s.connector.EntityID = "urn:example:idp"
	}},
	{"an entity ID that is a plain word", func(_ *testing.T, s *specimen) {
		s.connector.EntityID = "JumpCloud"
	}},
	{"GovCloud", func(_ *testing.T, s *specimen) {
		s.partition("aws-us-gov")
	}},
	{"China", func(_ *testing.T, s *specimen) {
		s.partition("aws-cn")
	}},
	{"several roles, of which AWS lets the person choose one", func(_ *testing.T, s *specimen) {
		s.connector.AWSChooser = true
		s.connector.Roles = append(s.connector.Roles, idp.Role{
			RoleARN:     "arn:aws:iam::444455556666:role/team/ReadOnly",
			ProviderARN: "arn:aws:iam::444455556666:saml-provider/Gatepost",
		})
	}},
	{"tags, a source identity and an end with the session", func(_ *testing.T, s *specimen) {
		s.connector.EndWithSession = true
		s.user.Attributes = map[string]string{"team": "Zoë 東京 Übung"}
		s.connector.Attributes = []idp.AttributeRule{
			{Name: "SourceIdentity", Value: "${user.email}"},
			{Name: "PrincipalTag:team", Value: "${user.attributes.team}"},
			{Name: "TransitiveTagKeys", Value: "team"},
		}
	}},
}

func TestServiceProvidersOfOthersTakeEachVariantAndRefuseItWithOneByteChanged(t *testing.T) {
	for _, variant := range variants {
		s := newSpecimen(t)
		variant.make(t, s)
		spec := s.compose(t)
		response := s.sign(t, spec)
		c := Case{
			Metadata:       s.metadata(t),
			ACS:            spec.Destination,
			Audience:       spec.Audiences[0],
			ResponseSigned: s.connector.SignResponse,
		}
		for _, judge := range Judges() {
			t.Run(variant.name+"/"+judge.Name, func(t *testing.T) {
				changed := map[string]string{
					"one byte of the NameID changed":    tamper(t, response, inNameID),
					"one byte of the signature changed": tamper(t, response, inSignature),
				}
				if s.connector.SignResponse && !judge.AssertionOnly {
					changed["one byte outside of the assertion changed"] = tamper(t, response, inResponseID)
				}
				reads(t, spec, judge.takesOnlyUnchanged(t, c, response, changed))
			})
		}
		t.Run(variant.name+"/xmlsec1 and the schemas", func(t *testing.T) {
			certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.signing.Raw})
			samltest.ValidateSchema(t, []byte(c.Metadata), "metadata")
			samltest.ValidateSchema(t, decode(t, response), "protocol")
			samltest.VerifyXMLSec(t, decode(t, response), certificate)
		})
	}
}

// awkward are values that careless writing or reading of XML changes. AWS takes
// few of them; the core must carry what XML can carry, or refuse it.
var awkward = []string{
	`a & b <c> "d" 'e' ]]> f`,
	"tab\there",
	"line\nfeed",
	"carriage\rreturn",
	"both\r\nof them",
	"next\u0085line and line\u2028separator",
	"two  blanks   within",
	"é e\u0301 不 𝔤",
	"<!-- no comment -->",
	"&amp; &#13; &lt;",
}

func TestServiceProvidersOfOthersReadAwkwardValuesUnchangedOrRefuseThem(t *testing.T) {
	s := newSpecimen(t)
	spec := s.compose(t)
	c := Case{Metadata: s.metadata(t), ACS: spec.Destination, Audience: spec.Audiences[0]}
	attributes := spec.Attributes
	for _, value := range awkward {
		spec.Attributes = append(attributes[:len(attributes):len(attributes)], saml.Attribute{Name: "awkward", Values: []string{value}})
		c.Responses = append(c.Responses, s.sign(t, spec))
	}
	for _, judge := range Judges() {
		t.Run(judge.Name, func(t *testing.T) {
			for i, verdict := range judge.Hear(t, c) {
				value := awkward[i]
				switch {
				case strings.ContainsAny(value, judge.Fears):
					// Whether it refuses is its own affair; that it reads another value is ours.
					if verdict.Accepted && verdict.Attributes["awkward"][0] != value {
						t.Errorf("it reads %q as %q", value, verdict.Attributes["awkward"])
					}
				case !verdict.Accepted:
					t.Errorf("it refuses the response with %q: %s", value, verdict.Reason)
				case verdict.Attributes["awkward"][0] != judge.manner(value):
					t.Errorf("it reads %q as %q", value, verdict.Attributes["awkward"])
				}
			}
		})
	}
}

func TestServiceProvidersOfOthersRefuseAnotherAudience(t *testing.T) {
	s := newSpecimen(t)
	spec := s.compose(t)
	response := s.sign(t, spec)
	c := Case{Metadata: s.metadata(t), ACS: spec.Destination, Audience: "https://another.example.com"}
	for _, judge := range Judges() {
		if judge.NoAudience {
			continue
		}
		t.Run(judge.Name, func(t *testing.T) {
			judge.refuses(t, c, "another audience", response)
		})
	}
}

func TestServiceProvidersOfOthersRefuseALateResponse(t *testing.T) {
	s := newSpecimen(t)
	spec := s.compose(t)
	late := spec
	late.NotBefore = spec.NotBefore.Add(-time.Hour)
	late.NotOnOrAfter = spec.NotOnOrAfter.Add(-time.Hour)
	c := Case{Metadata: s.metadata(t), ACS: spec.Destination, Audience: spec.Audiences[0]}
	for _, judge := range Judges() {
		t.Run(judge.Name, func(t *testing.T) {
			judge.takesOnlyUnchanged(t, c, s.sign(t, spec), map[string]string{"an end in the past": s.sign(t, late)})
		})
	}
}

// reads demands that the verdict holds the very values of the statement.
func reads(t *testing.T, spec saml.Response, verdict Verdict) {
	t.Helper()
	if verdict.NameID != spec.NameID {
		t.Errorf("it reads the NameID %q, it is %q", verdict.NameID, spec.NameID)
	}
	for _, attribute := range spec.Attributes {
		got := verdict.Attributes[attribute.Name]
		if !slices.Equal(got, attribute.Values) {
			t.Errorf("it reads %s as %q, it is %q", attribute.Name, got, attribute.Values)
		}
	}
}

var commercial = regexp.MustCompile(`^arn:aws:`)

// partition moves the specimen into another partition of AWS.
func (s *specimen) partition(name string) {
	s.connector.Partition = name
	for i, role := range s.connector.Roles {
		s.connector.Roles[i].RoleARN = commercial.ReplaceAllString(role.RoleARN, "arn:"+name+":")
		s.connector.Roles[i].ProviderARN = commercial.ReplaceAllString(role.ProviderARN, "arn:"+name+":")
	}
}
