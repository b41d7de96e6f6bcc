package plan

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// child is the value of a field of a mapping, or nil.
func child(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

// lineOf is the line of what a path such as roles[0].role_arn leads to below a
// node, or of the last thing on the way that is there.
func lineOf(n *yaml.Node, path string) int {
	line := 0
	for n != nil {
		line = n.Line
		if path == "" {
			return line
		}
		name, rest := firstStep(path)
		i, err := strconv.Atoi(name)
		switch {
		case err == nil && n.Kind == yaml.SequenceNode && i >= 0 && i < len(n.Content):
			n = n.Content[i]
		default:
			n = child(n, name)
		}
		path = rest
	}
	return line
}

// firstStep parts a path after its first name or index.
func firstStep(path string) (name, rest string) {
	inside, bracketed := strings.CutPrefix(path, "[")
	if !bracketed {
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			return path, ""
		}
		return path[:end], strings.TrimPrefix(path[end:], ".")
	}
	name, rest, _ = strings.Cut(inside, "]")
	unquoted, err := strconv.Unquote(name)
	if err == nil {
		name = unquoted
	}
	return name, strings.TrimPrefix(rest, ".")
}
