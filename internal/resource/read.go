package resource

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/idp"
)

// MaxFile is the longest file that is read, in bytes.
const MaxFile = 1 << 20

// ReadConnector reads one connector from YAML or JSON (which is YAML too).
// Unknown and repeated fields, aliases and a second document are refused: each
// would be a mistake that nobody sees.
func ReadConnector(data []byte) (*Connector, error) {
	if len(data) > MaxFile {
		return nil, idp.Problems{{Field: "file", Reason: "is longer than 1 MiB", Remedy: "write one connector a file"}}
	}
	err := plain(data)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	c := new(Connector)
	err = decoder.Decode(c)
	if err != nil {
		return nil, fileProblem(err)
	}
	err = decoder.Decode(new(yaml.Node))
	if !errors.Is(err, io.EOF) {
		return nil, idp.Problems{{Field: "file", Reason: "has more than one document", Remedy: "write one connector a file"}}
	}
	return c, nil
}

// plain refuses aliases: a few lines of them can stand for gigabytes.
func plain(data []byte) error {
	var node yaml.Node
	err := yaml.Unmarshal(data, &node)
	if err != nil {
		return fileProblem(err)
	}
	if hasAlias(&node) {
		return idp.Problems{{Field: "file", Reason: "uses an alias", Remedy: "write the value out"}}
	}
	return nil
}

func hasAlias(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		return true
	}
	for _, child := range n.Content {
		if hasAlias(child) {
			return true
		}
	}
	return false
}

func fileProblem(err error) error {
	if errors.Is(err, io.EOF) {
		return idp.Problems{{Field: "file", Reason: "is empty", Remedy: "write a connector into it"}}
	}
	return idp.Problems{{Field: "file", Reason: fmt.Sprintf("cannot be read as YAML or JSON (%v)", err), Remedy: "see the example in gatepost connector create --help"}}
}
