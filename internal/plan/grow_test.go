package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/growtest"
	"github.com/gatepost/gatepost/internal/plan"
)

func TestTheWorkOfReadingAFileGrowsWithIt(t *testing.T) {
	again := func(head, text, tail string) func(int) string {
		return func(n int) string { return head + strings.Repeat(text, n/len(text)) + tail }
	}
	counted := func(head, format, tail string) func(int) string {
		return func(n int) string { return head + lines(n/len(fmt.Sprintf(format, 10_000)), format) + tail }
	}
	for name, input := range map[string]func(int) string{
		"tags":                counted("", "%%TAG !a%d! tag:x\n", "--- {version: 1}\n"),
		"tags of a second":    counted("version: 1\n...\n", "%%TAG !a%d! tag:x\n", "--- {version: 1}\n"),
		"anchors":             counted("version: 1\ngroups:\n", "- &a%d x\n", ""),
		"aliases":             again("version: 1\ngroups:\n- &a x\n", "- *a\n", ""),
		"depth":               again("version: 1\ngroups: ", "[", ""),
		"depth again":         again("version: 1\ngroups: [", strings.Repeat("[", 9000)+strings.Repeat("]", 9000)+",", "]"),
		"a long name":         again("version: 1\n", "k", ": 1\n"),
		"a long tag":          again("version: !", "k", " 1\n"),
		"many names":          counted("version: 1\n", "k%d: 1\n", ""),
		"one name":            again("", "version: 1\n", ""),
		"merges":              again("version: 1\n", "<<: {}\n", ""),
		"comments":            again("version: 1\ngroups:\n", "# c\n- a\n", ""),
		"folded text":         again("version: >\n", " a\n\n", ""),
		"escapes":             again("version: \"", "\\x41", "\"\n"),
		"digits":              again("version: ", "1", "\n"),
		"pairs in a list":     again("version: 1\ngroups: [", "a: b, ", "]\n"),
		"members":             counted("version: 1\ngroups:\n- name: a\n  members:\n", "  - {email: a%d@example.com}\n", ""),
		"people":              counted("version: 1\nusers:\n", "- {email: a%d@example.com}\n", ""),
		"connectors":          counted("version: 1\nconnectors:\n", "- {slug: a%d}\n", ""),
		"roles":               again("version: 1\nconnectors:\n- slug: a\n  roles:\n", "  - {role_arn: x}\n", ""),
		"attribute rules":     again("version: 1\nconnectors:\n- slug: a\n  attributes:\n", "  - {name: x}\n", ""),
		"accounts, a matrix":  counted("version: 1\nmatrix:\n- accounts:\n", "    a%d: 111122223333\n", "  roles: {r: [g]}\n  connector: {slug: 'a-{id}'}\n"),
		"matrices":            again("version: 1\nmatrix:\n", "- {accounts: {a: '111122223333'}, roles: {r: [g]}, connector: {slug: 'a-{id}'}}\n", ""),
		"placeholders":        again("version: 1\nmatrix:\n- accounts: {a: '111122223333'}\n  roles: {r: [g]}\n  connector: {slug: '", "{id}", "'}\n"),
		"one that never ends": again("version: \"", "a ", ""),
	} {
		t.Run(name, func(t *testing.T) {
			growtest.Linear(t, input, func(text []byte) { _, _ = plan.Read(text) })
		})
	}
}
