package template

import (
	"fmt"
	"regexp"
	"strings"
)

// Stack is a template with its parameters: what CloudFormation would make. Make
// it with [Template.Stack].
type Stack struct {
	template   *Template
	parameters map[string]any
	names      map[string]string
}

// What the pseudo parameters are in every test.
const (
	Name      = "gatepost"
	Region    = "eu-central-1"
	Account   = "111122223333"
	partition = "aws"
	suffix    = "amazonaws.com"
)

// Stack gives the template parameters, in place of their defaults. What it does
// not have, or a value that a parameter does not allow, is an error.
func (t *Template) Stack(parameters map[string]any) (*Stack, error) {
	s := &Stack{template: t, parameters: map[string]any{}, names: map[string]string{}}
	declared := part(t.root, "Parameters")
	for name, declaration := range declared {
		value, given := parameters[name]
		if !given {
			value = part(declared, name)["Default"]
		}
		if value == nil {
			return nil, fmt.Errorf("parameter %s has no default: %v", name, declaration)
		}
		if part(declared, name)["Type"] == "CommaDelimitedList" {
			value = listed(fmt.Sprint(value))
		}
		s.parameters[name] = value
	}
	for name := range parameters {
		if declared[name] == nil {
			return nil, fmt.Errorf("no parameter %s", name)
		}
	}
	return s, nil
}

// listed is the list that a parameter of comma-delimited values stands for. An
// empty one has one value, which is empty.
func listed(text string) []any {
	var list []any
	for value := range strings.SplitSeq(text, ",") {
		list = append(list, strings.TrimSpace(value))
	}
	return list
}

// Call gives a table, or another resource whose name CloudFormation makes up, the
// name that it has in a test.
func (s *Stack) Call(resource, name string) { s.names[resource] = name }

// noValue is what AWS::NoValue resolves to, and is left out of what holds it.
type noValue struct{}

// resolve is a value without intrinsic functions.
func (s *Stack) resolve(value any) (any, error) {
	switch v := value.(type) {
	case map[string]any:
		if len(v) == 1 {
			for name, argument := range v {
				if name == "Ref" || strings.HasPrefix(name, "Fn::") {
					return s.call(name, argument)
				}
			}
		}
		return s.resolveMap(v)
	case []any:
		list := make([]any, 0, len(v))
		for _, child := range v {
			r, err := s.resolve(child)
			if err != nil {
				return nil, err
			}
			if r != (noValue{}) {
				list = append(list, r)
			}
		}
		return list, nil
	default:
		return value, nil
	}
}

func (s *Stack) resolveMap(m map[string]any) (any, error) {
	out := make(map[string]any, len(m))
	for key, child := range m {
		r, err := s.resolve(child)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		if _, none := r.(noValue); !none {
			out[key] = r
		}
	}
	return out, nil
}

func (s *Stack) call(name string, argument any) (any, error) {
	switch name {
	case "Ref":
		return s.ref(argument)
	case "Fn::GetAtt":
		pair, ok := argument.([]any)
		if !ok || len(pair) != 2 {
			return nil, fmt.Errorf("Fn::GetAtt of %v", argument)
		}
		return s.attribute(fmt.Sprint(pair[0]), fmt.Sprint(pair[1]))
	case "Fn::Sub":
		return s.sub(argument)
	case "Fn::Join":
		return s.join(argument)
	case "Fn::If":
		three, ok := argument.([]any)
		if !ok || len(three) != 3 {
			return nil, fmt.Errorf("Fn::If of %v", argument)
		}
		holds, err := s.Condition(fmt.Sprint(three[0]))
		if err != nil {
			return nil, err
		}
		if holds {
			return s.resolve(three[1])
		}
		return s.resolve(three[2])
	default:
		return nil, fmt.Errorf("function %s is not known here", name)
	}
}

// join leaves out AWS::NoValue, as any list does.
func (s *Stack) join(argument any) (any, error) {
	two, ok := argument.([]any)
	if !ok || len(two) != 2 {
		return nil, fmt.Errorf("Fn::Join of %v", argument)
	}
	resolved, err := s.resolve(two[1])
	if err != nil {
		return nil, err
	}
	list, ok := resolved.([]any)
	if !ok {
		return nil, fmt.Errorf("Fn::Join of %v", resolved)
	}
	words := make([]string, len(list))
	for i, value := range list {
		words[i] = fmt.Sprint(value)
	}
	return strings.Join(words, fmt.Sprint(two[0])), nil
}

func (s *Stack) ref(argument any) (any, error) {
	name, ok := argument.(string)
	if !ok {
		return nil, fmt.Errorf("a Ref of %v", argument)
	}
	switch name {
	case "AWS::NoValue":
		return noValue{}, nil
	case "AWS::StackName":
		return Name, nil
	case "AWS::Region":
		return Region, nil
	case "AWS::AccountId":
		return Account, nil
	case "AWS::Partition":
		return partition, nil
	case "AWS::URLSuffix":
		return suffix, nil
	}
	if value, ok := s.parameters[name]; ok {
		return value, nil
	}
	if strings.HasSuffix(name, ".Stage") { // of an AWS::Serverless::HttpApi
		return "$default", nil
	}
	return s.name(name)
}

var placeholder = regexp.MustCompile(`\$\{([^}!]+)\}`)

func (s *Stack) sub(argument any) (any, error) {
	text, ok := argument.(string)
	var own map[string]any
	if pair, isPair := argument.([]any); isPair && len(pair) == 2 {
		text, ok = pair[0].(string)
		own, _ = pair[1].(map[string]any)
	}
	if !ok {
		return nil, fmt.Errorf("Fn::Sub of %v", argument)
	}
	var failed error
	text = placeholder.ReplaceAllStringFunc(text, func(match string) string {
		value, err := s.named(match[2:len(match)-1], own)
		if err != nil {
			failed = err
		}
		return fmt.Sprint(value)
	})
	return text, failed
}

// named is what a name in a Fn::Sub stands for.
func (s *Stack) named(name string, own map[string]any) (any, error) {
	if value, there := own[name]; there {
		return s.resolve(value)
	}
	if resource, attribute, dotted := strings.Cut(name, "."); dotted {
		return s.attribute(resource, attribute)
	}
	return s.ref(name)
}

// Condition reports whether a condition of the template holds.
func (s *Stack) Condition(name string) (bool, error) {
	expression, there := part(s.template.root, "Conditions")[name]
	if !there {
		return false, fmt.Errorf("no condition %s", name)
	}
	return s.holds(expression)
}

func (s *Stack) holds(expression any) (bool, error) {
	m, ok := expression.(map[string]any)
	if !ok || len(m) != 1 {
		return false, fmt.Errorf("condition %v", expression)
	}
	for name, argument := range m {
		if name == "Condition" {
			return s.Condition(fmt.Sprint(argument))
		}
		list, ok := argument.([]any)
		if !ok {
			return false, fmt.Errorf("%s of %v", name, argument)
		}
		switch name {
		case "Fn::Equals":
			sides, err := s.resolve(list)
			if err != nil {
				return false, err
			}
			two := sides.([]any)
			return fmt.Sprint(two[0]) == fmt.Sprint(two[1]), nil
		case "Fn::Not":
			holds, err := s.holds(list[0])
			return !holds, err
		case "Fn::And":
			return s.all(list)
		}
	}
	return false, fmt.Errorf("condition %v is not known here", expression)
}

func (s *Stack) all(list []any) (bool, error) {
	for _, one := range list {
		holds, err := s.holds(one)
		if err != nil || !holds {
			return false, err
		}
	}
	return true, nil
}

func part(m map[string]any, name string) map[string]any {
	child, _ := m[name].(map[string]any)
	return child
}
