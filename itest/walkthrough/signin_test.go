package walkthrough

import (
	"encoding/pem"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/saml/samltest"
	"github.com/gatepost/gatepost/itest/server"
)

// person is somebody at the portal, signed in.
type person interface {
	// tiles are the labels of what the portal offers.
	tiles() []string
	// launch clicks a tile and returns the SAMLResponse that AWS gets.
	launch(label string) string
	// visit opens a path and returns the status of the answer.
	visit(path string) int
	// leave signs out.
	leave()
}

// door is what a person may open in AWS.
type door struct{ label, slug, provider, role, session string }

// peopleSignIn has each of the three do what the guide says under "Sign in".
func (in *installation) peopleSignIn(arrives func(email string) person) {
	in.Helper()
	a := door{"AWS A", "aws-a", "Gatepost", "SAML-User", ""}
	b := door{"AWS B", "aws-b", "Gatepost2", "SAML2-User", "SSO-User"}
	for _, who := range []struct {
		email  string
		tiles  []string
		opens  []door
		closed []string
	}{
		{alice, []string{"AWS A", "AWS B", "Wiki"}, []door{a, b}, nil},
		{bob, []string{"AWS A", "Wiki"}, []door{a}, []string{"/sso/aws-b"}},
		{carol, nil, nil, []string{"/sso/aws-a", "/sso/aws-b", "/sso/wiki"}},
	} {
		p := arrives(who.email)
		if tiles := p.tiles(); !slices.Equal(tiles, who.tiles) {
			in.Errorf("%s sees the tiles %q, not %q", who.email, tiles, who.tiles)
		}
		for _, d := range who.opens {
			if d.session == "" {
				d.session = who.email
			}
			in.accepts(p.launch(d.label), d)
		}
		for _, path := range who.closed {
			if status := p.visit(path); status != http.StatusForbidden {
				in.Errorf("%s answers %s %d", path, who.email, status)
			}
		}
		p.leave()
	}
}

// accepts has the response looked at by everybody who would: xmlsec1 with the
// certificate from the metadata as served, the judge of package awsfed, and STS.
func (in *installation) accepts(encoded string, d door) {
	in.Helper()
	document, err := saml.Decode(encoded)
	in.must(err)
	descriptor, err := saml.ReadMetadata([]byte(in.server.Metadata(in, d.slug)))
	in.must(err)
	if len(descriptor.Certificates) != 1 {
		in.Fatalf("the metadata has %d certificates", len(descriptor.Certificates))
	}
	samltest.VerifyXMLSec(in, document, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: descriptor.Certificates[0]}))
	response, err := saml.Read(document)
	in.must(err)
	in.must(awsfed.Judge(response, descriptor, time.Now()).Err())
	client := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: aws.String(in.moto)})
	iam := "arn:aws:iam::" + account + ":"
	answer, err := client.AssumeRoleWithSAML(in.Context(), &sts.AssumeRoleWithSAMLInput{
		PrincipalArn: aws.String(iam + "saml-provider/" + d.provider), RoleArn: aws.String(iam + "role/" + d.role), SAMLAssertion: &encoded,
	})
	in.must(err)
	want := "arn:aws:sts::" + account + ":assumed-role/" + d.role + "/" + d.session
	if got := aws.ToString(answer.AssumedRoleUser.Arn); got != want {
		in.Errorf("the role session is %q, want %q", got, want)
	}
}

func (in *installation) must(err error) {
	in.Helper()
	if err != nil {
		in.Fatal(err)
	}
}

// visitor is a person whose browser runs no scripts and shows no pictures.
type visitor struct {
	*installation
	*server.Person
}

func (in *installation) arrives(email string) person {
	in.Helper()
	return visitor{in, in.server.SignIn(in, email)}
}

var tileLabel = regexp.MustCompile(`(?s)<a [^>]*href="(/sso/[^"]+)".*?class="label"><bdi>([^<]+)<`)

func (v visitor) tiles() []string {
	v.Helper()
	var labels []string
	for _, found := range tileLabel.FindAllStringSubmatch(v.Get(v, "/").Body, -1) {
		labels = append(labels, found[2])
	}
	return labels
}

func (v visitor) launch(label string) string {
	v.Helper()
	for _, found := range tileLabel.FindAllStringSubmatch(v.Get(v, "/").Body, -1) {
		if found[2] == label {
			return v.Launch(v, strings.TrimPrefix(found[1], "/sso/")).Fields.Get("SAMLResponse")
		}
	}
	v.Fatalf("there is no tile %q", label)
	return ""
}

func (v visitor) visit(path string) int {
	v.Helper()
	return v.Get(v, path).Status
}

func (v visitor) leave() {
	v.Helper()
	v.Submit(v, server.Form{Action: "/signout"})
}
