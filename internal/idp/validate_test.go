package idp

import (
	"errors"
	"strings"
	"testing"
)

func goodConnector() *Connector {
	return &Connector{
		Slug: "aws-a", Kind: KindAWS, Label: "AWS A", EntityID: "https://sso.example.com/metadata/aws-a",
		Groups:     []string{"g"},
		Roles:      []Role{{RoleARN: "r", ProviderARN: "p", Groups: []string{"g"}}},
		Attributes: []AttributeRule{{Name: "RoleSessionName", Value: "${user.email}"}},
	}
}

func TestConnectorValidateNamesTheField(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Connector)
		field  string // empty: valid
	}{
		{"a good connector", func(*Connector) {}, ""},
		{"an empty slug", func(c *Connector) { c.Slug = "" }, "slug"},
		{"a slug with capitals", func(c *Connector) { c.Slug = "AWS" }, "slug"},
		{"a slug of 64 characters", func(c *Connector) { c.Slug = strings.Repeat("a", 64) }, "slug"},
		{"a slug of 63 characters", func(c *Connector) { c.Slug = strings.Repeat("a", 63) }, ""},
		{"a slug that ends in a hyphen", func(c *Connector) { c.Slug = "a-" }, "slug"},
		{"a reserved slug", func(c *Connector) { c.Slug = "metadata" }, "slug"},
		{"a slug with a line break", func(c *Connector) { c.Slug = "aws-a\n" }, "slug"},
		{"no label", func(c *Connector) { c.Label = "" }, "label"},
		{"a label of 65 letters", func(c *Connector) { c.Label = strings.Repeat("ä", 65) }, "label"},
		{"a label of 64 letters", func(c *Connector) { c.Label = strings.Repeat("ä", 64) }, ""},
		{"a label that XML cannot carry", func(c *Connector) { c.Label = "a\x0b" }, "label"},
		{"a label of invalid UTF-8", func(c *Connector) { c.Label = "a\xff" }, "label"},
		{"a label that turns direction", func(c *Connector) { c.Label = "a\u202eb" }, "label"},
		{"an unknown kind", func(c *Connector) { c.Kind = "oidc" }, "kind"},
		{"too many roles", func(c *Connector) { c.Roles = make([]Role, MaxRoles+1) }, "roles"},
		{"a role's group that is not granted", func(c *Connector) { c.Roles[0].Groups = []string{"x"} }, "roles[0].groups"},
		{"an unknown placeholder", func(c *Connector) { c.Attributes[0].Value = "${user.password}" }, "attributes[0].value"},
		{"an open placeholder", func(c *Connector) { c.Attributes[0].Value = "${user.email" }, "attributes[0].value"},
		{"a rule without a name", func(c *Connector) { c.Attributes[0].Name = "" }, "attributes[0].name"},
		{"an AWS connector with a URL", func(c *Connector) { c.URL = "https://x.example/" }, "url"},
		{"a bookmark over http", func(c *Connector) {
			*c = Connector{Slug: "wiki", Label: "Wiki", Kind: KindBookmark, URL: "http://x.example/"}
		}, "url"},
		{"a bookmark to a script", func(c *Connector) {
			*c = Connector{Slug: "wiki", Label: "Wiki", Kind: KindBookmark, URL: "JaVaScRiPt:alert(1)"}
		}, "url"},
		{"a good bookmark", func(c *Connector) {
			*c = Connector{Slug: "wiki", Label: "Wiki", Kind: KindBookmark, URL: "https://wiki.example.com/"}
		}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			connector := goodConnector()
			c.change(connector)
			checkField(t, connector.Validate(), c.field)
		})
	}
}

func TestEntityIDs(t *testing.T) {
	for _, good := range []string{
		"https://sso.example.com/metadata/aws-a", "http://localhost:8080/metadata/a", "http://[::1]:8080/metadata/a", "urn:example:idp",
		"URN:example:idp", "tag:example.com,2026:idp", "spiffe://example.com/idp", "JumpCloud", "idp.example.com", "sso.example.com/saml",
		"https://sso.example.com/?a=1&b=2", "https://sso.example.com/é", "https://sso.example.com/" + strings.Repeat("a", 1000),
	} {
		c := goodConnector()
		c.EntityID = good
		checkField(t, c.Validate(), "")
	}
	for _, bad := range []string{
		"", "urn:", "https:", "https://", "https:///x", "https://a@b.example/", "https://sso.example.com/#a", "https://sso.example.com/%zz",
		"javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "JumpCloud IdP", " JumpCloud", "a\tb", "a\nb", "a\u00a0b", "a\u200bb",
		"a<b", "a>b", `a"b`, "a{b", "a}b", "a|b", `a\b`, "a^b", "a`b", "a[b", "a]b", "https://sso.example.com/[x]", "http://[::1]/[::1]", "a\xff",
		"https://sso.example.com/" + strings.Repeat("a", 1001),
	} {
		c := goodConnector()
		c.EntityID = bad
		checkField(t, c.Validate(), "entity_id")
	}
}

func checkField(t *testing.T, err error, field string) {
	t.Helper()
	if field == "" {
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		return
	}
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v, want a problem with %s", err, field)
	}
	for _, p := range problems {
		if p.Reason == "" || p.Remedy == "" {
			t.Errorf("problem without a reason or a remedy: %+v", p)
		}
		if p.Field == field {
			return
		}
	}
	t.Fatalf("no problem with %s in:\n%v", field, err)
}

func TestUserValidateNamesTheField(t *testing.T) {
	cases := []struct {
		name   string
		change func(*User)
		field  string
	}{
		{"a good person", func(*User) {}, ""},
		{"an email with a plus and an apostrophe", func(u *User) { u.Email = "a.o'brien+aws@example.com" }, ""},
		{"no email", func(u *User) { u.Email = "" }, "email"},
		{"an email with a slash", func(u *User) { u.Email = "a/b@example.com" }, "email"},
		{"an email that a path would decode", func(u *User) { u.Email = "%61lice@example.com" }, "email"},
		{"an email that ends a path", func(u *User) { u.Email = "alice#x?@example.com" }, "email"},
		{"an email in capitals", func(u *User) { u.Email = "Alice@example.com" }, "email"},
		{"an email with a look-alike letter", func(u *User) { u.Email = "аlice@example.com" }, "email"},
		{"an email with a line break", func(u *User) { u.Email = "alice@example.com\n" }, "email"},
		{"an email of 255 characters", func(u *User) { u.Email = "a@" + strings.Repeat("b", 253) }, "email"},
		{"a name that hides characters", func(u *User) { u.Name = "Al\u200bice" }, "name"},
		{"an unknown administrator role", func(u *User) { u.AdminRole = "root" }, "admin_role"},
		{"a bad attribute name", func(u *User) { u.Attributes = map[string]string{"1": "x"} }, `attributes["1"]`},
		{"an attribute that XML cannot carry", func(u *User) { u.Attributes = map[string]string{"team": "\x00"} }, `attributes["team"]`},
		{"an attribute of 256 characters", func(u *User) { u.Attributes = map[string]string{"team": strings.Repeat("x", 256)} }, ""},
		{"an attribute of 257 characters", func(u *User) { u.Attributes = map[string]string{"team": strings.Repeat("x", 257)} }, `attributes["team"]`},
		{"too many groups", func(u *User) { u.Groups = make([]Membership, MaxMemberships+1) }, "groups"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			u := &User{Email: "alice@example.com", Name: "Alice Ångström"}
			c.change(u)
			checkField(t, u.Validate(), c.field)
		})
	}
}

func TestGroupNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"SSO-AWS-A": true, "a": true, "team.x_y@z+1=2": true, strings.Repeat("a", 64): true,
		"": false, "-a": false, "a b": false, "a/b": false, "é": false, "a\n": false, strings.Repeat("a", 65): false,
	} {
		if err := CheckGroupName(name); (err == nil) != ok {
			t.Errorf("CheckGroupName(%q) = %v", name, err)
		}
	}
}

func TestExpand(t *testing.T) {
	user := &User{ID: "u1", Email: "alice@example.com", Name: "Alice", Attributes: map[string]string{"team": "blue", "empty": ""}}
	cases := []struct{ name, value, want, problem string }{
		{"a constant", "SSO-User", "SSO-User", ""},
		{"the email", "${user.email}", "alice@example.com", ""},
		{"several placeholders", "${user.id}-${user.attributes.team}!", "u1-blue!", ""},
		{"the name", "${user.name}", "Alice", ""},
		{"a dollar alone", "a$b", "a$b", ""},
		{"a missing attribute", "${user.attributes.cost}", "", `no attribute "cost"`},
		{"an empty result", "${user.attributes.empty}", "", "is missing"},
		{"a value of an attribute is not expanded again", "${user.attributes.nested}", "${user.id}", ""},
	}
	user.Attributes["nested"] = "${user.id}"
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := AttributeRule{Name: "PrincipalTag:x", Value: c.value}.Expand(user)
			if c.problem != "" {
				if err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Fatalf("got %q, %v; want a problem with %q", got, err, c.problem)
				}
				return
			}
			if err != nil || got != c.want {
				t.Fatalf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// FuzzTemplate states that a template either is refused or expands to a text
// that XML can carry, whatever stands in it.
func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{"", "${", "${}", "${user.email}", "a${user.attributes.team}b", "$${user.id}", "${user.id}}", "\x00", "${user.attributes.}"} {
		f.Add(seed)
	}
	user := &User{ID: "u1", Email: "alice@example.com", Name: "Alice", Attributes: map[string]string{"team": "blue"}}
	f.Fuzz(func(t *testing.T, value string) {
		out, err := AttributeRule{Name: "n", Value: value}.Expand(user)
		if err == nil && (!XMLText(out) || out == "") {
			t.Fatalf("%q expanded to %q", value, out)
		}
	})
}

func TestIDsAreNamesAndDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 10_000 {
		id := NewID("_")
		if len(id) != 27 || id[0] != '_' || seen[id] {
			t.Fatalf("bad or repeated ID %q", id)
		}
		seen[id] = true
	}
}
