// Package schema_test holds the published JSON Schema of the declarative file
// against a validator of other people and against the reader.
package schema_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/plan"
)

func published(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	s, err := compiler.Compile("../../docs/gatepost.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judge is what the schema says of a file.
func judge(t *testing.T, s *jsonschema.Schema, file string) error {
	t.Helper()
	var value any
	err := yaml.Unmarshal([]byte(file), &value)
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(timeless(value))
}

// timeless undoes the times that YAML makes of texts, as an editor does not.
func timeless(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, entry := range v {
			v[name] = timeless(entry)
		}
	case []any:
		for i, entry := range v {
			v[i] = timeless(entry)
		}
	case interface{ Format(string) string }:
		return v.Format("2006-01-02T15:04:05Z07:00")
	}
	return value
}

func TestTheSchemaIsOne(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	meta, err := compiler.Compile("https://json-schema.org/draft/2020-12/schema")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("../../docs/gatepost.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	document, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	err = meta.Validate(document)
	if err != nil {
		t.Error(err)
	}
}

func TestTheSchemaTakesTheFilesThatAreShown(t *testing.T) {
	s := published(t)
	files := map[string]string{}
	manual, err := os.ReadFile("../../docs/file.md")
	if err != nil {
		t.Fatal(err)
	}
	for block := range strings.SplitSeq(string(manual), "```yaml\n") {
		file, _, _ := strings.Cut(block, "```\n")
		if strings.HasPrefix(file, "version:") {
			files["the manual: "+file] = file
		}
	}
	if len(files) != 3 {
		t.Fatalf("the manual shows %d files", len(files))
	}
	kept, err := filepath.Glob("../../internal/plan/testdata/*.yaml")
	if err != nil || len(kept) < 2 {
		t.Fatalf("files of the tests: %q, %v", kept, err)
	}
	for _, path := range kept {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[path] = string(data)
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			err := judge(t, s, file)
			if err != nil {
				t.Error(err)
			}
			read, err := plan.Read([]byte(file))
			if err != nil {
				t.Fatal(err)
			}
			written, err := read.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			err = judge(t, s, string(written))
			if err != nil {
				t.Errorf("as it is written: %v", err)
			}
		})
	}
}

// What an editor underlines, the reader refuses, and what the reader refuses in a
// single field, an editor underlines.
func TestTheSchemaRefusesWhatTheReaderRefuses(t *testing.T) {
	const aws = "version: 1\nconnectors:\n- slug: a\n"
	cases := []struct {
		name, file string
		right      bool
	}{
		{"the least file", "version: 1\n", true},
		{"no version", "groups: []\n", false},
		{"another version", "version: 2\n", false},
		{"an unknown section", "version: 1\nrealms: []\n", false},
		{"a section without a value", "version: 1\ngroups:\n", false},
		{"a draft", aws, true},
		{"an unknown field", aws + "  colour: red\n", false},
		{"a field in another case", aws + "  Label: A\n", false},
		{"a slug in capitals", "version: 1\nconnectors: [{slug: A}]\n", false},
		{"a slug with a hyphen at its end", "version: 1\nconnectors: [{slug: a-}]\n", false},
		{"a slug of 63 letters", "version: 1\nconnectors: [{slug: " + strings.Repeat("a", 63) + "}]\n", true},
		{"a slug of 64 letters", "version: 1\nconnectors: [{slug: " + strings.Repeat("a", 64) + "}]\n", false},
		{"a number for a label", aws + "  label: 7\n", false},
		{"text for true", aws + "  active: \"false\"\n", false},
		{"another kind", aws + "  kind: saml\n", false},
		{"a bookmark", aws + "  kind: bookmark\n  url: https://a.example.com/\n", true},
		{"a bookmark without an address", aws + "  kind: bookmark\n", false},
		{"a bookmark to a page without TLS", aws + "  kind: bookmark\n  url: http://a.example.com/\n", false},
		{"a bookmark with a key", aws + "  kind: bookmark\n  url: https://a.example.com/\n  key: {source: generated}\n", false},
		{"an address of an AWS connector", aws + "  url: https://a.example.com/\n", false},
		{"a role without a provider", aws + "  roles: [{role_arn: \"arn:aws:iam::111122223333:role/A\"}]\n", false},
		{"a role of no account", aws + "  roles: [{role_arn: \"arn:aws:iam::1:role/A\", provider_arn: \"arn:aws:iam::111122223333:saml-provider/G\"}]\n", false},
		{"a group with a space", aws + "  groups: [\"a b\"]\n", false},
		{"a group of 64 letters", aws + "  groups: [" + strings.Repeat("a", 64) + "]\n", true},
		{"a group of 65 letters", aws + "  groups: [" + strings.Repeat("a", 65) + "]\n", false},
		{"a duration", aws + "  session_duration: 1h30m\n", true},
		{"a duration in words", aws + "  session_duration: one hour\n", false},
		{"another custody", aws + "  key: {custody: pocket}\n", false},
		{"files of a key", aws + "  private_key_file: a\n  certificate_file: b\n", true},
		{"one file of a key", aws + "  private_key_file: a\n", false},
		{"what the server keeps", aws + "  version: 3\n", false},
		{"a member with an end", "version: 1\ngroups: [{name: a, members: [{email: a@example.com, expires_at: \"2026-12-31T18:00:00+01:00\"}]}]\n", true},
		{"a member with an end that is none", "version: 1\ngroups: [{name: a, members: [{email: a@example.com, expires_at: soon}]}]\n", false},
		{"a member without an email", "version: 1\ngroups: [{name: a, members: [{email: alice}]}]\n", false},
		{"a person with groups", "version: 1\nusers: [{email: a@example.com, groups: []}]\n", false},
		{"a person with another role", "version: 1\nusers: [{email: a@example.com, admin_role: root}]\n", false},
		{"an attribute that is a number", "version: 1\nusers: [{email: a@example.com, attributes: {a: 1}}]\n", false},
		{"an attribute whose name is none", "version: 1\nusers: [{email: a@example.com, attributes: {1a: \"1\"}}]\n", false},
		{"a NameID with a space", "version: 1\nusers: [{email: a@example.com, name_id: \"a b\"}]\n", false},
		{"a matrix with a number in quotes", "version: 1\nmatrix: [{accounts: {a: \"011122223333\"}, roles: {A: [g]}, connector: {slug: a}}]\n", true},
		{"a matrix without accounts", "version: 1\nmatrix: [{accounts: {}, roles: {A: [g]}, connector: {slug: a}}]\n", false},
		{"a matrix with hyphens in a number", "version: 1\nmatrix: [{accounts: {a: 1111-2222-3333}, roles: {A: [g]}, connector: {slug: a}}]\n", false},
		{"a matrix with a role for nobody", "version: 1\nmatrix: [{accounts: {a: \"111122223333\"}, roles: {A: []}, connector: {slug: a}}]\n", false},
		{"a matrix without a slug", "version: 1\nmatrix: [{accounts: {a: \"111122223333\"}, roles: {A: [g]}, connector: {label: a}}]\n", false},
		{"a matrix with roles of its connector", "version: 1\nmatrix: [{accounts: {a: \"111122223333\"}, roles: {A: [g]}, connector: {slug: a, roles: []}}]\n", false},
	}
	s := published(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := plan.Read([]byte(c.file))
			if (err == nil) != c.right {
				t.Errorf("the reader says %v", err)
			}
			err = judge(t, s, c.file)
			if (err == nil) != c.right {
				t.Errorf("the schema says %v", err)
			}
		})
	}
}
