package awsfed_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
)

// TestWhatIsConfiguredIsAccepted is the promise of the package: whatever
// connector is taken and whoever opens it, either the launch is refused with the
// reason, or the response is one that AWS accepts.
func TestWhatIsConfiguredIsAccepted(t *testing.T) {
	taken, refused, accepted := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		c, u := drawConnector(t), drawUser(t)
		if c.Validate() != nil || u.Validate() != nil || awsfed.CheckConnector(c) != nil {
			return
		}
		taken++
		l := launch(c)
		l.User = u
		l.Session.ExpiresAt = now.Add(rapid.SampledFrom([]time.Duration{time.Second, time.Hour}).Draw(t, "session"))
		if !c.AWSChooser {
			l.Roles = l.Roles[:1]
		}
		verdict, err := issue(l)
		var problems idp.Problems
		if errors.As(err, &problems) {
			refused++
			return
		}
		if err != nil {
			t.Fatalf("%v\n%+v\n%+v", err, c, u)
		}
		accepted++
		checkSessions(t, l, verdict.Sessions)
	})
	t.Logf("%d connectors taken, %d launches refused, %d accepted", taken, refused, accepted)
	if taken == 0 || refused == 0 || accepted == 0 {
		t.Errorf("the test says nothing: %d connectors taken, %d launches refused, %d accepted", taken, refused, accepted)
	}
}

// issue goes the way of a launch up to the key.
func issue(l awsfed.Launch) (awsfed.Verdict, error) {
	spec, err := awsfed.Compose(l)
	if err != nil {
		return awsfed.Verdict{}, err
	}
	var verdict awsfed.Verdict
	_, err = saml.Prepare(spec, saml.SigningOptions{Certificate: current().cert}, func(doc *saml.Document) error {
		verdict = awsfed.JudgePrepared(doc, l.Connector.EntityID, l.Now)
		return verdict.Err()
	})
	return verdict, err
}

// checkSessions: AWS opens the roles that were granted, and no other.
func checkSessions(t *rapid.T, l awsfed.Launch, sessions []awsfed.RoleSession) {
	if len(sessions) != len(l.Roles) {
		t.Fatalf("%d roles give %d sessions", len(l.Roles), len(sessions))
	}
	for i, s := range sessions {
		if s.RoleARN != l.Roles[i].RoleARN || s.ProviderARN != l.Roles[i].ProviderARN || s.NameID != l.User.NameID {
			t.Fatalf("role %+v gives session %+v", l.Roles[i], s)
		}
		if l.Connector.EndWithSession && now.Add(s.Duration).After(l.Session.ExpiresAt) {
			t.Fatalf("the role session outlives the session: %v", s.Duration)
		}
	}
}

func drawConnector(t *rapid.T) *idp.Connector {
	partition := rapid.SampledFrom([]string{"aws", "aws-cn", "aws-us-gov"}).Draw(t, "partition")
	regions := map[string]string{"aws": "eu-central-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
	c := connector()
	c.Partition = partition
	c.Region = rapid.SampledFrom([]string{"", regions[partition]}).Draw(t, "region")
	c.AWSChooser = rapid.Bool().Draw(t, "chooser")
	c.EndWithSession = rapid.Bool().Draw(t, "end with session")
	c.SessionDuration = rapid.SampledFrom([]time.Duration{0, 15 * time.Minute, time.Hour, 12 * time.Hour}).Draw(t, "duration")
	c.Roles, c.Attributes = nil, nil
	for i := range rapid.IntRange(1, 3).Draw(t, "roles") {
		name := rapid.StringMatching(`([!-+\-.0-~]{1,9}/){0,2}[\w+=.@-]{1,60}`).Draw(t, "role")
		c.Roles = append(c.Roles, idp.Role{
			RoleARN:     fmt.Sprintf("arn:%s:iam::00000000000%d:role/%s", partition, i, name),
			ProviderARN: fmt.Sprintf("arn:%s:iam::00000000000%d:saml-provider/Gatepost", partition, i),
		})
	}
	// Distinct names, so that a fair part of the connectors is taken.
	names := rapid.SampledFrom([]string{"RoleSessionName", "SourceIdentity", "PrincipalTag:a", "PrincipalTag:b", "PrincipalTag:B", "TransitiveTagKeys"})
	for _, name := range rapid.SliceOfNDistinct(names, 0, 4, rapid.ID).Draw(t, "names") {
		c.Attributes = append(c.Attributes, drawRule(t, name))
	}
	return c
}

// drawRule draws values of which most are taken for the name; a few are
// anything.
func drawRule(t *rapid.T, name string) idp.AttributeRule {
	values := []string{"${user.email}", "${user.id}", "${user.name}", "x-${user.attributes.x}", "${user.attributes.x}", "SSO-User", "aws:a", "*"}
	if name == "TransitiveTagKeys" {
		values = []string{"a", "A", "b"}
	}
	value := rapid.SampledFrom(values).Draw(t, "value")
	if rapid.IntRange(0, 9).Draw(t, "wild") == 9 {
		value = rapid.String().Draw(t, "wild value")
		name += rapid.String().Draw(t, "wild name")
	}
	return idp.AttributeRule{Name: name, Value: value}
}

// visible draws the text that the domain takes for names and attributes.
func visible() *rapid.Generator[string] {
	return rapid.StringOf(rapid.RuneFrom(nil, unicode.L, unicode.N, unicode.P, unicode.S, unicode.Zs))
}

func drawUser(t *rapid.T) *idp.User {
	u := user()
	u.Email = rapid.StringMatching(`[a-z0-9._-]{1,20}['!a-z]{0,2}@([a-z]{1,20}\.){1,2}com`).Draw(t, "email")
	u.Name = rapid.OneOf(rapid.Just("Alice"), visible()).Draw(t, "name")
	u.Attributes = nil
	if rapid.Bool().Draw(t, "has attribute") {
		sample := rapid.SampledFrom([]string{"Blå 7", "", "aws:x", strings.Repeat("x", 256)})
		u.Attributes = map[string]string{"x": rapid.OneOf(sample, visible()).Draw(t, "attribute")}
	}
	return u
}
