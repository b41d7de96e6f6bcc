package main

import (
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// encodeYAML writes what JSON has, as YAML: one shape in two spellings.
func encodeYAML(w io.Writer, value any) error {
	text, err := json.Marshal(value, shape()...)
	if err != nil {
		return err
	}
	var node yaml.Node
	err = yaml.Unmarshal([]byte(idp.Shown(string(text), "")), &node)
	if err != nil {
		return err
	}
	inBlocks(&node)
	text, err = resource.MarshalYAML(&node)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// inBlocks takes the braces and quotes of JSON from a document; the encoder puts
// quotes back where it sees that a text needs them.
func inBlocks(n *yaml.Node) {
	if len(n.Content) > 0 || n.Kind == yaml.ScalarNode && !delicate(n) {
		n.Style = 0
	}
	for _, child := range n.Content {
		inBlocks(child)
	}
}

// delicate reports whether a text keeps its quotes: because other readers of YAML
// fold its white space, or take it for true or false.
func delicate(n *yaml.Node) bool {
	if n.Tag != "!!str" {
		return false
	}
	return strings.TrimSpace(n.Value) != n.Value || strings.ContainsAny(n.Value, "\u0085\u2028\u2029") ||
		slices.Contains([]string{"y", "n", "yes", "no", "on", "off"}, strings.ToLower(n.Value))
}
