package openapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/tool"
)

// published is where the document lies in the repository.
func published() string { return filepath.Join(tool.Root(), "..", "docs", "openapi.json") }

// judge is a program that reads OpenAPI documents. Both come with npm: see lint.
type judge struct {
	name string
	run  func(t *testing.T, file string) (fine bool, says string)
}

func judges() []judge {
	return []judge{
		{"Redocly's linter", func(t *testing.T, file string) (bool, string) {
			return node(t, "@redocly/cli/bin/cli.js", "lint", "--config", filepath.Join(lintFolder(), "redocly.yaml"), "--format", "stylish", file)
		}},
		{"the OpenAPI Initiative's schema", func(t *testing.T, file string) (bool, string) {
			return node(t, "@seriousme/openapi-schema-validator/bin/validate-api-cli.js", file)
		}},
	}
}

func lintFolder() string { return filepath.Join(tool.Root(), "openapi", "lint") }

// node runs a script of an npm package, which is not to speak to anybody.
func node(t *testing.T, script string, args ...string) (bool, string) {
	t.Helper()
	program := tool.Require(t, "node")
	path := filepath.Join(lintFolder(), "node_modules", filepath.FromSlash(script))
	_, err := os.Stat(path)
	if err != nil {
		tool.Missing(t, "%s is not laid out: run npm ci in itest/openapi/lint", script)
	}
	command := exec.CommandContext(t.Context(), program, append([]string{path}, args...)...)
	command.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true", "NO_COLOR=1")
	command.Dir = lintFolder()
	told, err := command.CombinedOutput()
	return err == nil, string(told)
}

// TestPublicJudgesFindNothingWrong has the published document judged, with every
// rule that lint/redocly.yaml does not give a reason against.
func TestPublicJudgesFindNothingWrong(t *testing.T) {
	for _, j := range judges() {
		t.Run(j.name, func(t *testing.T) {
			fine, says := j.run(t, published())
			if !fine {
				t.Error(says)
			}
		})
	}
}

// TestTheJudgesSeeWhatIsWrong proves that they are asked, and answer.
func TestTheJudgesSeeWhatIsWrong(t *testing.T) {
	text, err := os.ReadFile(published())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, from, to string
		both           bool // the schema says nothing of names and references
	}{
		{"an operation without a name", `"operationId": "whoami",`, ``, false},
		{"a parameter of the address that is none", `"name": "slug"`, `"name": "snail"`, false},
		{"a schema that is not there", `"#/components/schemas/Whoami"`, `"#/components/schemas/Nobody"`, false},
		{"an answer without a description", `"description": "Created",`, ``, true},
		{"a parameter that is nowhere", `"in": "query"`, `"in": "nowhere"`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken := filepath.Join(t.TempDir(), "openapi.json")
			changed := strings.Replace(string(text), c.from, c.to, 1)
			err := os.WriteFile(broken, []byte(changed), 0o600)
			if err != nil || changed == string(text) {
				t.Fatalf("nothing is changed: %v", err)
			}
			for i, j := range judges() {
				fine, says := j.run(t, broken)
				if fine && (i == 0 || c.both) {
					t.Errorf("%s does not mind\n%s", j.name, says)
				}
			}
		})
	}
}

// TestThePublishedDocumentIsTheOneThatIsServed compares the two as JSON: what the
// judges read is what the requests are made from.
func TestThePublishedDocumentIsTheOneThatIsServed(t *testing.T) {
	text, err := os.ReadFile(published())
	if err != nil {
		t.Fatal(err)
	}
	var file any
	err = json.Unmarshal(text, &file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(newTemplate(t).first.doc.tree)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/openapi.json is not what GET openapi.json answers: run the tests of internal/web/api with -update")
	}
}
