// Package policy decides as IAM does whether policies let a call through, for as
// much of IAM as the template uses. What it does not know it refuses to read,
// since a check must not pass over a statement.
package policy

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gatepost/gatepost/itest/sam/template"
)

// Statement is one statement of a policy.
type Statement struct {
	Sid        string
	Allow      bool // or deny
	Actions    []string
	Resources  []string
	Principals []string // ARNs or services; only in policies of a resource
	Conditions []Condition
}

// Condition is one line of a statement's conditions. All must hold.
type Condition struct {
	Operator string // with ForAllValues: or ForAnyValue: before it
	Key      string
	Values   []string
}

// Read reads a policy document, resolved. Elements that turn the meaning around
// (NotAction, NotResource, NotPrincipal) are refused.
func Read(document any) ([]Statement, error) {
	var d struct {
		Version   string
		Statement []struct {
			Sid, Effect string
			Action      any
			Resource    any
			Principal   map[string]any
			Condition   map[string]map[string]any
		}
	}
	err := template.Into(document, &d)
	if err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	if d.Version != "2012-10-17" {
		return nil, fmt.Errorf("read policy: version %q", d.Version)
	}
	var all []Statement
	for _, in := range d.Statement {
		if in.Effect != "Allow" && in.Effect != "Deny" {
			return nil, fmt.Errorf("read policy: statement %q: effect %q", in.Sid, in.Effect)
		}
		out := Statement{Sid: in.Sid, Allow: in.Effect == "Allow", Actions: texts(in.Action), Resources: texts(in.Resource)}
		for _, kind := range slices.Sorted(maps.Keys(in.Principal)) {
			out.Principals = append(out.Principals, texts(in.Principal[kind])...)
		}
		for _, operator := range slices.Sorted(maps.Keys(in.Condition)) {
			for _, key := range slices.Sorted(maps.Keys(in.Condition[operator])) {
				out.Conditions = append(out.Conditions, Condition{operator, key, texts(in.Condition[operator][key])})
			}
		}
		err := out.check()
		if err != nil {
			return nil, fmt.Errorf("read policy: statement %q: %w", in.Sid, err)
		}
		all = append(all, out)
	}
	return all, nil
}

// texts is a value that may stand alone or in a list.
func texts(value any) []string {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		list := make([]string, len(v))
		for i, one := range v {
			list[i] = fmt.Sprint(one)
		}
		return list
	default:
		return []string{fmt.Sprint(v)}
	}
}

// OfRole are the statements of an AWS::IAM::Role of the stack. A role that takes
// policies from elsewhere as well is an error.
func OfRole(s *template.Stack, id string) ([]Statement, error) {
	r, err := s.Resource(id)
	if err != nil {
		return nil, err
	}
	var role struct {
		RoleName                 any
		MaxSessionDuration       any
		AssumeRolePolicyDocument any
		Policies                 []struct {
			PolicyName     string
			PolicyDocument any
		}
	}
	err = template.Into(r.Properties, &role)
	if err != nil {
		return nil, fmt.Errorf("role %s: %w", id, err)
	}
	var all []Statement
	for _, p := range role.Policies {
		statements, err := Read(p.PolicyDocument)
		if err != nil {
			return nil, fmt.Errorf("role %s: %w", id, err)
		}
		all = append(all, statements...)
	}
	return all, nil
}
