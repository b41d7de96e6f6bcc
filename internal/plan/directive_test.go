package plan_test

import (
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

func TestYAMLWithDirectivesOrInOtherEncodingsIsRefusedBeforeItIsParsed(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a tag":                     {"%TAG ! tag:x\n---\nslug: a\n", "directive (line 1)"},
		"a version":                 {"# c\r\n\r%YAML 1.1\n---\nslug: a\n", "directive (line 3)"},
		"behind a mark":             {"\ufeff%YAML 1.1\n---\nslug: a\n", "directive (line 1)"},
		"behind YAML 1.1's breaks":  {"#\u0085#\u2028#\u2029%YAML 1.1\n---\nslug: a\n", "directive (line 4)"},
		"of another document":       {"slug: a\n...\n%TAG ! tag:x\n---\n", "directive (line 3)"},
		"UTF-16, little end first":  {"\xff\xfes\x00", "UTF-16"},
		"UTF-16, big end first":     {"\xfe\xff\x00s", "UTF-16"},
		"percent signs in the text": {"slug: a # 5 %\n#: 100 %\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, read := range []func() error{
				func() error { return plan.ReadConnector([]byte(c.text), new(resource.Connector)) },
				func() error {
					_, err := plan.Read([]byte(strings.ReplaceAll(c.text, "slug: a", "version: 1")))
					return err
				},
			} {
				err := read()
				if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
					t.Errorf("got %v, want %q", err, c.want)
				}
			}
		})
	}
}
