package plan_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
)

// rolePair is a connector's role.
const rolePair = `  roles:
  - role_arn: arn:aws:iam::111122223333:role/A
    provider_arn: arn:aws:iam::111122223333:saml-provider/G
`

func TestReadTellsWhatIsWrong(t *testing.T) {
	cases := []struct {
		name, file string
		wants      []string // lines of the fault; none for a file that is right
	}{
		{"the least file", "version: 1\n", nil},
		{"a file in JSON", `{"version":1,"connectors":[],"groups":[{"name":"a","members":[]}],"users":[{"email":"a@example.com"}]}`, nil},
		{"an empty file", "", []string{"file: is empty"}},
		{"a comment alone", "# nothing\n", []string{"file: is empty"}},
		{"no version", "groups: []\n", []string{"version: is missing (line 1); write version: 1"}},
		{"another version", "version: 2\n", []string{`version "2": is not a version that this program reads (line 1)`}},
		{"a list", "- version: 1\n", []string{"is a list where fields are wanted (line 1)"}},
		{"text", "hello\n", []string{"is text where fields are wanted"}},
		{"no YAML", "version: 1\ngroups: [\n", []string{"file: cannot be read as YAML or JSON: line"}},
		{"bytes that are no text", "version: 1\n\xff\xfe", []string{"cannot be read as YAML or JSON"}},
		{"two documents", "version: 1\n---\nversion: 1\n", []string{"file: has more than one document"}},
		{"an unknown section", "version: 1\nconector: []\n", []string{"conector: is not a section of the file (line 2); the fields here are connectors, groups, matrix, settings, users, version"}},
		{"a field with a letter missing", "version: 1\nconnectors:\n- slug: a\n  lable: A\n  grops: []\n  relaystates: []\n", []string{`lable: is not a field here (line 4); write label`, `write groups`, `write relay_states`}},
		{"a section in another case", "version: 1\nConnectors: []\n", []string{"Connectors: is not a section of the file (line 2); write connectors"}},
		{"a section twice", "version: 1\ngroups: []\ngroups: []\n", []string{"groups: is there already, in line 2 (line 3); keep one of them"}},
		{"a section without a value", "version: 1\ngroups:\n", []string{"groups: has no value (line 2)"}},
		{"a section that is no list", "version: 1\ngroups: {a: b}\n", []string{"groups: is a set of fields where a list is wanted (line 2)"}},
		{"an unknown field", "version: 1\ngroups:\n- name: a\n  colour: red\n", []string{`groups["a"].colour: is not a field here (line 4); the fields here are description, members, name`}},
		{"a field in another case", "version: 1\nconnectors:\n- slug: a\n  Entity-ID: x\n", []string{`connectors["a"].Entity-ID: is not a field here (line 4); write entity_id`}},
		{"a field twice", "version: 1\ngroups:\n- name: a\n  name: b\n", []string{`groups["a"].name: is there already, in line 3 (line 4)`}},
		{"a number where text belongs", "version: 1\ngroups:\n- name: a\n  description: 2024\n", []string{`groups["a"].description "2024": is a number where text is wanted (line 4); put it in quotes: "2024"`}},
		{"true where text belongs", "version: 1\ngroups:\n- name: true\n", []string{`name "true": is true or false where text is wanted`}},
		{"text where true belongs", "version: 1\nconnectors:\n- slug: a\n  active: \"true\"\n", []string{`connectors["a"].active "true": is text where true or false is wanted (line 4)`}},
		{"yes where true belongs", "version: 1\nconnectors:\n- slug: a\n  active: yes\n", []string{`connectors["a"].active "yes": is text where true or false is wanted`}},
		{"nothing where text belongs", "version: 1\nconnectors:\n- slug: a\n  label:\n", []string{`connectors["a"].label: has no value (line 4)`}},
		{"text where a list belongs", "version: 1\nconnectors:\n- slug: a\n  groups: x\n", []string{`connectors["a"].groups "x": is text where a list is wanted`}},
		{"text where an entry belongs", "version: 1\ngroups: [a, b]\n", []string{`groups[0] "a": is text where fields are wanted`, `groups[1] "b"`}},
		{"an anchor", "version: 1\ngroups:\n- &a\n  name: a\n", []string{"groups[\"a\"]: has an anchor (line 3)"}},
		{"an alias", "version: 1\nconnectors:\n- slug: a\n  label: &l A\n- slug: b\n  label: *l\n", []string{`connectors["a"].label: has an anchor (line 4)`, `connectors["b"].label: is an alias (line 6)`}},
		{"a merge key", "version: 1\nconnectors:\n- slug: a\n  <<: {label: A}\n", []string{`connectors["a"] "<<": has a field whose name is not plain text (line 4)`}},
		{"a tag", "version: 1\ngroups:\n- name: !!binary aGk=\n", []string{"has a tag (line 3); remove !!binary"}},
		{"a list as a name of a field", "version: 1\ngroups:\n- [a]: b\n", []string{"has a field whose name is not plain text"}},
		{"braces without quotes", "version: 1\nconnectors:\n- slug: {account}\n", []string{"is a set of fields where text is wanted (line 3); put text that begins with { in quotes"}},

		{"what the server keeps", "version: 1\nconnectors:\n- slug: a\n  version: 3\n  image_url: x\n  key: {state: ready}\n", []string{`connectors["a"].version: is kept by the server (line 4)`, `connectors["a"].image_url: is not in files`, `connectors["a"].key.state: is kept by the server`}},
		{"a password", "version: 1\nusers:\n- email: a@example.com\n  password: secret\n", []string{`users["a@example.com"].password: is a secret, and files hold none (line 4)`}},
		{"groups of a person", "version: 1\nusers:\n- email: a@example.com\n  groups: []\n", []string{`groups: is written with the groups (line 4); list the person under members of each group`}},

		{"no slug", "version: 1\nconnectors:\n- label: A\n", []string{"connectors[0].slug: is missing (line 3)"}},
		{"a reserved slug", "version: 1\nconnectors:\n- slug: admin\n", []string{`connectors["admin"].slug "admin": is a reserved word (line 3)`}},
		{"a slug twice", "version: 1\nconnectors:\n- slug: a\n- slug: a\n", []string{`connectors["a"].slug "a": is there already, in line 3 (line 4)`}},
		{"a draft", "version: 1\nconnectors:\n- slug: a\n", nil},
		{"an active draft", "version: 1\nconnectors:\n- slug: a\n  active: true\n", []string{`connectors["a"].roles: is empty (line 3); add at least one role`}},
		{"another kind", "version: 1\nconnectors:\n- slug: a\n  kind: saml\n", []string{`connectors["a"].kind "saml": is not a kind of connector (line 4)`}},
		{"a bookmark without address", "version: 1\nconnectors:\n- slug: a\n  kind: bookmark\n", []string{`connectors["a"].url: is not an https address`}},
		{"a bookmark with a key", "version: 1\nconnectors:\n- slug: a\n  kind: bookmark\n  url: https://a.example.com/\n  key: {source: generated}\n", []string{`connectors["a"].key: a bookmark has no key (line 6)`}},
		{"role and provider of two accounts", "version: 1\nconnectors:\n- slug: a\n" + strings.Replace(rolePair, "111122223333:saml", "444455556666:saml", 1), []string{`connectors["a"].roles[0].provider_arn "arn:aws:iam::444455556666:saml-provider/G": is of account 444455556666 and the role of 111122223333 (line 6)`}},
		{"a placeholder account", "version: 1\nconnectors:\n- slug: a\n" + strings.ReplaceAll(rolePair, "111122223333", "YOUR_AWS_ACCOUNT_NUMBER"), []string{`roles[0].role_arn "arn:aws:iam::YOUR_AWS_ACCOUNT_NUMBER:role/A": still has the placeholder YOUR_AWS_ACCOUNT_NUMBER (line 5)`, `roles[0].provider_arn`}},
		{"another partition", "version: 1\nconnectors:\n- slug: a\n  partition: aws-cn\n" + rolePair, []string{"is of partition aws and the connector of aws-cn"}},
		{"a duration that is none", "version: 1\nconnectors:\n- slug: a\n  session_duration: one hour\n", []string{`connectors["a"].session_duration "one hour": is not a duration (line 4)`}},
		{"a duration that is too long", "version: 1\nconnectors:\n- slug: a\n  session_duration: 13h\n", []string{`connectors["a"].session_duration "13h0m0s": is not a duration that AWS takes`}},
		{"a group that is no name", "version: 1\nconnectors:\n- slug: a\n  groups: [\"a b\"]\n", []string{`connectors["a"].groups[0] "a b": is not a group name (line 4)`}},
		{"a group that is not in the file", "version: 1\nconnectors:\n- slug: a\n  groups: [x]\ngroups: []\n", []string{`connectors["a"].groups[0] "x": is not among the groups of this file (line 4)`}},
		{"a group that may be stored", "version: 1\nconnectors:\n- slug: a\n  groups: [x]\n", nil},
		{"a role for a group that is not granted", "version: 1\nconnectors:\n- slug: a\n  groups: [x]\n" + rolePair + "    groups: [y]\n", []string{`connectors["a"].roles[0].groups "y": is not granted the connector (line 8)`}},

		{"one of two files of a key", "version: 1\nconnectors:\n- slug: a\n  certificate_file: a.crt\n", []string{`connectors["a"].private_key_file: stands for one of the two files of a key`}},
		{"files of a key made here", "version: 1\nconnectors:\n- slug: a\n  private_key_file: a.key\n  certificate_file: a.crt\n  key: {source: generated}\n", []string{`connectors["a"].key.source "generated": is not uploaded, and the files of a key are named (line 6)`}},
		{"an uploaded key in KMS", "version: 1\nconnectors:\n- slug: a\n  key: {source: uploaded, custody: kms}\n", []string{`connectors["a"].key.custody "kms": takes no uploaded keys`}},
		{"another custody", "version: 1\nconnectors:\n- slug: a\n  key: {source: found, custody: pocket}\n", []string{`connectors["a"].key.custody "pocket": is not a way to keep a key`, `connectors["a"].key.source "found": is not where a key comes from`}},

		{"too many groups", "version: 1\nconnectors:\n- slug: a\n  groups:\n" + lines(91, "  - g%d\n") + rolePair + "    groups:\n" + lines(91, "    - g%d\n"), []string{`connectors["a"].groups "91": has too many entries (line 5); use at most 90`, `connectors["a"].roles[0].groups "91": has too many entries (line 100)`}},
		{"too many roles", "version: 1\nconnectors:\n- slug: a\n  roles:\n" + lines(501, "  - {role_arn: 'arn:aws:iam::111122223333:role/A%d', provider_arn: x}\n"), []string{`connectors["a"].roles "501": has too many entries (line 5); use at most 500`}},
		{"a group twice", "version: 1\ngroups:\n- name: a\n- name: a\n", []string{`groups["a"].name "a": is there already, in line 3 (line 4)`}},
		{"a name that is none", "version: 1\ngroups:\n- name: -a\n", []string{`groups["-a"].name "-a": is not a group name`}},
		{"a member twice", "version: 1\ngroups:\n- name: a\n  members:\n  - email: A@example.com\n  - email: a@example.com\n", []string{`groups["a"].members[1].email "a@example.com": is there already (line 6)`}},
		{"a member who is no email", "version: 1\ngroups:\n- name: a\n  members:\n  - email: alice\n", []string{`groups["a"].members[0].email "alice": is not an email address (line 5)`}},
		{"a member who is not in the file", "version: 1\nusers: []\ngroups:\n- name: a\n  members:\n  - email: a@example.com\n", []string{`is not among the users of this file (line 6)`}},
		{"an end that is no time", "version: 1\ngroups:\n- name: a\n  members:\n  - email: a@example.com\n    expires_at: tomorrow\n", []string{`groups["a"].members[0].expires_at "tomorrow": is not a time (line 6)`}},
		{"an end without quotes", "version: 1\ngroups:\n- name: a\n  members:\n  - email: a@example.com\n    expires_at: 2026-12-31T18:00:00Z\n", nil},
		{"too many groups of one person", tooManyGroups(), []string{`email "a@example.com": is in more than 200 groups`}},

		{"a person twice", "version: 1\nusers:\n- email: a@example.com\n- email: A@example.com\n", []string{`users["A@example.com"].email "a@example.com": is there already, in line 3 (line 4)`}},
		{"two people with one NameID", "version: 1\nusers:\n- email: a@example.com\n  name_id: n1234567\n- email: b@example.com\n  name_id: n1234567\n", []string{`users["b@example.com"].name_id "n1234567": is there already, in line 3`}},
		{"a NameID with a space", "version: 1\nusers:\n- email: a@example.com\n  name_id: a b\n", []string{`users["a@example.com"].name_id "a b": is not a name ID (line 4)`}},
		{"another administrator role", "version: 1\nusers:\n- email: a@example.com\n  admin_role: root\n", []string{`users["a@example.com"].admin_role "root": is not an administrator role (line 4)`}},
		{"an attribute that is no name", "version: 1\nusers:\n- email: a@example.com\n  attributes: {1a: x}\n", []string{`users["a@example.com"].attributes["1a"] "1a": is not an attribute name (line 4)`}},
		{"an attribute that is a number", "version: 1\nusers:\n- email: a@example.com\n  attributes: {cost: 7}\n", []string{`attributes["cost"] "7": is a number where text is wanted`}},

		{"everything at once", "version: 1\nconnectors:\n- slug: Aws\n  lable: A\n- slug: b\n  active: 1\ngroups:\n- name: a\n  members: [{email: x}]\nusers:\n- email: y\n", []string{
			`connectors["Aws"].lable`, `connectors["b"].active "1"`, `groups["a"].members[0].email "x"`, `users["y"].email "y"`,
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := plan.Read([]byte(c.file))
			told := faults(t, err)
			if len(c.wants) == 0 && err != nil {
				t.Errorf("refused:\n%s", told)
			}
			if len(c.wants) > 0 && err == nil {
				t.Fatal("nothing was wrong")
			}
			contains(t, told, c.wants...)
			if len(c.wants) > 0 && strings.Count(told, "\n")+1 > len(c.wants) {
				t.Errorf("more faults than there are:\n%s", told)
			}
		})
	}
}

func tooManyGroups() string {
	var b strings.Builder
	b.WriteString("version: 1\ngroups:\n")
	for i := range 201 {
		fmt.Fprintf(&b, "- name: g%d\n  members: [{email: a@example.com}]\n", i)
	}
	return b.String()
}

func TestReadFillsInWhatIsLeftOut(t *testing.T) {
	f := read(t, `version: 1
connectors:
- slug: b
  groups: [z, a, z]
  session_duration: 90m
  roles:
  - role_arn: arn:aws-cn:iam::111122223333:role/A
    provider_arn: arn:aws-cn:iam::111122223333:saml-provider/G
  attributes:
  - name: http://www.amazonaws.cn/SAML/Attributes/RoleSessionName
    value: SSO-User
- slug: a
users:
- email: Bob@Example.com
`)
	a, b := f.Connectors[0], f.Connectors[1]
	if a.Slug != "a" || a.Label != "a" || a.Kind != "aws" || !a.Shown || a.Active || !*a.ConfirmCross || a.Partition != "aws" {
		t.Errorf("a is %+v", a)
	}
	if len(a.Attributes) != 1 || a.Attributes[0].Value != "${user.email}" {
		t.Errorf("the attributes of a are %v", a.Attributes)
	}
	if b.Partition != "aws-cn" || b.SessionDuration != "1h30m" || b.Attributes[0].Name != "RoleSessionName" || strings.Join(b.Groups, " ") != "a z" {
		t.Errorf("b is %+v", b)
	}
	if f.Groups != nil || f.Users[0].Email != "bob@example.com" || !f.Users[0].Active {
		t.Errorf("groups %v, users %v", f.Groups, f.Users)
	}
}

// A few lines of aliases can stand for gigabytes.
func TestReadRefusesBombs(t *testing.T) {
	bombs := map[string]string{
		"of aliases":         "version: 1\nconnectors:\n- slug: a\n  groups: &a [x,x,x,x,x,x,x,x,x]\n- slug: b\n  groups: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n- slug: c\n  groups: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n",
		"of depth":           "version: 1\ngroups: " + strings.Repeat("[", 100_000),
		"of depth that ends": "version: 1\ngroups: " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"of directives":      lines(40_000, "%%TAG !a%d! tag:x\n") + "--- {version: 1}\n",
		"of text":            "version: 1\nmatrix:\n- accounts:\n" + lines(5000, "    a%d: %012d\n") + "  roles: {r: [g]}\n  connector: {slug: 'a-{id}', description: '" + strings.Repeat("{id}", 50_000) + "'}\n",
		"of long names":      "version: 1\nmatrix:\n- accounts:\n" + lines(200, "    "+strings.Repeat("a", 50)+"%d: %012d\n") + "  roles: {r: [g]}\n  connector: {slug: 'a-{id}', description: '" + strings.Repeat("{account}", 20_000) + "'}\n",
		"of a role's name":   "version: 1\nmatrix:\n- accounts: {a: 111122223333}\n  roles: {" + strings.Repeat("r", 1000) + ": ['" + strings.Repeat("{role}", 10_000) + "']}\n  connector: {slug: 'a-{id}'}\n",
		"of an ARN":          "version: 1\nmatrix:\n- accounts: {a: 111122223333}\n  role_arn: '" + strings.Repeat("{role}", 60_000) + "'\n  roles: {" + strings.Repeat("r", 1000) + ": [g]}\n  connector: {slug: 'a-{id}'}\n",
		"of many texts":      "version: 1\nmatrix:\n- accounts:\n" + lines(500, "    "+strings.Repeat("a", 50)+"%d: %012d\n") + "  roles: {r: [g]}\n  connector: {slug: 'a-{id}', relay_states: [" + strings.Repeat("'"+strings.Repeat("{account}", 70)+"',", 50) + "]}\n",
		"of entries":         "version: 1\nmatrix:\n- accounts:\n" + lines(5000, "    a%d: %012d\n") + "  roles: {r: [g]}\n  connector: {slug: 'a-{id}', relay_states: [" + strings.Repeat("'',", 20_000) + "]}\n",
		"of a matrix":        "version: 1\nmatrix:\n- accounts:\n" + lines(5000, "    a%d: %012d\n") + "  roles:\n" + lines(100, "    r%d: [g]\n") + "  connector: {slug: all}\n",
	}
	told := map[string]string{
		"of aliases": "is an alias", "of depth": "exceeded max depth", "of depth that ends": "is a list where fields are wanted",
		"of directives": "has a directive (line 1)", "of text": "matrix[0].connector.description", "of long names": "matrix[0].connector.description", "of entries": "matrix[0].connector.relay_states",
		"of a role's name": `matrix[0].roles["rrrr`, "of an ARN": "matrix[0].role_arn", "of many texts": "matrix[0]: spells too much text",
		"of a matrix": `matrix[0] "500000": spells too many combinations of account, role and group`,
	}
	for name, bomb := range bombs {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := plan.Read([]byte(bomb))
			runtime.ReadMemStats(&after)
			contains(t, faults(t, err), told[name])
			if taken := after.TotalAlloc - before.TotalAlloc; taken > 64<<20 {
				t.Errorf("it took %d MiB", taken>>20)
			}
		})
	}
}

// lines writes a format n times, with as many numbers as it wants.
func lines(n int, format string) string {
	var b strings.Builder
	for i := range n {
		numbers := make([]any, strings.Count(format, "%")-2*strings.Count(format, "%%"))
		for j := range numbers {
			numbers[j] = i
		}
		fmt.Fprintf(&b, format, numbers...)
	}
	return b.String()
}

func TestReadTellsNoMoreFaultsThanAnybodyReads(t *testing.T) {
	_, err := plan.Read([]byte("version: 1\ngroups:\n" + lines(3000, "- {name: g%d, color: red}\n")))
	told := faults(t, err)
	contains(t, told, "there are 2950 more problems; mend these first")
	if n := strings.Count(told, "\n") + 1; n != idp.MaxProblems+1 {
		t.Errorf("%d faults are told", n)
	}
}

func TestAFileIsNotToldBackWhole(t *testing.T) {
	long := strings.Repeat("k", 1<<20)
	for name, file := range map[string]string{
		"a tag": "version: !" + long + " 1\n", "an anchor": "version: &" + long + " 1\n", "a value": "version: " + long + "\n", "a name": long + ": 1\n",
		"a number": "version: 1\nusers:\n- email: " + strings.Repeat("1", 1<<20) + "\n", "a brace": "version: 1\nmatrix:\n- accounts: {a: 111122223333}\n  roles: {r: [g]}\n  connector: {slug: '{" + long + "}'}\n",
		"a slug of a matrix": "version: 1\nmatrix:\n- accounts: {a: 111122223333}\n  roles: {r: [g]}\n  connector: {slug: '" + strings.Repeat("{id}", 1<<18) + "'}\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := plan.Read([]byte(file))
			if told := faults(t, err); len(told) == 0 || len(told) > 4096 {
				t.Errorf("%d bytes are told", len(told))
			}
		})
	}
}

func TestFaultsAreToldInTheOrderOfLines(t *testing.T) {
	_, err := plan.Read([]byte("version: 1\nusers:\n- email: x\ngroups:\n- name: -a\nconnectors:\n- slug: A\n- colour: red\n"))
	want := []string{`users["x"].email`, `groups["-a"].name`, `connectors["A"].slug`, `connectors[1].colour`}
	for i, line := range strings.Split(faults(t, err), "\n") {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("fault %d is %s", i, line)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("version: 1\nconnectors:\n- slug: a\n  groups: [x]\ngroups:\n- name: x\n  members: [{email: a@example.com, expires_at: 2026-12-31T18:00:00Z}]\nusers:\n- {email: a@example.com, attributes: {a: b}}\n")
	f.Add("version: 1\nmatrix:\n- accounts: {a: 111122223333}\n  roles: {R: [g], S: {groups: ['{account}'], accounts: [a]}}\n  connector: {slug: 'a-{id}', attributes: [{name: SourceIdentity, value: '${user.id}'}]}\n")
	f.Add("version: 1\nconnectors: [{slug: a, kind: bookmark, url: 'https://a.example.com/', active: true}]\n")
	f.Add("a: &a [*a]\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := plan.Read([]byte(text))
		if err != nil {
			faults(t, err)
			return
		}
		once, err := file.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := read(t, string(once)).Marshal()
		if err != nil || string(again) != string(once) {
			t.Fatalf("written as\n%s\nand then as\n%s", once, again)
		}
	})
}
