package openapi_test

import "strings"

// words are the texts that a member or parameter is given, and those that it should
// not be given. The document says that it is a text; what makes one useful is known
// here.
type words struct{ good, odd []string }

func usually(good ...string) words { return words{good: good} }

func (w words) seldom(odd ...string) words { return words{w.good, odd} }

// pool is what is drawn for a member of a schema; of two entries, the one that
// names the schema wins.
func pool(schema, member string) words {
	for _, name := range []string{schema + "." + member, member} {
		for _, part := range []map[string]words{names(), facts(), parameters()} {
			w, known := part[name]
			if known {
				return w
			}
		}
	}
	return usually("text", "Some text", "日本語 ✓")
}

// oddities are texts that programs have stumbled over.
func oddities() []string {
	return []string{
		"", " ", "\t", "\x00", "a\x00b", "a\r\nX-Evil: 1", "\u202Egnp", "\uFEFF", "\uFFFD", "\uFFFF", "﷽", "e\u0301", "ı", "İ", "ẞ", "👩‍👩‍👧",
		"' OR '1'='1", "\"; DROP TABLE users;--", "<script>alert(1)</script>", "${user.email", "${jndi:ldap://" + strange + "}", "{{7*7}}",
		"=1+1", "%00", "%2e%2e%2f",
		"../../etc/passwd", "null", "true", "-1", "1e400", "NaN", "__proto__", "constructor", "a,b", "a;b", "*", "\\", "/", "?", "#",
		strings.Repeat("x", 65), strings.Repeat("ü", 128), strings.Repeat("x", 257), strings.Repeat("x", 501), strings.Repeat("a.", 2000), strings.Repeat("💥", 5000),
	}
}

var (
	slugs  = []string{"aws-a", "aws-b", "wiki", "bare"}
	teams  = []string{"SSO-AWS-A", "SSO-AWS-B", "staff"}
	people = []string{"alice@example.com", "bob@example.com", "carol@example.com", "owner@example.com", "helpdesk@example.com", "viewer@example.com"}
)

const account = "arn:aws:iam::111122223333:"

// names are what things are called by.
func names() map[string]words {
	groups := usually(append([]string{"team-new"}, teams...)...).seldom("sso-aws-a", "nope", "-x", strings.Repeat("g", 64))
	emails := usually(append([]string{"new@example.com"}, people...)...).seldom(
		"Alice@Example.COM", " bob@example.com ", "a@b", "@", "alice@", "al ice@example.com", "älice@example.com", "a+b/c@example.com",
		"%61lice@example.com",
		strings.Repeat("l", 65)+"@example.com", "a@"+strings.Repeat("d", 250)+".com",
	)
	return map[string]words{
		"slug": usually(append([]string{"new-one", "new-two", "new-three"}, slugs...)...).seldom(
			"AWS-A", "admin", "import", "-a", "a-", "a--b", strings.Repeat("a", 63), strings.Repeat("a", 64)),
		"connector":         usually(slugs...),
		"group":             groups,
		"groups":            groups,
		"NewGroup.name":     groups,
		"GroupInput.name":   groups,
		"GroupPatch.name":   groups,
		"Membership.name":   groups,
		"email":             emails,
		"user":              emails,
		"NewUser.email":     usually("new@example.com", "newer@example.com", "alice@example.com").seldom(emails.odd...),
		"TokenRequest.user": usually("").seldom(emails.good...),
		"id":                usually("{spare-token}", "{viewer-token}").seldom(strings.Repeat("0", 16), "{spare-token}0"),
	}
}

// facts are what else is said of things.
func facts() map[string]words {
	states := usually("https://console.aws.amazon.com/s3").seldom("https://"+strange+"/", "javascript:alert(1)", "//"+strange)
	spans := usually("1h", "90m", "12h").seldom("-1h", "0", "13h", "1e9h", "9223372036854775807ns", "1h ", "1", "PT1H")
	return map[string]words{
		"url":       usually("https://wiki.example.com/home").seldom("http://plain.example.com", "javascript:alert(1)", "https://user:pw@"+strange+"/", "https://", "ftp://x"),
		"entity_id": usually(address+"/metadata/aws-a").seldom("urn:x", "https://"+strange),
		"region":    usually("", "eu-west-1").seldom("cn-north-1", "moon-1"),
		"role_arn": usually(account+"role/SAML-User", account+"role/path/Other").seldom(
			"arn:aws-cn:iam::111122223333:role/X", "arn:aws:iam::1:role/X", account+"user/x", account+"role/"+strings.Repeat("r", 65)),
		"provider_arn": usually(account+"saml-provider/Gatepost").seldom("arn:aws:iam::999999999999:saml-provider/Gatepost", account+"oidc-provider/x"),
		"account_id":   usually("111122223333").seldom("12345", "１２３４５６７８９０１２", "111122223333\n"),
		"Attribute.name": usually("RoleSessionName", "SourceIdentity", "PrincipalTag:team").seldom(
			"Role", "SessionDuration", "rolesessionname", "PrincipalTag:", "https://aws.amazon.com/SAML/Attributes/RoleSessionName"),
		"value":            usually("${user.email}", "${user.attributes.team}", "fixed").seldom("${user.password}", "${", "${user.attributes.}"),
		"relay_state":      states,
		"relay_states":     states,
		"session_duration": spans,
		"lifetime":         spans,
		"private_key": usually("{private-key}", "{private-key}", "-----BEGIN PRIVATE KEY-----\n"+canary+"\n-----END PRIVATE KEY-----\n").seldom(
			"{certificate}", canary, "{private-key}{private-key}"),
		"certificate": usually("{certificate}").seldom("{private-key}", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", canary),
		"source":      usually("uploaded", "generated").seldom("stolen"),
		"custody":     usually("file").seldom("kms", "vault"),
	}
}

// parameters are those of queries; times stand in bodies too.
func parameters() map[string]words {
	times := usually("2026-12-31T18:00:00Z", "2030-01-01T00:00:00+14:00").seldom(
		"2020-01-01T00:00:00Z", "2026-13-45T99:99:99Z", "tomorrow", "9999-12-31T23:59:59Z", "2026-12-31", "0000-01-01T00:00:00Z",
		"2026-12-31T18:00:00.999999999Z", "2026-12-31t18:00:00z",
	)
	return map[string]words{
		"expires_at": times,
		"since":      times,
		"until":      times,
		"limit":      usually("1", "2", "100").seldom("0", "101", "-1", "1.0", "+1", "01", "1e1", "9223372036854775808", "٣"),
		"cursor":     usually("{cursor}", "").seldom("AAAA", "{cursor}A", "A{cursor}", "====", strings.Repeat("A", 8193)),
		"prefix":     usually("a", "aws", "SSO"),
		"q":          usually("aws", "a person", "EXAMPLE"),
		"format":     usually("json", "jsonl", "yaml").seldom("xml", "JSON"),
		"dry_run":    usually("true", "false").seldom("yes", "1", "TRUE"),
		"users":      usually("true", "false").seldom("yes"),
	}
}

// usual are members without which an object is hardly ever taken, though the
// document does not demand them, or others of the same schema do without.
func usual(schema string) []string {
	switch schema {
	case "NewConnector":
		return []string{"label", "slug"}
	case "ConnectorInput":
		return []string{"label"}
	}
	return nil
}

// onePixel is the smallest PNG.
const onePixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\b\x06\x00\x00\x00\x1f\x15\xc4\x89" +
	"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"

// bodies are those that are no JSON of a schema, by operation.
func bodies(operation string) []string {
	switch operation {
	case "put-image":
		huge := strings.Replace(onePixel, "\x00\x00\x00\x01\x00\x00\x00\x01", "\x7f\xff\xff\xff\x7f\xff\xff\xff", 1)
		return []string{onePixel, onePixel[:40], huge, onePixel + "trailing", `<svg xmlns="http://www.w3.org/2000/svg"/>`, "\xff\xd8\xff\xe0", "GIF89a", "\x00"}
	case "import-users":
		return []string{
			"email,name\nnew@example.com,New\n", "email,name,groups,attributes.team\nbob@example.com,Bob,staff;SSO-AWS-A,red\nnew@example.com,N,,\n",
			"email\n", "name\nx\n", "email,email\na@b.c,a@b.c\n", "email,admin_role\nbob@example.com,owner\n", "email,name\nbob@example.com,=HYPERLINK(\"x\")\n", "email\n\"open",
			"\xEF\xBB\xBFemail\nbob@example.com\n", "email\n\xff@example.com\n", "email;name\na@b.c;x\n", "email,name\nowner@example.com,Taken\n", "email\x00\n", "email\r\ncarol@example.com\r\ncarol@example.com\r\n",
			"email,groups\ncarol@example.com,nope\n", "email,attributes.\ncarol@example.com,x\n", strings.Repeat("email,", 3000) + "\n",
		}
	}
	return []string{
		`{"version":1}`, "{current}", "version: 1\ngroups:\n  - name: team-new\n", `{"version":1,"groups":[],"connectors":[]}`, `{"version":1,"groups":[{"name":"SSO-AWS-A"}]}`, `{"version":2}`,
		"version: 1\nversion: 1\n", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n", "{", "\t", "- 1\n", "version: 1\n---\nversion: 1\n", `{"version":1,"users":[{"email":"x"}]}`,
		`{"version":1,"groups":[{"name":"team-new"},{"name":"SSO-AWS-A"},{"name":"SSO-AWS-B"},{"name":"staff"}],"connectors":[{"slug":"new-one","label":"New","active":true}]}`,
		`{"version":1,"groups":[{"name":"team-new","members":[{"email":"nobody@example.com"}]}],"users":[{"email":"new@example.com","admin_role":"owner"},{"email":"alice@example.com","groups":[{"name":"nope"}]}]}`,
		`{"version":1,"groups":[{"name":"team-new"}],"users":[{"email":"connectors@example.com","admin_role":"connector-admin"},{"email":"helpdesk@example.com","admin_role":"helpdesk"},{"email":"owner@example.com","admin_role":"owner"},{"email":"new@example.com"}]}`,
		`{"version":1,"users":[{"email":"owner@example.com","admin_role":"owner"},{"email":"new@example.com","name":"New","groups":[{"name":"staff"}]}]}`, `{"version":1,"Groups":[]}`, `{"version":1,"groups":[],"groups":[]}`,
		`{"version":1,"connectors":[{"slug":"aws-a","label":"A","roles":[{"role_arn":"x","provider_arn":"y"}]},{"slug":"wiki","label":"W","kind":"bookmark","url":"javascript:alert(1)"}]}`,
		`{"version":1,"connectors":[{"slug":"new-one","label":"New","roles":[{"role_arn":"` + account + `role/R","provider_arn":"` + account + `saml-provider/P","groups":[]}]}]}`, "version: 1\nconnectors: !!binary aGk=\n", "\xff\xfe",
	}
}
