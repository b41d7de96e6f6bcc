package plan_test

import (
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/plan"
)

func TestAMatrixSpellsConnectors(t *testing.T) {
	const head = "version: 1\nmatrix:\n- accounts: {prod: 111122223333, dev: 044455556666}\n"
	cases := []struct{ name, file, want string }{
		{"one for each account", head + `  roles:
    Admin: [admins]
    Read: { groups: [admins, "{account}-{role}"], accounts: [dev] }
  connector:
    slug: a-{account}
    description: Account {id}
    attributes: [{name: SourceIdentity, value: "${user.id}"}, {name: PrincipalTag:stage, value: "{account}"}]
`, `a-dev "Account 044455556666" SourceIdentity=${user.id} PrincipalTag:stage=dev groups admins dev-Read
  arn:aws:iam::044455556666:role/Admin arn:aws:iam::044455556666:saml-provider/Gatepost admins
  arn:aws:iam::044455556666:role/Read arn:aws:iam::044455556666:saml-provider/Gatepost admins dev-Read
a-prod "Account 111122223333" SourceIdentity=${user.id} PrincipalTag:stage=prod groups admins
  arn:aws:iam::111122223333:role/Admin arn:aws:iam::111122223333:saml-provider/Gatepost admins
`},
		{"one for all accounts", head + `  roles: {"{account}-Admin": ["{account}-admins"]}
  provider_arn: arn:{partition}:iam::{id}:saml-provider/{account}
  connector: {slug: all, description: "In {partition}", attributes: [{name: RoleSessionName, value: "${user.email}"}]}
`, `all "In aws" RoleSessionName=${user.email} groups dev-admins prod-admins
  arn:aws:iam::111122223333:role/prod-Admin arn:aws:iam::111122223333:saml-provider/prod prod-admins
  arn:aws:iam::044455556666:role/dev-Admin arn:aws:iam::044455556666:saml-provider/dev dev-admins
`},
		{"another partition and another form of ARN", `version: 1
matrix:
- accounts: {cn: "111122223333"}
  roles: {Admin: [a]}
  role_arn: arn:{partition}:iam::{id}:role/path/{role}
  connector: {slug: "{account}", partition: aws-cn, description: x, attributes: [{name: RoleSessionName, value: xx}]}
`, `cn "x" RoleSessionName=xx groups a
  arn:aws-cn:iam::111122223333:role/path/Admin arn:aws-cn:iam::111122223333:saml-provider/Gatepost a
`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := spelled(read(t, c.file))
			if got != c.want {
				t.Errorf("spells\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func spelled(f *plan.File) string {
	var b strings.Builder
	for _, c := range f.Connectors {
		b.WriteString(c.Slug + " \"" + c.Description + "\"")
		for _, rule := range c.Attributes {
			b.WriteString(" " + rule.Name + "=" + rule.Value)
		}
		b.WriteString(" groups " + strings.Join(c.Groups, " ") + "\n")
		for _, role := range c.Roles {
			b.WriteString("  " + role.RoleARN + " " + role.ProviderARN + " " + strings.Join(role.Groups, " ") + "\n")
		}
	}
	return b.String()
}

func TestAMatrixTellsWhatIsWrong(t *testing.T) {
	const accounts = "version: 1\nmatrix:\n- accounts: {a: 111122223333, b: 444455556666}\n"
	cases := []struct{ name, file, want string }{
		{"no account", "version: 1\nmatrix:\n- roles: {A: [g]}\n  connector: {slug: x}\n", "matrix[0].accounts: names no account (line 3)"},
		{"no role", accounts + "  connector: {slug: x}\n", "matrix[0].roles: names no role (line 3)"},
		{"an account that is no number", "version: 1\nmatrix:\n- accounts: {a: 1111-2222-3333}\n  roles: {A: [g]}\n  connector: {slug: x}\n", `matrix[0].accounts["a"] "1111-2222-3333": is not the number of an AWS account (line 3)`},
		{"an account twice", "version: 1\nmatrix:\n- accounts: {a: 111122223333, a: 111122223333}\n  roles: {A: [g]}\n  connector: {slug: x}\n", `matrix[0].accounts["a"]: is there already, in line 3`},
		{"a role for nobody", accounts + "  roles: {A: []}\n  connector: {slug: x}\n", `matrix[0].roles["A"]: names no group (line 4)`},
		{"a role for one group without a list", accounts + "  roles: {A: g}\n  connector: {slug: x}\n", `matrix[0].roles["A"] "g": is text where a list is wanted (line 4)`},
		{"a role in an account that is not there", accounts + "  roles: {A: {groups: [g], accounts: [c]}}\n  connector: {slug: x}\n", `matrix[0].roles["A"].accounts[0] "c": is not an account of this matrix (line 4)`},
		{"an unknown placeholder", accounts + "  roles: {A: [g]}\n  connector: {slug: \"a-{acount}\"}\n", `matrix[0].connector.slug "a-{acount}": has an unknown placeholder {acount} (line 5)`},
		{"a brace alone", accounts + "  roles: {A: [\"{account\"]}\n  connector: {slug: x}\n", `matrix[0].roles["A"] "{account": has a { without its } (line 4)`},
		{"an account's name where there are many", accounts + "  roles: {A: [g]}\n  connector: {slug: x, label: \"AWS {account}\"}\n", `has an unknown placeholder {account} (line 5); use {partition} alone`},
		{"roles of its connector", accounts + "  roles: {A: [g]}\n  connector: {slug: x, roles: [], groups: []}\n", `matrix[0].connector.roles: is not for a matrix`},
		{"no slug", accounts + "  roles: {A: [g]}\n  connector: {label: x}\n", `matrix[0].connector.slug: is missing, in connector ""`},
		{"a slug that many would have", "version: 1\nconnectors: [{slug: x}]\nmatrix:\n- accounts: {a: 111122223333}\n  roles: {A: [g]}\n  connector: {slug: x}\n", `matrix[0].connector.slug "x": is there already, in line 2, in connector "x"`},
		{"a name that cannot be in a slug", "version: 1\nmatrix:\n- accounts: {Prod: 111122223333}\n  roles: {A: [g]}\n  connector: {slug: \"{account}\"}\n", `matrix[0].connector.slug "Prod": is not a slug, in connector "Prod" (line 5)`},
		{"one fault of many connectors, told once", accounts + "  roles: {A: [g]}\n  connector: {slug: \"x-{account}\", session_duration: 20h}\n", `matrix[0].connector.session_duration "20h0m0s": is not a duration that AWS takes for a role session, in connector "x-a" and 1 more (line 5)`},
		{"a role that AWS cannot have", accounts + "  roles: {\"A B\": [g]}\n  connector: {slug: x}\n", `matrix[0].roles "arn:aws:iam::111122223333:role/A B": holds white space`},
		{"a group that is not in the file", accounts + "  roles: {A: [g]}\n  connector: {slug: x}\ngroups: []\n", `matrix[0].roles "g": is not among the groups of this file, in connector "x" (line 4)`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := plan.Read([]byte(c.file))
			contains(t, faults(t, err), c.want)
		})
	}
}
