package sam_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/tool"
)

var update = flag.Bool("update", false, "write the table in docs/functions.md anew")

const (
	itemsBegin = "<!-- items -->\n"
	itemsEnd   = "<!-- /items -->\n"
)

// itemTable is the table of who may do what as the documentation shows it.
func itemTable() string {
	lines := []string{"| what | table | items | sso | portal | metadata | admin | keys |", "|---|---|---|---|---|---|---|---|"}
	for _, i := range access {
		partition := i.partition
		if strings.HasSuffix(partition, "#") {
			partition += "…"
		}
		cells := []string{i.row, string(i.table), "`" + partition + "`", i.sso, i.portal, i.metadata, i.admin, i.keys}
		line := "|"
		for _, cell := range cells {
			line += strings.TrimRight(" "+cell, " ") + " |"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestTheTableOfItemsIsInTheDocumentation(t *testing.T) {
	text := read(t, "docs/functions.md")
	before, rest, begun := strings.Cut(text, itemsBegin)
	_, after, ended := strings.Cut(rest, itemsEnd)
	if !begun || !ended {
		t.Fatalf("docs/functions.md lacks %q or %q", itemsBegin, itemsEnd)
	}
	wanted := before + itemsBegin + itemTable() + itemsEnd + after
	if *update {
		err := os.WriteFile(filepath.Join(repository(), "docs", "functions.md"), []byte(wanted), 0o644)
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != wanted {
		t.Error("docs/functions.md has another table than the test: run with -update")
	}
}

func TestEveryParameterIsInTheDocumentation(t *testing.T) {
	text := read(t, "docs/deploy.md")
	for name := range defaults(t).Section("Parameters") {
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("docs/deploy.md does not name the parameter %s", name)
		}
	}
}

// name is a word of the documentation that must exist somewhere.
var (
	outputName = regexp.MustCompile("output `(\\w+)`|OutputKey=='(\\w+)'")
	makeTarget = regexp.MustCompile(`(?m)^ {4}make (\w+)(?: ENV=(\w+))?$`)
)

func TestWhatTheDocumentationNamesExists(t *testing.T) {
	text := read(t, "docs/deploy.md")
	outputs, makefile, samconfig := defaults(t).Section("Outputs"), read(t, "Makefile"), read(t, "samconfig.toml")
	named := outputName.FindAllStringSubmatch(text, -1)
	for _, found := range named {
		if name := found[1] + found[2]; outputs[name] == nil {
			t.Errorf("there is no output %s", name)
		}
	}
	targets := makeTarget.FindAllStringSubmatch(text, -1)
	for _, found := range targets {
		if !strings.Contains(makefile, "\n"+found[1]+":") {
			t.Errorf("the Makefile has no target %s", found[1])
		}
		if found[2] != "" && !strings.Contains(samconfig, "\n["+found[2]+".deploy.parameters]") {
			t.Errorf("samconfig.toml has no environment %s", found[2])
		}
	}
	if len(named) < 3 || len(targets) < 5 {
		t.Errorf("found %d outputs and %d targets: the test looks in the wrong place", len(named), len(targets))
	}
}

// commands are the command lines of the documentation that begin with a word, on
// one line each.
func commands(t *testing.T, word string) []string {
	t.Helper()
	text := regexp.MustCompile(`\\\n\s+`).ReplaceAllString(read(t, "docs/deploy.md")+read(t, "docs/first-day.md"), "")
	var all []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if start := strings.Index(line, "$("+word+" "); start >= 0 {
			line = strings.TrimSuffix(line[start+2:], `)"`)
		}
		if strings.HasPrefix(line, word+" ") {
			all = append(all, line)
		}
	}
	return all
}

// TestTheCommandLineTakesTheCommands asks each command for its help: flags that it
// does not have are refused then, too.
func TestTheCommandLineTakesTheCommands(t *testing.T) {
	shell := tool.Require(t, "sh")
	program := filepath.Join(t.TempDir(), "gatepost")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/gatepost")
	build.Dir = repository()
	out, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	help := func(line string) error {
		out, err := exec.CommandContext(t.Context(), shell, "-c", line+" --help").CombinedOutput()
		if err == nil && !strings.Contains(string(out), "Usage:\n  gatepost ") {
			err = fmt.Errorf("no help")
		}
		return err
	}
	all := commands(t, "bin/gatepost")
	if len(all) < 7 {
		t.Fatalf("found %d commands: the test looks in the wrong place", len(all))
	}
	for _, line := range all {
		err := help(program + strings.TrimPrefix(line, "bin/gatepost"))
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if help(program+" connector create aws-a --lable x") == nil {
		t.Error("a flag that does not exist is taken")
	}
}

// TestAWSKnowsTheCommands checks the commands of the AWS CLI against the models
// that the CLI itself is made from.
func TestAWSKnowsTheCommands(t *testing.T) {
	python := tool.Python(t, "botocore.session")
	all := commands(t, "aws")
	if len(all) < 5 {
		t.Fatalf("found %d commands: the test looks in the wrong place", len(all))
	}
	check := func(lines []string) string {
		cmd := exec.CommandContext(t.Context(), python, "awscommands.py")
		cmd.Stdin = strings.NewReader(strings.Join(lines, "\n"))
		out, err := cmd.CombinedOutput()
		if err != nil && len(out) == 0 {
			t.Fatalf("awscommands.py: %v", err)
		}
		return string(out)
	}
	if said := check(all); said != "" {
		t.Error(said)
	}
	for _, wrong := range []string{"aws iam make-role --role-name x", "aws iam create-role --role x", "aws iam create-role --role-name x", "aws lambda invoke --payload {}", "aws configure export-credentials --from x"} {
		if said := check(append(slices.Clone(all), wrong)); !strings.Contains(said, wrong) {
			t.Errorf("%s is taken", wrong)
		}
	}
}

// TestNothingIsClaimedThatIAMCannotDo looks for words that promise more than a
// policy can hold: a put replaces, a portal makes sessions of owners, who may
// change a key's policy can sign.
func TestNothingIsClaimedThatIAMCannotDo(t *testing.T) {
	for _, path := range []string{"README.md", "docs/functions.md", "docs/deploy.md", "template.yaml", "internal/keys/kms/doc.go"} {
		text := strings.Join(strings.Fields(strings.ReplaceAll(read(t, path), "#", "")), " ")
		for _, claim := range []string{
			"denied outright", "may only put new ones", "never made here", "leave events behind", "leaves an event",
			"alone grants", "cannot sign", "can neither sign", "and nothing beyond it",
		} {
			if strings.Contains(text, claim) {
				t.Errorf("%s claims %q", path, claim)
			}
		}
	}
	said := strings.Join(strings.Fields(read(t, "docs/functions.md")), " ")
	for _, limit := range []string{"IAM cannot demand that it finds nothing", "those of owners too", "`kms:PutKeyPolicy`", "IAM does not look into it"} {
		if !strings.Contains(said, limit) {
			t.Errorf("docs/functions.md does not say %q", limit)
		}
	}
}

// TestWhoDeploysIsToldWhatTheTemplateCannotMend looks for a word on each thing that
// would otherwise be found out on the day it hurts.
func TestWhoDeploysIsToldWhatTheTemplateCannotMend(t *testing.T) {
	text := strings.Join(strings.Fields(read(t, "docs/deploy.md")), " ")
	for what, word := range map[string]string{
		"a first deployment that failed":      "ROLLBACK_FAILED",
		"the key of the secrets":              "the output `SecretsKey`",
		"how to find what stays":              "get-resources --tag-filters Key=gatepost:stack",
		"a new stack's name":                  "under the same name, since",
		"a new stack's address":               "with the same domain name",
		"the old secrets' key":                "of the *old* key of the secrets",
		"a key whose deletion was taken back": "aws kms enable-key",
		"a principal that is not there":       "Invalid principal in policy",
		"a principal that was made again":     "deleted and made again is another",
		"the length of a stack's name":        "at most 48 characters",
		"other environments, for the AWS CLI": "export AWS_PROFILE=gatepost-dev",
		"other environments, for SAM":         "--config-env dev",
		"Control Tower":                       "CT.KMS.PV.3",
		"regions without arm64":               "export ARCHITECTURE=x86_64",
		"new accounts":                        "ten functions at once",
		"what it costs":                       "What it costs while nobody uses it",
		"keys of the version before":          "made before keys had that",
		"what only AWS can tell":              "](first-day.md)",
	} {
		if !strings.Contains(text, word) {
			t.Errorf("docs/deploy.md says nothing of %s (%q)", what, word)
		}
	}
}

// TestThePageOfTheFirstDayHasEachThingWithACommandAndWhatToDo reads the headings in
// the order in which they would hurt.
func TestThePageOfTheFirstDayHasEachThingWithACommandAndWhatToDo(t *testing.T) {
	parts := strings.Split(read(t, "docs/first-day.md"), "\n## ")[1:]
	wanted := []string{"A key is made", "LeadingKeys", "15 minutes", "CloudTrail", "secret"}
	if strings.Contains(read(t, "template.yaml"), "aws:FederatedProvider") {
		wanted = append(wanted, "FederatedProvider")
	}
	if len(parts) != len(wanted) {
		t.Fatalf("%d things, want %d", len(parts), len(wanted))
	}
	for i, part := range parts {
		heading, _, _ := strings.Cut(part, "\n")
		if !strings.Contains(heading, wanted[i]) {
			t.Errorf("%q is not of %q", heading, wanted[i])
		}
		if !strings.Contains(part, "*Why") || !strings.Contains(part, "\n    ") || !strings.Contains(part, "*If it ") {
			t.Errorf("%q lacks why, a command, or what to do", heading)
		}
	}
}

func TestTheScriptOfTheFirstDayIsCleanToShellcheck(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), tool.Require(t, "shellcheck"), filepath.Join(repository(), "docs", "first-day.sh")).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestTheStatementForOldKeysIsTheOneOfNewKeys compares what an administrator is told
// to put into a key's policy with what keys are made with.
func TestTheStatementForOldKeysIsTheOneOfNewKeys(t *testing.T) {
	var made struct{ Statement []map[string]any }
	err := json.Unmarshal([]byte(read(t, "internal/keys/kms/testdata/policy.json")), &made)
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(read(t, "docs/deploy.md"), "```json\n  {\n    \"Sid\"")
	text, _, _ = strings.Cut(text, "```")
	var told map[string]any
	err = json.Unmarshal([]byte(`{"Sid"`+text), &told)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range made.Statement {
		if statement["Sid"] == told["Sid"] && reflect.DeepEqual(statement, told) {
			return
		}
	}
	t.Errorf("docs/deploy.md tells %v", told)
}
