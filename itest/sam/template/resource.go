package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Resource is a resource of the stack, resolved.
type Resource struct {
	ID         string
	Type       string
	Properties map[string]any
	Attributes map[string]any // what stands beside the properties: DeletionPolicy, Metadata and so on
}

// Resources are the resources that the stack would have, by logical ID. With
// types given, those of these types.
func (s *Stack) Resources(types ...string) ([]Resource, error) {
	var all []Resource
	declared := part(s.template.root, "Resources")
	for _, id := range slices.Sorted(maps.Keys(declared)) {
		kind, _ := part(declared, id)["Type"].(string)
		if len(types) > 0 && !slices.Contains(types, kind) {
			continue
		}
		r, err := s.Resource(id)
		if errors.Is(err, errAbsent) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

var errAbsent = errors.New("its condition does not hold")

// Resource is one resource. The globals of the template are part of a function's
// properties.
func (s *Stack) Resource(id string) (Resource, error) {
	declared, there := part(s.template.root, "Resources")[id].(map[string]any)
	if !there {
		return Resource{}, fmt.Errorf("no resource %s", id)
	}
	if condition, conditional := declared["Condition"].(string); conditional {
		holds, err := s.Condition(condition)
		if err != nil {
			return Resource{}, err
		}
		if !holds {
			return Resource{}, fmt.Errorf("resource %s: %w", id, errAbsent)
		}
	}
	kind, _ := declared["Type"].(string)
	properties := part(declared, "Properties")
	if kind == "AWS::Serverless::Function" {
		properties = merged(part(part(s.template.root, "Globals"), "Function"), properties)
	}
	resolved, err := s.resolveMap(properties)
	if err != nil {
		return Resource{}, fmt.Errorf("resource %s: %w", id, err)
	}
	attributes := maps.Clone(declared)
	delete(attributes, "Properties")
	return Resource{id, kind, resolved.(map[string]any), attributes}, nil
}

// merged is what the AWS Serverless Application Model makes of globals and a
// resource's own properties: maps are merged, lists joined, the rest replaced.
func merged(global, own map[string]any) map[string]any {
	out := maps.Clone(global)
	if out == nil {
		out = map[string]any{}
	}
	for name, value := range own {
		below, isMap := out[name].(map[string]any)
		above, alsoMap := value.(map[string]any)
		listBelow, isList := out[name].([]any)
		listAbove, alsoList := value.([]any)
		switch {
		case isMap && alsoMap:
			out[name] = merged(below, above)
		case isList && alsoList:
			out[name] = slices.Concat(listBelow, listAbove)
		default:
			out[name] = value
		}
	}
	return out
}

// Section is a part of the template beside its resources ("Outputs",
// "Parameters"), as written.
func (s *Stack) Section(name string) map[string]any { return part(s.template.root, name) }

// Resolve resolves a value of a [Stack.Section].
func (s *Stack) Resolve(value any) (any, error) { return s.resolve(value) }

// Into decodes properties into a struct whose fields have their names. A property
// that the struct does not know is an error.
func Into(properties any, target any) error {
	data, err := json.Marshal(properties)
	if err != nil {
		return err
	}
	return decodeStrictly(data, target)
}

// name is the physical name of a resource, what Ref gives.
func (s *Stack) name(id string) (string, error) {
	if name, called := s.names[id]; called {
		return name, nil
	}
	declared, there := part(s.template.root, "Resources")[id].(map[string]any)
	if !there {
		return "", fmt.Errorf("no parameter or resource %s", id)
	}
	for _, property := range []string{"FunctionName", "RoleName", "LogGroupName", "DomainName"} {
		if value, given := part(declared, "Properties")[property]; given {
			resolved, err := s.resolve(value)
			return fmt.Sprint(resolved), err
		}
	}
	return Name + "-" + id, nil
}

// attribute is what Fn::GetAtt gives.
func (s *Stack) attribute(id, attribute string) (any, error) {
	name, err := s.name(id)
	if err != nil {
		return nil, err
	}
	kind, _ := part(part(s.template.root, "Resources"), id)["Type"].(string)
	if attribute != "Arn" {
		return name + "." + attribute, nil
	}
	switch kind {
	case "AWS::DynamoDB::Table":
		return arn("dynamodb", "table/"+name), nil
	case "AWS::IAM::Role":
		return "arn:" + partition + ":iam::" + Account + ":role/" + name, nil
	case "AWS::Serverless::Function":
		return arn("lambda", "function:"+name), nil
	case "AWS::Logs::LogGroup":
		return arn("logs", "log-group:"+name+":*"), nil
	case "AWS::KMS::Key":
		return arn("kms", "key/"+name), nil
	default:
		return nil, fmt.Errorf("ARN of %s, a %s, is not known here", id, kind)
	}
}

func arn(service, resource string) string {
	return "arn:" + partition + ":" + service + ":" + Region + ":" + Account + ":" + resource
}
