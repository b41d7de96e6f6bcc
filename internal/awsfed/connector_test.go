package awsfed_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
)

func TestConnectorIsTaken(t *testing.T) {
	tests := []struct {
		name   string
		change func(*idp.Connector)
	}{
		{"with every kind of rule", func(*idp.Connector) {}},
		{"as a draft without roles and rules", func(c *idp.Connector) { c.Roles, c.Attributes = nil, nil }},
		{"with a region of its partition", func(c *idp.Connector) { c.Region = "eu-central-1" }},
		{"with a constant session name", func(c *idp.Connector) { c.Attributes[0].Value = "SSO-User" }},
		{"with full names of its partition", func(c *idp.Connector) { c.Attributes[2].Name = prefix + "PrincipalTag:team" }},
		{"without a session duration", func(c *idp.Connector) { c.SessionDuration = 0 }},
		{"with the shortest session duration", func(c *idp.Connector) { c.SessionDuration = 900 * time.Second }},
		{"with the longest session duration", func(c *idp.Connector) { c.SessionDuration = 43200 * time.Second }},
		{"with roles in two accounts", func(c *idp.Connector) {
			c.Roles = append(c.Roles, idp.Role{RoleARN: "arn:aws:iam::444455556666:role/SAML-User", ProviderARN: "arn:aws:iam::444455556666:saml-provider/Gatepost"})
		}},
		{"with 50 tags", func(c *idp.Connector) { c.Attributes = tagRules(50) }},
		{"with a tag key of 128 characters", func(c *idp.Connector) { c.Attributes[3].Name = "PrincipalTag:" + strings.Repeat("é", 128) }},
		{"with a tag value of 256 characters", func(c *idp.Connector) { c.Attributes[3].Value = strings.Repeat("é", 256) }},
		{"with relay states of its console", func(c *idp.Connector) {
			c.RelayState, c.RelayStates = "https://console.aws.amazon.com/", []string{"https://eu-west-1.console.aws.amazon.com/ec2/"}
		}},
		{"as a bookmark, whatever it holds", func(c *idp.Connector) { c.Kind, c.Partition = idp.KindBookmark, "" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := connector()
			// Transitive keys have tests of their own below.
			c.Attributes = c.Attributes[:4]
			tt.change(c)
			must(t, awsfed.CheckConnector(c))
		})
	}
}

func tagRules(n int) []idp.AttributeRule {
	var rules []idp.AttributeRule
	for i := range n {
		rules = append(rules, idp.AttributeRule{Name: fmt.Sprintf("PrincipalTag:k%d", i), Value: "v"})
	}
	return rules
}

func manyRoles(n int) []idp.Role {
	var roles []idp.Role
	for i := range n {
		roles = append(roles, idp.Role{RoleARN: fmt.Sprintf("%s-%03d", roleARN, i), ProviderARN: providerARN})
	}
	return roles
}

func TestConnectorIsRefused(t *testing.T) {
	rule := func(name, value string) func(*idp.Connector) {
		return func(c *idp.Connector) {
			c.Attributes = append(c.Attributes, idp.AttributeRule{Name: name, Value: value})
		}
	}
	only := func(name, value string) func(*idp.Connector) {
		return func(c *idp.Connector) { c.Attributes = []idp.AttributeRule{{Name: name, Value: value}} }
	}
	tests := []struct {
		name       string
		change     func(*idp.Connector)
		field, why string
	}{
		{"with an unknown partition", func(c *idp.Connector) { c.Partition = "aws-eusc" }, "partition", "use aws, aws-cn or aws-us-gov"},
		{"with a region of another partition", func(c *idp.Connector) { c.Region = "cn-north-1" }, "region", "is not the name of a region of partition aws"},
		{"with the placeholder of the account", func(c *idp.Connector) { c.Roles[0].RoleARN = "arn:aws:iam::YOUR_AWS_ACCOUNT_NUMBER:role/SAML-User" }, "roles[0].role_arn", "12-digit number of your AWS account"},
		{"with a provider of another account", func(c *idp.Connector) { c.Roles[0].ProviderARN = "arn:aws:iam::444455556666:saml-provider/Gatepost" }, "roles[0].provider_arn", "its own account"},
		{"with a role of another partition", func(c *idp.Connector) { c.Partition = "aws-us-gov" }, "roles[0].role_arn", "is of partition aws and the connector of aws-us-gov"},
		{"with a role twice", func(c *idp.Connector) { c.Roles = append(c.Roles, c.Roles[0]) }, "roles[1].role_arn", "is the same role as roles[0]"},
		{"with a rule of an unknown name", rule("Rolesessionname", "x"), "attributes[6].name", "case-sensitive"},
		{"with a rule of a full name that AWS does not read", rule(prefix+"Email", "x"), "attributes[6].name", "case-sensitive"},
		{"with a rule named as in China", rule("http://www.amazonaws.cn/SAML/Attributes/RoleSessionName", "x"), "attributes[6].name", "is spelled as in partition aws-cn"},
		{"with a rule for Role", rule("Role", roleARN+","+providerARN), "attributes[6].name", "connector's roles"},
		{"with a rule for SessionDuration", rule("SessionDuration", "3600"), "attributes[6].name", "session_duration"},
		{"with two session names", rule("RoleSessionName", "SSO-User"), "attributes[6].name", "attributes[0] already"},
		{"with two session names, one by its full name", rule(prefix+"RoleSessionName", "SSO-User"), "attributes[6].name", "attributes[0] already"},
		{"with two source identities", rule("SourceIdentity", "alice"), "attributes[6].name", "attributes[1] already"},
		{"with a tag twice", rule("PrincipalTag:team", "x"), "attributes[6].name", "attributes[2] already"},
		{"with a tag twice in other letter case", rule("PrincipalTag:TEAM", "x"), "attributes[6].name", "attributes[2] already"},
		{"with a tag twice in letters that fold", rule("PrincipalTag:\u017ftage", "x"), "attributes[6].name", "attributes[3] already"},
		{"with a transitive key twice", rule("TransitiveTagKeys", "Team"), "attributes[6].value", "attributes[4] already"},
		{"with 51 tags", func(c *idp.Connector) { c.Attributes = tagRules(51) }, "attributes", "at most 50"},
		{"with a tag without a key", rule("PrincipalTag:", "x"), "attributes[6].name", "without a character"},
		{"with a tag key of 129 characters", rule("PrincipalTag:"+strings.Repeat("k", 129), "x"), "attributes[6].name", "129 characters"},
		{"with a tag key that AWS keeps for itself", rule("PrincipalTag:aWs:team", "x"), "attributes[6].name", "begins with aws:"},
		{"with a tag key of other characters", rule("PrincipalTag:a*b", "x"), "attributes[6].name", "does not take"},
		{"with a transitive key without its tag", rule("TransitiveTagKeys", "cost"), "attributes[6].value", "without its tag"},
		{"with a template as transitive key", rule("TransitiveTagKeys", "${user.name}"), "attributes[6].value", "is a template"},
		{"with a session name of one character", only("RoleSessionName", "a"), "attributes[0].value", "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"},
		{"with a session name of 65 characters", only("RoleSessionName", strings.Repeat("a", 65)), "attributes[0].value", "must match"},
		{"with a session name with a space", only("RoleSessionName", "SSO User"), "attributes[0].value", "must match"},
		{"with a source identity of AWS's own", only("SourceIdentity", "aws:alice"), "attributes[0].value", `Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"`},
		{"with a tag value of 257 characters", only("PrincipalTag:k", strings.Repeat("v", 257)), "attributes[0].value", "257 characters"},
		{"with a tag value of other characters", only("PrincipalTag:k", "a;b"), "attributes[0].value", "does not take"},
		{"with a tag value that AWS keeps for itself", only("PrincipalTag:k", "AWS:b"), "attributes[0].value", "begins with aws:"},
		{"with a session duration of 899 s", func(c *idp.Connector) { c.SessionDuration = 899 * time.Second }, "session_duration", "from 15m to 12h"},
		{"with a session duration of 43201 s", func(c *idp.Connector) { c.SessionDuration = 43201 * time.Second }, "session_duration", "from 15m to 12h"},
		{"with a negative session duration", func(c *idp.Connector) { c.SessionDuration = -time.Hour }, "session_duration", "from 15m to 12h"},
		{"with a part of a second in the session duration", func(c *idp.Connector) { c.SessionDuration = time.Hour + time.Millisecond }, "session_duration", "whole seconds"},
		{"with a relay state elsewhere", func(c *idp.Connector) { c.RelayState = "https://evil.example/" }, "relay_state", "is not a page of"},
		{"with a relay state of another partition", func(c *idp.Connector) {
			c.RelayStates = []string{"https://console.aws.amazon.com/", "https://console.amazonaws.cn/"}
		}, "relay_states[1]", "is not a page of"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := connector()
			tt.change(c)
			wantProblem(t, awsfed.CheckConnector(c), tt.field, tt.why)
		})
	}
}

func TestActivationDemandsARole(t *testing.T) {
	c := connector()
	must(t, awsfed.CheckComplete(c))
	c.Attributes = nil
	must(t, awsfed.CheckComplete(c)) // the session name is then the email
	c.Roles = nil
	wantProblem(t, awsfed.CheckComplete(c), "roles", "add at least one role")
	c.Kind = idp.KindBookmark
	must(t, awsfed.CheckComplete(c))
	c = connector()
	c.Region = "x"
	wantProblem(t, awsfed.CheckComplete(c), "region", "is not the name")
}

func TestNormalizeRules(t *testing.T) {
	c := connector()
	c.Attributes = []idp.AttributeRule{
		{Name: prefix + "RoleSessionName", Value: "a"},
		{Name: prefix + "PrincipalTag:team", Value: "b"},
		{Name: "SourceIdentity", Value: "c"},
		{Name: "http://www.amazonaws.cn/SAML/Attributes/SourceIdentity", Value: "d"},
	}
	before := c.Attributes
	awsfed.NormalizeRules(c)
	want := []string{"RoleSessionName", "PrincipalTag:team", "SourceIdentity", "http://www.amazonaws.cn/SAML/Attributes/SourceIdentity"}
	for i, rule := range c.Attributes {
		if rule.Name != want[i] || rule.Value != before[i].Value {
			t.Errorf("rule %d is %+v, want the name %q", i, rule, want[i])
		}
	}
	if before[0].Name != prefix+"RoleSessionName" {
		t.Error("the caller's rules were changed in place")
	}
	c.Partition = "aws-cn"
	awsfed.NormalizeRules(c)
	if got := c.Attributes[3].Name; got != "SourceIdentity" {
		t.Errorf("China's full name becomes %q", got)
	}
}

// templateTags are rules whose values AWS may not take together.
func templateTags(n int) []idp.AttributeRule {
	rules := tagRules(n)
	for i := range rules {
		rules[i].Value = fmt.Sprintf("${user.attributes.a%d}", i)
	}
	return rules
}

func TestWarnings(t *testing.T) {
	tests := []struct {
		name   string
		change func(*idp.Connector)
		fields string
		why    string
	}{
		{"say nothing of a plain connector", func(*idp.Connector) {}, "", ""},
		{"tell that a constant session name blinds CloudTrail", func(c *idp.Connector) {
			c.Attributes = []idp.AttributeRule{{Name: "RoleSessionName", Value: "SSO-User"}}
		}, "attributes[0].value", "CloudTrail cannot tell people apart"},
		{"tell that names make poor session names", func(c *idp.Connector) {
			c.Attributes = []idp.AttributeRule{{Name: "RoleSessionName", Value: "${user.name}"}}
		}, "attributes[0].value", "has a space"},
		{"tell what a source identity needs", func(c *idp.Connector) {
			c.Attributes = []idp.AttributeRule{{Name: "SourceIdentity", Value: "${user.id}"}}
		}, "attributes[0]", "sts:SetSourceIdentity"},
		{"tell that an entity ID should be a URI", func(c *idp.Connector) { c.EntityID = "JumpCloud" }, "entity_id", "SAML asks for a URI"},
		{"say nothing of a URN as entity ID", func(c *idp.Connector) { c.EntityID = "urn:example:idp" }, "", ""},
		{"tell once what tags need", func(c *idp.Connector) { c.Attributes = tagRules(3) }, "attributes", "sts:TagSession"},
		{"tell the text that people meet when a session is too long", func(c *idp.Connector) { c.SessionDuration = 2 * time.Hour }, "session_duration", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.”, documented as “Requested DurationSeconds exceeds MaxSessionDuration set for this role.”"},
		{"tell that tags of people can be too much for a session token", func(c *idp.Connector) { c.Attributes = templateTags(10) }, "attributes attributes", "larger than the 4096 bytes that AWS takes: about 4"},
		{"tell what weighs most in a token", func(c *idp.Connector) {
			c.Attributes = append(tagRules(12), idp.AttributeRule{Name: "PrincipalTag:story", Value: strings.Repeat("s", 250)}, idp.AttributeRule{Name: "TransitiveTagKeys", Value: "story"})
			for i := range 12 {
				c.Attributes[i].Value = strings.Repeat("v", 190)
			}
		}, "attributes attributes", "of which PrincipalTag:story (263 bytes), "},
		{"say nothing of five tags of people", func(c *idp.Connector) { c.Attributes = templateTags(5) }, "attributes", "sts:TagSession"},
		{"tell what long sessions need", func(c *idp.Connector) { c.SessionDuration = time.Hour + time.Second }, "session_duration", "MaxSessionDuration"},
		{"tell that AWS's chooser cannot take so many roles", func(c *idp.Connector) { c.AWSChooser, c.Roles = true, manyRoles(500) }, "aws_chooser", "100,000 characters"},
		{"say nothing of as many roles without AWS's chooser", func(c *idp.Connector) { c.Roles = manyRoles(500) }, "", ""},
		{"say nothing of bookmarks", func(c *idp.Connector) { c.Kind, c.SessionDuration = idp.KindBookmark, 2*time.Hour }, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := connector()
			c.Attributes, c.SessionDuration = nil, time.Hour
			tt.change(c)
			var fields []string
			warnings := awsfed.Warnings(c)
			for _, w := range warnings {
				fields = append(fields, w.Field)
			}
			if got := strings.Join(fields, " "); got != tt.fields || !strings.Contains(warnings.Error(), tt.why) {
				t.Errorf("got %v", warnings)
			}
		})
	}
}
