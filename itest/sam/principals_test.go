package sam_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/sam/policy"
	"github.com/gatepost/gatepost/itest/sam/template"
)

// principal is a role of the template that stands for an administrator role.
type principal struct {
	id        string // of the resource
	parameter string // who may assume it
	stands    idp.AdminRole
}

var principals = []principal{
	{"ViewerRole", "ViewerPrincipals", idp.AdminViewer},
	{"HelpdeskRole", "HelpdeskPrincipals", idp.AdminHelpdesk},
	{"ConnectorAdminRole", "ConnectorAdminPrincipals", idp.AdminConnectors},
	{"OwnerRole", "OwnerPrincipals", idp.AdminOwner},
}

// tokenRoute is all that such a role may call.
const tokenRoute = "arn:aws:execute-api:eu-central-1:111122223333:gatepost-HttpApi/$default/POST/iam/token"

// principalComplaints look at the stack with somebody for one of the roles, for
// all, and for none.
func principalComplaints(read *template.Template) []string {
	var c complaint
	c.principals(read)
	c.principals(read, principals...)
	for _, p := range principals {
		c.principals(read, p)
	}
	return c.list
}

// principals looks at the stack in which these roles have somebody to assume them.
func (c *complaint) principals(read *template.Template, made ...principal) {
	parameters := map[string]any{}
	for i, p := range made {
		parameters[p.parameter] = strings.Join(trusted(i), ",")
	}
	s := c.stackOf(read, parameters)
	if s == nil {
		return
	}
	var ids, told []string
	for i, p := range made {
		ids = append(ids, p.id)
		told = append(told, string(p.stands)+"=arn:aws:iam::111122223333:role/gatepost-"+string(p.stands))
		c.principal(s, p, trusted(i))
	}
	all, err := s.Resources("AWS::IAM::Role")
	c.failed(err)
	var got []string
	for _, r := range all {
		if !slices.ContainsFunc(functions, func(f function) bool { return f.role == r.ID }) {
			got = append(got, r.ID)
		}
	}
	c.same("the roles that administrators assume", got, ids)
	r, err := s.Resource("AdminFunction")
	var f properties
	if !c.failed(err) && !c.failed(template.Into(r.Properties, &f)) {
		c.same("what admin is told of them", strings.FieldsFunc(fmt.Sprint(f.Environment.Variables[adminRoles]), isComma), told)
	}
}

func isComma(r rune) bool { return r == ',' }

// trusted are different principals for each role.
func trusted(i int) []string {
	account := fmt.Sprintf("arn:aws:iam::%012d:", 444455556660+i)
	return []string{account + "root", account + "role/deploy"}
}

// principal looks at one role: who may assume it, and that it opens one route.
func (c *complaint) principal(s *template.Stack, p principal, who []string) {
	r, err := s.Resource(p.id)
	if c.failed(err) {
		return
	}
	c.same("what "+p.id+" has", slices.Collect(maps.Keys(r.Properties)), []string{"RoleName", "MaxSessionDuration", "AssumeRolePolicyDocument", "Policies"})
	if r.Properties["RoleName"] != "gatepost-"+string(p.stands) || r.Properties["MaxSessionDuration"] != 3600 {
		c.add("%s is called %v and lasts %v s", p.id, r.Properties["RoleName"], r.Properties["MaxSessionDuration"])
	}
	trust, err := policy.Read(r.Properties["AssumeRolePolicyDocument"])
	c.failed(err)
	// A condition, of the session's name say, would decide what the role alone is to.
	if len(trust) != 1 || !trust[0].Allow || len(trust[0].Conditions) > 0 {
		c.add("%s trusts %+v", p.id, trust)
		return
	}
	c.same("who may assume "+p.id, trust[0].Principals, who)
	c.same("how "+p.id+" is assumed", trust[0].Actions, []string{"sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"})
	statements, err := policy.OfRole(s, p.id)
	c.failed(err)
	var got []string
	for _, statement := range statements {
		for _, action := range statement.Actions {
			got = append(got, grantTexts(action, statement)...)
		}
	}
	c.same("what "+p.id+" may do", got, []string{"execute-api:Invoke on " + tokenRoute})
}

func TestAPrincipalIsNamedInFull(t *testing.T) {
	for _, p := range principals {
		declared, _ := defaults(t).Section("Parameters")[p.parameter].(map[string]any)
		pattern, err := regexp.Compile(fmt.Sprintf("^(?:%v)$", declared["AllowedPattern"])) // CloudFormation matches all of a value
		if err != nil {
			t.Fatal(err)
		}
		for text, taken := range map[string]bool{
			"":                                      true,
			"arn:aws:iam::444455556666:root":        true,
			"arn:aws:iam::444455556666:role/deploy": true,
			"arn:aws:iam::444455556666:role/ci/deploy-1":   true,
			"arn:aws:iam::444455556666:user/alice":         true,
			"arn:aws-us-gov:iam::444455556666:role/deploy": true,
			"*":                                      false,
			"444455556666":                           false,
			"arn:aws:iam::*:root":                    false,
			"arn:aws:iam::444455556666:*":            false,
			"arn:aws:iam::444455556666:role/*":       false,
			"arn:aws:iam::444455556666:group/admins": false,
			"arn:aws:sts::444455556666:assumed-role/deploy/me": false,
			"arn:aws:iam::4444:root":                           false,
		} {
			if pattern.MatchString(text) != taken {
				t.Errorf("%s takes %q: %t", p.parameter, text, !taken)
			}
		}
	}
}
