package plan

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// speller spells the connectors of one matrix.
type speller struct {
	*reading
	*matrix
	node *yaml.Node
	path string
}

// each reports whether the matrix makes a connector for each account, and not one
// for all of them: the slug tells.
func (s *speller) each() bool {
	return strings.Contains(s.Connector.Slug, "{account}") || strings.Contains(s.Connector.Slug, "{id}")
}

// check tells what is wrong with the matrix as such, and reports whether nothing is.
func (s *speller) check() bool {
	before := len(s.faults)
	for _, name := range []string{"roles", "groups", "kind", "url"} {
		given := child(child(s.node, "connector"), name)
		if given != nil {
			s.fault(given, s.path+".connector."+name, "", "is not for a matrix, which gives roles of AWS accounts and their groups itself", "leave it out")
		}
	}
	s.tooMany()
	s.checkSize()
	s.checkText()
	s.checkCells()
	if len(s.faults) == before {
		s.checkTemplates()
	}
	return len(s.faults) == before
}

func (s *speller) checkSize() {
	if len(s.Accounts) == 0 {
		s.fault(s.node, s.path+".accounts", "", "names no account", "write them as NAME: NUMBER")
	}
	if len(s.Roles) == 0 {
		s.fault(s.node, s.path+".roles", "", "names no role", "write them as NAME: [GROUP, …]")
	}
	for _, role := range s.Roles {
		s.spelled += max(1, len(role.cell.Accounts), len(s.Accounts)) * len(role.cell.Groups)
	}
	if s.spelled > MaxMatrix {
		s.fault(s.node, s.path, fmt.Sprint(s.spelled), "spells too many combinations of account, role and group", fmt.Sprintf("use at most %d in one file", MaxMatrix))
	}
}

func (s *speller) checkCells() {
	known := map[string]bool{}
	for _, a := range s.Accounts {
		known[a.name] = true
	}
	for _, role := range s.Roles {
		for i, name := range role.cell.Accounts {
			if !known[name] {
				s.add(role.line, idp.Problem{Field: fmt.Sprintf("%s.accounts[%d]", role.path, i), Value: name, Reason: "is not an account of this matrix", Remedy: "name it under accounts"})
			}
		}
	}
}

// checkTemplates tries each template once: whether its braces make sense does not
// depend on the account.
func (s *speller) checkTemplates() {
	inside, outside := s.values(s.Accounts[0]), s.values(account{})
	if s.each() {
		outside = s.values(s.Accounts[0])
	}
	try := func(field, text string, values map[string]string) {
		_, reason := expand(text, values)
		if reason == "" {
			return
		}
		remedy := "use {account}, {id}, {partition} and, for groups and ARNs, {role}"
		if !s.each() && strings.HasPrefix(field, "connector") {
			remedy = "use {partition} alone: this is one connector for all the accounts, since its slug has no {account}"
		}
		s.add(lineOf(s.node, field), idp.Problem{Field: s.path + "." + field, Value: text, Reason: reason, Remedy: remedy})
	}
	c := s.Connector
	eachText(&c, func(field string, text *string) { try("connector."+field, *text, outside) })
	for _, role := range s.Roles {
		at := strings.TrimPrefix(role.path, s.path+".")
		delete(inside, "role")
		try(at, role.name, inside)
		inside["role"] = role.name
		for _, group := range role.cell.Groups {
			try(at, group, inside)
		}
	}
	try("role_arn", s.RoleARN, inside)
	try("provider_arn", s.ProviderARN, inside)
}

// values are what the placeholders stand for; those of an account without a name
// stand for nothing.
func (s *speller) values(a account) map[string]string {
	partition := s.Connector.Partition
	if partition == "" {
		partition = "aws"
	}
	if a.name == "" {
		return map[string]string{"partition": partition}
	}
	return map[string]string{"partition": partition, "account": a.name, "id": a.id}
}

func (s *speller) spell() {
	if !s.each() {
		s.one(s.values(account{}), s.Accounts)
		return
	}
	for i, a := range s.Accounts {
		s.one(s.values(a), s.Accounts[i:i+1])
	}
}

// one adds one connector with the roles of some accounts.
func (s *speller) one(values map[string]string, of []account) {
	c := s.Connector
	c.RelayStates = slices.Clone(c.RelayStates)
	c.Attributes = slices.Clone(c.Attributes)
	eachText(&c, func(_ string, text *string) { *text, _ = expand(*text, values) })
	for _, a := range of {
		c.Roles = append(c.Roles, s.rolesIn(a)...)
	}
	for _, role := range c.Roles {
		c.Groups = append(c.Groups, role.Groups...)
	}
	c.Groups = sorted(c.Groups)
	s.connectors = append(s.connectors, placed[Connector]{value: c, node: s.node, path: s.path, matrix: true, sound: true})
}

func (s *speller) rolesIn(a account) []resource.Role {
	values := s.values(a)
	var list []resource.Role
	for _, role := range s.Roles {
		if len(role.only) > 0 && !role.only[a.name] {
			continue
		}
		values["role"], _ = expand(role.name, values)
		one := resource.Role{Groups: make([]string, len(role.cell.Groups))}
		one.RoleARN, _ = expand(s.RoleARN, values)
		one.ProviderARN, _ = expand(s.ProviderARN, values)
		for i, group := range role.cell.Groups {
			one.Groups[i], _ = expand(group, values)
		}
		delete(values, "role")
		list = append(list, one)
	}
	return list
}

// eachText visits the texts of a connector in which placeholders may stand.
func eachText(c *Connector, visit func(field string, text *string)) {
	visit("slug", &c.Slug)
	visit("label", &c.Label)
	visit("description", &c.Description)
	visit("entity_id", &c.EntityID)
	visit("relay_state", &c.RelayState)
	for i := range c.RelayStates {
		visit(fmt.Sprintf("relay_states[%d]", i), &c.RelayStates[i])
	}
	for i := range c.Attributes {
		visit(fmt.Sprintf("attributes[%d].value", i), &c.Attributes[i].Value)
	}
	visit("private_key_file", &c.PrivateKeyFile)
	visit("certificate_file", &c.CertificateFile)
}
