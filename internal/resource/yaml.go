package resource

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/idp"
)

// MarshalYAML writes a value as YAML in which each character that is not seen stands
// as its escape: see [idp.Hidden].
func MarshalYAML(value any) ([]byte, error) {
	text, err := marshalYAML(value)
	if err != nil || !bytes.ContainsFunc(text, unseen) {
		return text, err
	}
	var node yaml.Node
	err = yaml.Unmarshal(text, &node)
	if err == nil { // the encoder writes tabs that the decoder does not take
		quoteUnseen(&node)
		text, err = marshalYAML(&node)
		if err != nil {
			return nil, err
		}
	}
	return []byte(idp.Shown(string(text), layout)), nil
}

func marshalYAML(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	err := encoder.Encode(value)
	if err == nil {
		err = encoder.Close()
	}
	return b.Bytes(), err
}

// layout is what is not seen of YAML itself.
const layout = "\n\t"

func unseen(r rune) bool { return idp.Hidden(r) && !strings.ContainsRune(layout, r) }

// quoteUnseen puts texts between double quotes, where alone escapes are read.
func quoteUnseen(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && strings.ContainsFunc(n.Value, unseen) {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range n.Content {
		quoteUnseen(child)
	}
}
