package sam_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/tool"
)

// validate runs validate.py, which asks AWS's own translator and cfn-lint, and
// returns what it says.
func validate(t *testing.T, arguments ...string) string {
	t.Helper()
	python := tool.Python(t, "cfnlint.api, samtranslator.translator.translator, tomllib")
	out, err := exec.CommandContext(t.Context(), python, append([]string{"validate.py"}, arguments...)...).CombinedOutput()
	if err != nil && len(out) == 0 {
		t.Fatalf("validate.py: %v", err)
	}
	return string(out)
}

func TestTranslatorAndLinterAreSilent(t *testing.T) {
	if said := validate(t); said != "" {
		t.Errorf("validate.py says:\n%s", said)
	}
}

func TestTranslatorAndLinterSeeFaults(t *testing.T) {
	for _, c := range []struct{ name, file, old, new, word string }{
		{"a property that does not exist", "template.yaml", "BillingMode: PAY_PER_REQUEST", "BillingMoed: PAY_PER_REQUEST", "BillingMoed"},
		{"a resource that does not exist", "template.yaml", "!GetAtt SsoRole.Arn", "!GetAtt SooRole.Arn", "SooRole"},
		{"a circle", "template.yaml", "function:${AWS::StackName}-sso/invocations", "function:${SsoFunction}/invocations", "Circular"},
		{"what the translator refuses", "template.yaml", "      DisableExecuteApiEndpoint", "      Name: gatepost\n      DisableExecuteApiEndpoint", "translation: "},
		{"a parameter that does not exist", "samconfig.toml", `ThrottleRate=`, `ThrotleRate=`, "no such parameter"},
		{"a value that is not allowed", "samconfig.toml", `LogRetentionDays=\"30\"`, `LogRetentionDays=\"31\"`, "not one of"},
		{"two environments in one account", "samconfig.toml", `"gatepost-staging"`, `"gatepost-prod"`, "staging, prod: profile gatepost-prod"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{}
			for _, name := range []string{"template.yaml", "samconfig.toml"} {
				text := read(t, name)
				if name == c.file {
					if !strings.Contains(text, c.old) {
						t.Fatalf("%s does not hold %q", name, c.old)
					}
					text = strings.Replace(text, c.old, c.new, 1)
				}
				files[name] = filepath.Join(t.TempDir(), name)
				err := os.WriteFile(files[name], []byte(text), 0o600)
				if err != nil {
					t.Fatal(err)
				}
			}
			said := validate(t, files["template.yaml"], files["samconfig.toml"])
			if !strings.Contains(said, c.word) {
				t.Errorf("validate.py does not say %q, but %q", c.word, said)
			}
		})
	}
}
