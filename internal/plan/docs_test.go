package plan_test

import (
	"os"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/plan"
)

const manual = "../../docs/file.md"

// block is what the manual shows below a mark.
func block(t *testing.T, mark string) (text string, from, to int) {
	t.Helper()
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	at := strings.Index(page, "<!-- "+mark+" -->\n```")
	if at < 0 {
		t.Fatalf("%s has no %s", manual, mark)
	}
	from = at + strings.Index(page[at:], "```")
	from += strings.Index(page[from:], "\n") + 1
	to = from + strings.Index(page[from:], "```\n")
	return page[from:to], from, to
}

// shows checks, or with -update writes, a block of the manual.
func shows(t *testing.T, mark, want string) {
	t.Helper()
	text, from, to := block(t, mark)
	if text == want {
		return
	}
	if !*update {
		t.Errorf("%s, %s: run with -update to write\n%s", manual, mark, want)
		return
	}
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	err = os.WriteFile(manual, []byte(page[:from]+want+page[to:]), 0o600)
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheManualShowsWhatAMatrixStandsFor(t *testing.T) {
	example, _, _ := block(t, "example: matrix")
	text, err := read(t, example).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "version:")
	shows(t, "spelled: matrix", "version:"+rest)
}

func TestTheManualShowsAPlan(t *testing.T) {
	s := newSite()
	apply(t, s, "version: 1\ngroups:\n- name: SSO-AWS-A\n  members: [{email: alice@example.com}]\nusers:\n- {email: alice@example.com, name: Alice}\n")
	example, _, _ := block(t, "example: first")
	shows(t, "plan: first", diff(t, s, read(t, example)).Text(plan.TextOptions{}))
}
