package template

import (
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Template is a template as written, with intrinsic functions in their long form
// ("Fn::Sub", "Ref").
type Template struct {
	root map[string]any
}

// Read reads a template's file.
func Read(path string) (*Template, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(data)
}

// Parse reads a template.
func Parse(data []byte) (*Template, error) {
	var document yaml.Node
	err := yaml.Unmarshal(data, &document)
	if err != nil {
		return nil, fmt.Errorf("parse template: %w", err)
	}
	if len(document.Content) != 1 {
		return nil, fmt.Errorf("parse template: no document")
	}
	value, err := valueOf(document.Content[0])
	if err != nil {
		return nil, err
	}
	root, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("parse template: not a mapping")
	}
	return &Template{root}, nil
}

// valueOf is a node as maps, slices and scalars.
func valueOf(n *yaml.Node) (any, error) {
	value, err := plain(n)
	if err != nil || !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!") {
		return value, err
	}
	switch name := n.Tag[1:]; name {
	case "Ref", "Condition":
		return map[string]any{name: value}, nil
	case "GetAtt":
		text, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("line %d: !GetAtt of %v", n.Line, value)
		}
		resource, attribute, _ := strings.Cut(text, ".")
		return map[string]any{"Fn::GetAtt": []any{resource, attribute}}, nil
	default:
		return map[string]any{"Fn::" + name: value}, nil
	}
}

// plain is a node without regard to its own tag of an intrinsic function.
func plain(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		return mapping(n)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, child := range n.Content {
			value, err := valueOf(child)
			if err != nil {
				return nil, err
			}
			list[i] = value
		}
		return list, nil
	case yaml.ScalarNode:
		if strings.HasPrefix(n.Tag, "!!") {
			var value any
			err := n.Decode(&value)
			return value, err
		}
		return n.Value, nil
	default: // aliases: CloudFormation refuses them
		return nil, fmt.Errorf("line %d: an alias or a node of kind %d", n.Line, n.Kind)
	}
}

func mapping(n *yaml.Node) (any, error) {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i].Value
		if _, twice := m[key]; twice {
			return nil, fmt.Errorf("line %d: key %q twice", n.Content[i].Line, key)
		}
		value, err := valueOf(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		m[key] = value
	}
	return m, nil
}
