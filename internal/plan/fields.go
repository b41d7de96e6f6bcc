package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/resource"
)

// fact is one field of a thing, or one entry of a list of it.
type fact struct {
	name  string
	value any // text or truth
}

// changed are the fields in which two lists of facts differ, in the order of the
// new one, then what is gone.
func changed(before, after []fact) []Field {
	was := make(map[string]any, len(before))
	for _, f := range before {
		was[f.name] = f.value
	}
	is := make(map[string]bool, len(after))
	var fields []Field
	for _, f := range after {
		is[f.name] = true
		old := was[f.name]
		if old != f.value {
			fields = append(fields, Field{Name: f.name, Before: old, After: f.value})
		}
	}
	for _, f := range before {
		if !is[f.name] {
			fields = append(fields, Field{Name: f.name, Before: f.value})
		}
	}
	return fields
}

// given are the facts of a thing that is new or goes: those that are more than
// the default.
func given(facts, defaults []fact) []fact {
	return slices.DeleteFunc(slices.Clone(facts), func(f fact) bool { return slices.Contains(defaults, f) })
}

// facts are those of a connector in its normal form, but for whether it is active.
func (c *Connector) facts() []fact {
	facts := []fact{
		{"label", c.Label}, {"kind", c.Kind}, {"description", c.Description}, {"shown", c.Shown}, {"url", c.URL},
		{"entity_id", c.EntityID}, {"partition", c.Partition}, {"region", c.Region}, {"relay_state", c.RelayState},
		{"session_duration", c.SessionDuration}, {"end_with_session", c.EndWithSession}, {"sign_response", c.SignResponse},
		{"aws_chooser", c.AWSChooser}, {"confirm_cross_site", c.ConfirmCross == nil || *c.ConfirmCross},
	}
	for _, state := range c.RelayStates {
		facts = append(facts, fact{fmt.Sprintf("relay_states[%q]", state), true})
	}
	for _, rule := range c.Attributes {
		facts = append(facts, attributeFact(rule))
	}
	for _, role := range c.Roles {
		facts = append(facts, fact{fmt.Sprintf("roles[%q]", role.RoleARN), roleText(role)})
	}
	for _, group := range c.Groups {
		facts = append(facts, fact{fmt.Sprintf("groups[%q]", group), true})
	}
	return facts
}

// attributeFact names the one rule that may be there several times with its value.
func attributeFact(rule resource.Attribute) fact {
	if rule.Name == "TransitiveTagKeys" {
		return fact{fmt.Sprintf("attributes[%q]", rule.Name+"="+rule.Value), true}
	}
	return fact{fmt.Sprintf("attributes[%q]", rule.Name), rule.Value}
}

// roleText says of a role what else there is to it. No group means all of them,
// which reads as its contrary.
func roleText(role resource.Role) string {
	if len(role.Groups) == 0 {
		return role.ProviderARN + ", for every group of the connector"
	}
	return role.ProviderARN + ", for " + strings.Join(role.Groups, ", ")
}

// connectorFields are the fields in which two connectors differ, but for whether
// they are active.
func connectorFields(before, after *Connector) []Field {
	fields := changed(before.facts(), after.facts())
	if len(fields) > 0 {
		return fields
	}
	order := func(name string, same bool) {
		if !same {
			fields = append(fields, Field{Name: name, Before: "in one order", After: "in another order"})
		}
	}
	order("roles", reflect.DeepEqual(before.Roles, after.Roles))
	order("attributes", reflect.DeepEqual(before.Attributes, after.Attributes))
	order("relay_states", reflect.DeepEqual(before.RelayStates, after.RelayStates))
	return fields
}

func newConnectorFields(c *Connector) []Field {
	var none Connector
	none.setDefaults()
	none.Kind = ""
	return changed(nil, given(c.facts(), none.facts()))
}

// facts are those of a person.
func (u *User) facts() []fact {
	facts := []fact{{"name", u.Name}, {"admin_role", u.AdminRole}, {"name_id", u.NameID}}
	names := make([]string, 0, len(u.Attributes))
	for name := range u.Attributes {
		names = append(names, name)
	}
	for _, name := range sorted(names) {
		facts = append(facts, fact{fmt.Sprintf("attributes[%q]", name), u.Attributes[name]})
	}
	return facts
}

func newUserFields(u *User) []Field {
	fields := changed(nil, given(u.facts(), (&User{}).facts()))
	if !u.Active {
		fields = append(fields, Field{Name: "active", After: false})
	}
	return fields
}

// gone turns the fields of a new thing into those of one that goes.
func gone(fields []Field) []Field {
	for i := range fields {
		fields[i].Before, fields[i].After = fields[i].After, nil
	}
	return fields
}
