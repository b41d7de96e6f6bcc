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

// fault is a change of a file and a word that validate.py then says.
type fault struct{ file, old, new, word string }

func TestTranslatorAndLinterSeeFaults(t *testing.T) {
	for name, faults := range map[string][]fault{
		"by the linter": {
			{"template.yaml", "BillingMode: PAY_PER_REQUEST", "BillingMoed: PAY_PER_REQUEST", "BillingMoed"},
			{"template.yaml", "!GetAtt SsoRole.Arn", "!GetAtt SooRole.Arn", "SooRole"},
			{"template.yaml", "in: header, x-amazon-apigateway-authtype", "in: query, x-amazon-apigateway-authtype", "authorizer iam"},
			{"template.yaml", "function:${AWS::StackName}-portal/invocations", "function:${PortalFunction}/invocations", "Circular"},
			{"samconfig.toml", `ThrottleRate=`, `ThrotleRate=`, "no such parameter"},
			{"samconfig.toml", `LogRetentionDays="30"`, `LogRetentionDays="31"`, "not one of"},
			{"samconfig.toml", `'LogRetentionDays="400"'`, `'LogRetentionDays="400" OwnerPrincipals="arn:aws:iam::444455556666:root,*"'`, "OwnerPrincipals='arn:aws:iam::444455556666:root,*': not of the form"},
			{"samconfig.toml", `ThrottleBurst="20"`, `ThrottleBurst="20" EventRetentionDays="3651"`, "not from 1 to 3650"},
			{"samconfig.toml", `"CAPABILITY_NAMED_IAM"`, `"CAPABILITY_IAM"`, "default asks for CAPABILITY_IAM"},
			{"samconfig.toml", `stack_name = "gatepost"`, `stack_name = "` + strings.Repeat("x", 49) + `"`, "default: a stack's name of more than 48"},
			{"samconfig.toml", `"gatepost-staging"`, `"gatepost-prod"`, "staging, prod: profile gatepost-prod"},
		},
		"by the reader of comments": {
			{"samconfig.toml", `'LogRetentionDays="400"'`, `"LogRetentionDays=\"400\""`, "of a comment cannot be copied"},
		},
		"by the reader of TOML": {
			{"samconfig.toml", `'LogRetentionDays="400"'`, `"LogRetentionDays="400""`, "samconfig: Expected newline"},
		},
		"by the translator": {
			{"template.yaml", "      RouteSettings:", "      CorsConfiguration: {AllowOrigin: x}\n      RouteSettings:", "translation: "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"template.yaml": read(t, "template.yaml"), "samconfig.toml": read(t, "samconfig.toml")}
			for _, f := range faults {
				if !strings.Contains(files[f.file], f.old) {
					t.Fatalf("%s does not hold %q", f.file, f.old)
				}
				files[f.file] = strings.Replace(files[f.file], f.old, f.new, 1)
			}
			folder := t.TempDir()
			for name, text := range files {
				err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600)
				if err != nil {
					t.Fatal(err)
				}
			}
			said := validate(t, filepath.Join(folder, "template.yaml"), filepath.Join(folder, "samconfig.toml"))
			for _, f := range faults {
				if !strings.Contains(said, f.word) {
					t.Errorf("validate.py does not say %q, but %q", f.word, said)
				}
			}
		})
	}
}
