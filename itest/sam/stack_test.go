// Package sam_test proves of template.yaml what docs/functions.md promises of it:
// who may do what, and the rules under it. Each check is a function that returns what is wrong,
// so that a test can also see it complain about a template that was changed.
package sam_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/sam/policy"
	"github.com/gatepost/gatepost/itest/sam/template"
	"github.com/gatepost/gatepost/itest/tool"
)

// function is one function of the deployed shape.
type function struct {
	name string
	id   string // of the resource
	role string
	log  string
}

var functions = []function{
	{"sso", "SsoFunction", "SsoRole", "SsoLog"},
	{"portal", "PortalFunction", "PortalRole", "PortalLog"},
	{"metadata", "MetadataFunction", "MetadataRole", "MetadataLog"},
	{"admin", "AdminFunction", "AdminRole", "AdminLog"},
	{"keys", "KeysFunction", "KeysRole", "KeysLog"},
}

func repository() string { return filepath.Dir(tool.Root()) }

func templatePath() string { return filepath.Join(repository(), "template.yaml") }

// defaults is the stack with the parameters as they come.
func defaults(t testing.TB) *template.Stack {
	t.Helper()
	read, err := template.Read(templatePath())
	if err != nil {
		t.Fatal(err)
	}
	s, err := read.Stack(nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// check looks at one side of a template and returns what is wrong.
type check func(*template.Template) []string

// checks are all sides, by name.
var checks = map[string]check{
	"access":     accessComplaints,
	"grants":     grantComplaints,
	"statements": statementComplaints,
	"roles":      roleComplaints,
	"principals": principalComplaints,
	"secrets":    secretsKeyComplaints,
	"powers":     powerComplaints,
	"functions":  functionComplaints,
	"logs":       logComplaints,
	"tables":     tableComplaints,
	"api":        apiComplaints,
	"domain":     domainComplaints,
	"outputs":    outputComplaints,
}

func TestTheTemplateKeepsEveryPromise(t *testing.T) {
	read, err := template.Read(templatePath())
	if err != nil {
		t.Fatal(err)
	}
	for name, complaints := range checks {
		t.Run(name, func(t *testing.T) {
			for _, complaint := range complaints(read) {
				t.Error(complaint)
			}
		})
	}
}

// complaint collects what is wrong.
type complaint struct{ list []string }

func (c *complaint) add(format string, args ...any) {
	c.list = append(c.list, fmt.Sprintf(format, args...))
}

// failed adds an error, if there is one.
func (c *complaint) failed(err error) bool {
	if err != nil {
		c.add("%v", err)
	}
	return err != nil
}

// same adds a complaint when two lists differ, whatever their order.
func (c *complaint) same(what string, got, want []string) {
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		c.add("%s: got\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// stackOf is a stack of the template, or a complaint and nil.
func (c *complaint) stackOf(t *template.Template, parameters map[string]any) *template.Stack {
	s, err := t.Stack(parameters)
	if c.failed(err) {
		return nil
	}
	return s
}

// statements are those of a function's role.
func (c *complaint) statements(s *template.Stack, f function) []policy.Statement {
	all, err := policy.OfRole(s, f.role)
	c.failed(err)
	return all
}
