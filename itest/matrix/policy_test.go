// Package matrix tests who may do what, whole: every administrator role, every
// operation of the config API, every way to come in, and the commands of the
// command line. What is allowed says internal/admin/testdata/policy.txt, and no
// other table.
package matrix

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/tool"
)

// cell is what the table says of an operation and a role.
type cell struct {
	allowed bool
	people  bool // not to administrators
	closed  bool // not with groups that open connectors
	lower   bool // not to those whom a higher role locked out
}

// table is the policy, by operation and role.
type table map[admin.Operation]map[idp.AdminRole]cell

// columns stand apart by two spaces or more: the names have single ones.
var columns = regexp.MustCompile(` {2,}`)

// readPolicy reads the table. What it does not know of is an error: a test must not
// pass over what it cannot read.
func readPolicy(t *testing.T) table {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(tool.Root(), "..", "internal", "admin", "testdata", "policy.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	roles := columns.Split(strings.TrimSpace(lines[0]), -1)
	for _, role := range roles {
		if !slices.Contains(administrators, idp.AdminRole(role)) {
			t.Fatalf("the table has a role %q", role)
		}
	}
	policy := table{}
	for _, line := range lines[1:] {
		words := columns.Split(line, -1)
		if len(roles) != len(administrators) || len(words) != len(roles)+1 {
			t.Fatalf("the table has a line %q", line)
		}
		said := map[idp.AdminRole]cell{}
		for i, role := range roles {
			said[idp.AdminRole(role)] = readCell(t, words[i+1])
		}
		policy[admin.Operation(words[0])] = said
	}
	return policy
}

func readCell(t *testing.T, text string) cell {
	t.Helper()
	words := strings.Split(text, ", ")
	c := cell{allowed: words[0] == "yes"}
	if text == "-" {
		return c
	}
	for _, word := range words[1:] {
		switch word {
		case "people":
			c.people = true
		case "closed":
			c.closed = true
		case "unlocked":
			c.lower = true
		default:
			t.Fatalf("the table has a cell %q", text)
		}
	}
	if !c.allowed {
		t.Fatalf("the table has a cell %q", text)
	}
	return c
}

// need is an operation and what it is done to, as far as the policy asks.
type need struct {
	op admin.Operation
	admin.Target
}

// allows is what the table says of a role that does all of some operations. Who may
// only read is held to those that change nothing.
func (p table) allows(role idp.AdminRole, reads bool, needs []need) bool {
	for _, n := range needs {
		c := p[n.op][role]
		changes := n.op != admin.OpRead && n.op != admin.OpTest
		if !c.allowed || reads && changes || n.Administrator && c.people || n.Opens && c.closed || n.LockedBy.Outranks(role) && c.lower {
			return false
		}
	}
	return true
}
