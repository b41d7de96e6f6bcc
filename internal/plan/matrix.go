package plan

import (
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/awsfed"
)

// MaxMatrix is how many combinations of account, role and group the matrices of
// one file may spell.
const MaxMatrix = 250_000

// What the ARNs of a matrix are when it does not say.
const (
	defaultRoleARN     = "arn:{partition}:iam::{id}:role/{role}"
	defaultProviderARN = "arn:{partition}:iam::{id}:saml-provider/Gatepost"
)

// matrix spells connectors for accounts × roles × groups.
type matrix struct {
	Accounts    accounts  `yaml:"accounts"`
	Roles       roles     `yaml:"roles"`
	RoleARN     string    `yaml:"role_arn"`
	ProviderARN string    `yaml:"provider_arn"`
	Connector   Connector `yaml:"connector"` // the shape of each; its texts may hold placeholders
}

func (m *matrix) setDefaults() {
	m.RoleARN, m.ProviderARN = defaultRoleARN, defaultProviderARN
	m.Connector.setDefaults()
}

// account is a name and a number, in the order of the file.
type account struct{ name, id string }

type accounts []account

func (list *accounts) readNode(d *decoder, n *yaml.Node, path string) {
	d.entries(n, path, func(name string, value *yaml.Node, at string) {
		if !d.plain(value, at) {
			return
		}
		// Digits without quotes are a number to YAML; what is written is what
		// is meant, leading zeros too.
		if value.Kind != yaml.ScalarNode || !awsfed.IsAccount(value.Value) {
			d.fault(value, at, value.Value, "is not the number of an AWS account", "write its 12 digits, with leading zeros and without hyphens")
			return
		}
		*list = append(*list, account{name, value.Value})
	})
}

// matrixRole is a role with the groups that it is open to, in all the accounts or
// in some.
type matrixRole struct {
	name string
	path string
	line int
	cell cell
	only map[string]bool // the accounts that have it; empty for all of them
}

type cell struct {
	Groups   []string `yaml:"groups"`
	Accounts []string `yaml:"accounts"`
}

type roles []matrixRole

func (list *roles) readNode(d *decoder, n *yaml.Node, path string) {
	d.entries(n, path, func(name string, value *yaml.Node, at string) {
		one := matrixRole{name: name, path: at, line: value.Line}
		before := len(d.faults)
		target := reflect.ValueOf(&one.cell).Elem()
		if value.Kind != yaml.MappingNode {
			target = target.FieldByName("Groups")
		}
		d.value(target, value, at)
		if len(d.faults) > before {
			return
		}
		if len(one.cell.Groups) == 0 {
			d.fault(value, at, "", "names no group", "name those that it is open to")
			return
		}
		one.only = map[string]bool{}
		for _, name := range one.cell.Accounts {
			one.only[name] = true
		}
		*list = append(*list, one)
	})
}

// matrices reads the section and adds the connectors that it spells.
func (r *reading) matrices(n *yaml.Node, path string) {
	if !r.isList(n, path) {
		return
	}
	for i, item := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		var m matrix
		before := len(r.faults)
		r.decoder.value(reflect.ValueOf(&m).Elem(), item, at)
		if len(r.faults) > before {
			continue
		}
		s := speller{reading: r, matrix: &m, node: item, path: at}
		if s.check() {
			s.spell()
		}
	}
}
