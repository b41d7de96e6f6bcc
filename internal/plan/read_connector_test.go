package plan

import (
	"reflect"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/resource"
)

func TestAFileOfOneConnectorIsReadAsStrictlyAsOneOfEverything(t *testing.T) {
	cases := []struct{ name, file, want string }{
		{"an unknown field", "slug: aws-a\nlabell: x\n", "labell: is not a field here (line 2); write label"},
		{"a field in another case", "slug: aws-a\nLabel: x\n", "Label: is not a field here (line 2); write label"},
		{"a field twice", "slug: a\nslug: b\n", "slug: is there already, in line 1 (line 2)"},
		{"a wrong type", "slug: [a]\n", "slug: is a list where text is wanted (line 1)"},
		{"a wrong type within", "roles:\n  - role_arn: {}\n", "roles[0].role_arn: is a set of fields where text is wanted (line 2)"},
		{"a number in quotes", "version: \"3\"\n", `version "3": is text where a number is wanted (line 1)`},
		{"an alias", "slug: &a aws-a\nlabel: *a\n", "has an anchor"},
		{"two documents", "slug: a\n---\nslug: b\n", "more than one"},
		{"nothing", "", "is empty; write a connector into it"},
		{"a list", "- slug: a\n", "file: is a list where fields are wanted"},
		{"a file of everything", "version: 1\nconnectors: []\n", "connectors: is a section of a file of everything (line 2)"},
		{"the file of a key", "private_key_file: key.pem\n", "name the files as --private-key"},
		{"too much", "slug: " + strings.Repeat("a", MaxConnectorFile), "1 MiB"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := ReadConnector([]byte(c.file), new(resource.Connector))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want a problem with %q", err, c.want)
			}
			for _, ours := range []string{"resource.", "plan.", "yaml:", "reflect"} {
				if strings.Contains(err.Error(), ours) {
					t.Errorf("%v speaks of the program's insides: %q", err, ours)
				}
			}
		})
	}
}

func TestAFaultIsToldInTheSameWordsOfOneConnectorAndOfEverything(t *testing.T) {
	for _, line := range []string{"labell: x", "label: 1", "shown: maybe", "roles: none", "groups: [1]", "label: ~"} {
		alone := ReadConnector([]byte("slug: aws-a\n"+line+"\n"), new(resource.Connector))
		_, among := Read([]byte("version: 1\nconnectors: [{slug: aws-a, " + line + "}]\n"))
		if alone == nil || among == nil {
			t.Fatalf("%s: got %v and %v, want problems", line, alone, among)
		}
		told := strings.NewReplacer(`connectors["aws-a"].`, "", "(line 2)", "")
		first, _, _ := strings.Cut(told.Replace(among.Error()), "\n")
		if !strings.Contains(first, told.Replace(alone.Error())) {
			t.Errorf("%s: alone %q, among %q", line, alone, among)
		}
	}
}

func TestAFileOfOneConnectorLeavesWhatItDoesNotName(t *testing.T) {
	shown := false
	was := func() resource.Connector {
		return resource.Connector{
			Slug: "aws-a", Label: "AWS A", Shown: &shown, Groups: []string{"engineers"}, AWSChooser: true, SessionDuration: "4h",
			Roles: []resource.Role{{RoleARN: "r", ProviderARN: "p", Groups: []string{"engineers"}}}, Version: 3,
		}
	}
	want := was()
	want.Label, want.Roles = "AWS", []resource.Role{{RoleARN: "s", ProviderARN: "p"}}
	for _, file := range []string{
		"label: AWS\nroles: [{role_arn: s, provider_arn: p}]\n",
		`{"label":"AWS","roles":[{"role_arn":"s","provider_arn":"p"}]}`,
	} {
		got := was()
		err := ReadConnector([]byte(file), &got)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v; want %+v", file, got, err, want)
		}
	}
}

// FuzzReadConnector states that whatever a file holds, it is read or refused.
func FuzzReadConnector(f *testing.F) {
	f.Add([]byte("slug: aws-a\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("version: -1\n"))
	f.Add([]byte("{"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := resource.Connector{Label: "kept"}
		err := ReadConnector(data, &c)
		if err == nil && !strings.Contains(string(data), "label") && c.Label != "kept" {
			t.Fatalf("%q changed the label to %q", data, c.Label)
		}
	})
}
