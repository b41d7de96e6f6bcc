package sp

import (
	"encoding/pem"
	"os"
	"slices"
	"testing"

	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/saml/samltest"
	"github.com/gatepost/gatepost/itest/server"
)

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

const (
	signInAddress = "https://signin.aws.amazon.com/saml"

	attributeRole        = "https://aws.amazon.com/SAML/Attributes/Role"
	attributeSessionName = "https://aws.amazon.com/SAML/Attributes/RoleSessionName"

	pairA = "arn:aws:iam::111122223333:role/SAML-User,arn:aws:iam::111122223333:saml-provider/Gatepost"
)

func TestServiceProvidersOfOthersTakeTheServedResponseAndRefuseItWithOneByteChanged(t *testing.T) {
	gatepost := server.Demo(t)
	form := gatepost.SignIn(t, "alice@example.com").Launch(t, "aws-a")
	response := form.Fields.Get("SAMLResponse")
	metadata := gatepost.Metadata(t, "aws-a")
	metadataOfB := gatepost.Metadata(t, "aws-b")

	for _, judge := range Judges() {
		t.Run(judge.Name, func(t *testing.T) {
			c := Case{Metadata: metadata, ACS: signInAddress, Audience: signInAddress}
			verdict := judge.takesOnlyUnchanged(t, c, response, map[string]string{
				"one byte of the NameID changed":    tamper(t, response, inNameID),
				"one byte of an attribute changed":  tamper(t, response, inAttribute),
				"one byte of the signature changed": tamper(t, response, inSignature),
				"one byte of the issuer changed":    tamper(t, response, inIssuer),
			})
			if got := verdict.Attributes[attributeRole]; !slices.Equal(got, []string{pairA}) {
				t.Errorf("it reads the role %q", got)
			}
			if got := verdict.Attributes[attributeSessionName]; !slices.Equal(got, []string{"alice@example.com"}) {
				t.Errorf("it reads the session name %q", got)
			}

			c.Metadata = metadataOfB
			judge.refuses(t, c, "the metadata of another connector", response)
		})
	}
}

func TestServedDocumentsAreValidByTheSchemasAndVerifyWithTheServedCertificate(t *testing.T) {
	gatepost := server.Demo(t)
	alice := gatepost.SignIn(t, "alice@example.com")
	for _, slug := range []string{"aws-a", "aws-b"} {
		t.Run(slug, func(t *testing.T) {
			metadata := []byte(gatepost.Metadata(t, slug))
			response := decode(t, alice.Launch(t, slug).Fields.Get("SAMLResponse"))
			descriptor, err := saml.ReadMetadata(metadata)
			if err != nil {
				t.Fatal(err)
			}
			certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: descriptor.Certificates[0]})
			samltest.ValidateSchema(t, metadata, "metadata")
			samltest.ValidateSchema(t, response, "protocol")
			samltest.VerifyXMLSec(t, response, certificate)
		})
	}
}
