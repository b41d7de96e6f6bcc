package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// connectorRolesPage changes the roles and the attributes of a connector.
type connectorRolesPage struct {
	about
	Form       form
	Roles      []rolePair
	Attributes []attributePair
	Warnings   []fault
}

// rolePair is a role with its provider and its groups.
type rolePair struct {
	Index    int
	Role     field
	Provider field
	Groups   field
	Open     string // to whom, in words
}

// Number counts from 1, as people do.
func (p rolePair) Number() int { return p.Index + 1 }

// attributePair is an attribute rule.
type attributePair struct {
	Index int
	Name  field
	Value field
	Full  string // the name that it is sent under
}

// Number counts from 1, as people do.
func (p attributePair) Number() int { return p.Index + 1 }

func (p connectorRolesPage) heading() heading {
	return p.about.heading("connector_roles", p.Form.title("Roles and attributes"))
}

func connectorRoles(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	return v.showRoles(c, newForm(c.ETag, roleValues(c), connectorsPath+"/"+c.Slug+tabRoles))
}

func (v *visit) showRoles(c resource.Connector, f form) error {
	return v.show(f.status(), rolesPageOf(v.about(c, tabRoles), c, f))
}

func rolesPageOf(a about, c resource.Connector, f form) connectorRolesPage {
	p := connectorRolesPage{about: a, Form: f}
	edited := c
	edited.Roles, edited.Attributes = rolesFrom(f), attributesFrom(f)
	for i := range edited.Roles {
		p.Roles = append(p.Roles, rolePairOf(f, i, c.Groups))
	}
	for i, rule := range edited.Attributes {
		at := fmt.Sprintf("attributes[%d]", i)
		pair := attributePair{Index: i, Name: f.Field(at+".name", "Name", ""), Value: f.Field(at+".value", "Value", "")}
		pair.Name.List = "attribute-names"
		if rule.Name != "" && !strings.Contains(rule.Name, "://") {
			pair.Full = awsfed.AttributeName(rule.Name)
		}
		p.Attributes = append(p.Attributes, pair)
	}
	p.Warnings = warnings(edited)
	return p
}

// maxRoleTicks is for how many roles times groups there is a box to tick; past it
// the groups of a role are written as a list.
const maxRoleTicks = 2000

func rolePairOf(f form, i int, groups []string) rolePair {
	at := fmt.Sprintf("roles[%d]", i)
	p := rolePair{Index: i, Role: f.Field(at+".role_arn", "Role ARN", ""), Provider: f.Field(at+".provider_arn", "Provider ARN", "")}
	_, written := f.Values[at+".groups"]
	names := groupsOfRole(f, at)
	if written {
		p.Groups = f.Field(at+".groups", "Groups", "Names with spaces between. Left empty, all groups of the connector.")
	} else {
		var choices []choice
		for _, name := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(groups, names)))) {
			choices = append(choices, choice{Name: name})
		}
		p.Groups = f.ticks(at+".groups", "Groups", "None ticked: all groups of the connector.", choices, "")
	}
	switch len(names) {
	case 0:
		p.Open = "all groups"
	case 1, 2, 3:
		p.Open = strings.Join(names, ", ")
	default:
		p.Open = count(len(names), false, "group", "groups")
	}
	return p
}

func groupsOfRole(f form, at string) []string {
	written, ok := f.Values[at+".groups"]
	if ok {
		return strings.FieldsFunc(written, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' })
	}
	return f.ticked(at + ".groups")
}

// roleValues are the values of the form about roles and attributes.
func roleValues(c resource.Connector) map[string]string {
	return valuesOfRoles(c.Roles, c.Attributes, len(c.Roles)*len(c.Groups) > maxRoleTicks)
}

func valuesOfRoles(roles []resource.Role, attributes []resource.Attribute, written bool) map[string]string {
	values := map[string]string{}
	for i, role := range roles {
		at := fmt.Sprintf("roles[%d]", i)
		values[at+".role_arn"], values[at+".provider_arn"] = role.RoleARN, role.ProviderARN
		if written {
			values[at+".groups"] = strings.Join(role.Groups, " ")
			continue
		}
		for _, group := range role.Groups {
			values[at+".groups["+group+"]"] = "on"
		}
	}
	for i, rule := range attributes {
		at := fmt.Sprintf("attributes[%d]", i)
		values[at+".name"], values[at+".value"] = rule.Name, rule.Value
	}
	return values
}

// rolesFrom reads the roles that a form shows, rows that are empty included.
func rolesFrom(f form) []resource.Role {
	roles := []resource.Role{}
	for i := 0; ; i++ {
		at := fmt.Sprintf("roles[%d]", i)
		arn, ok := f.Values[at+".role_arn"]
		if !ok {
			return roles
		}
		roles = append(roles, resource.Role{RoleARN: arn, ProviderARN: f.Values[at+".provider_arn"], Groups: groupsOfRole(f, at)})
	}
}

func attributesFrom(f form) []resource.Attribute {
	rules := []resource.Attribute{}
	for i := 0; ; i++ {
		at := fmt.Sprintf("attributes[%d]", i)
		name, ok := f.Values[at+".name"]
		if !ok {
			return rules
		}
		rules = append(rules, resource.Attribute{Name: name, Value: f.Values[at+".value"]})
	}
}

// saveRoles saves roles and attributes, or does what a button of the form asks:
// one row more, or one less.
func saveRoles(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	path := connectorsPath + "/" + c.Slug + tabRoles
	f := posted(v.fields, append(named(v.fields, "roles"), named(v.fields, "attributes")...), path)
	after := c
	after.Roles, after.Attributes = rolesFrom(f), attributesFrom(f)
	rearranged := rearrange(&after, v.fields["do"])
	f.Values = valuesOfRoles(after.Roles, after.Attributes, len(c.Roles)*len(c.Groups) > maxRoleTicks)
	if rearranged {
		return v.showRoles(c, f)
	}
	if f.refused(storable(after), ofConnector(roleValues)) {
		return v.showRoles(c, f)
	}
	if f.Match == c.ETag {
		asked, err := v.confirmed(c, after, confirmPage{
			Section: connectorsPath, Trail: []link{{"Connectors", connectorsPath}, {c.Label, connectorsPath + "/" + c.Slug}},
			Title: "Change the roles of " + c.Label + "?", Action: path, Button: "Save", Back: path, Changes: setLines("Roles", roleLines(c), roleLines(after)),
		}, false)
		if err != nil || asked {
			return err
		}
	}
	saved, err := v.UpdateConnector(v.ctx(), c.Slug, f.Match, func(now *resource.Connector) error {
		now.Roles, now.Attributes = after.Roles, after.Attributes
		return nil
	})
	if f.refused(err, ofConnector(roleValues)) {
		return v.showRoles(c, f)
	}
	if err != nil {
		return err
	}
	return v.done(connectorsPath+"/"+saved.Connector.Slug+tabRoles, "saved")
}

// rearrange adds or drops a row, as a button says, and reports whether one did.
// Otherwise it drops the rows that are empty.
func rearrange(c *resource.Connector, button string) bool {
	what, index, _ := strings.Cut(strings.TrimPrefix(button, "drop-"), "-")
	i, err := strconv.Atoi(index)
	dropping := strings.HasPrefix(button, "drop-") && err == nil && i >= 0
	switch {
	case button == "add-role":
		c.Roles = append(c.Roles, resource.Role{})
	case button == "add-attribute":
		c.Attributes = append(c.Attributes, resource.Attribute{})
	case dropping && what == "role" && i < len(c.Roles):
		c.Roles = slices.Delete(c.Roles, i, i+1)
	case dropping && what == "attribute" && i < len(c.Attributes):
		c.Attributes = slices.Delete(c.Attributes, i, i+1)
	default:
		c.Roles = slices.DeleteFunc(c.Roles, func(r resource.Role) bool { return r.RoleARN == "" && r.ProviderARN == "" })
		c.Attributes = slices.DeleteFunc(c.Attributes, func(a resource.Attribute) bool { return a.Name == "" && a.Value == "" })
		return false
	}
	return true
}

// storable tells what would keep a connector from being stored, so that nobody is
// asked to confirm what cannot be saved. Groups are names here: those the service
// looks at.
func storable(c resource.Connector) error {
	d, err := c.Domain()
	problems, err := problemsOf(err)
	if err != nil {
		return err
	}
	for _, check := range []func(*idp.Connector) error{(*idp.Connector).Validate, awsfed.CheckConnector} {
		more, err := problemsOf(check(&d))
		if err != nil {
			return err
		}
		problems = append(problems, more...)
	}
	return problems.Err()
}

// warnings tell what may be saved but should be known.
func warnings(c resource.Connector) []fault {
	d, err := c.Domain()
	if err != nil {
		return nil
	}
	var list []fault
	for _, p := range awsfed.Warnings(&d) {
		list = append(list, fault{Name: spell(p.Field), Text: p.Sentence()})
	}
	return list
}

// roleLines are the roles as one line each.
func roleLines(c resource.Connector) []string {
	var lines []string
	for _, role := range c.Roles {
		to := "all groups"
		if len(role.Groups) > 0 {
			to = strings.Join(role.Groups, ", ")
		}
		lines = append(lines, role.RoleARN+" for "+to)
	}
	return lines
}
