package plan

import (
	"reflect"

	"github.com/gatepost/gatepost/internal/resource"
)

// MaxConnectorFile is the longest file of one connector that is read, in bytes.
const MaxConnectorFile = 1 << 20

// ReadConnector lays a file of one connector, in the shape of the config API, over c:
// what the file does not name stays as it is, a list that it names is replaced whole.
// It is as strict as [Read] and in the same words. When it fails, c is undefined.
func ReadConnector(data []byte, c *resource.Connector) error {
	if len(data) > MaxConnectorFile {
		return wholeFile("is longer than 1 MiB", "write one connector a file")
	}
	root, err := parse(data, "write a connector into it: slug, label and roles")
	if err != nil {
		return err
	}
	var d decoder
	d.hints = connectorHint
	d.value(reflect.ValueOf(c).Elem(), root, "")
	return d.problems().Err()
}

// connectorHint answers for the fields that only a file of everything has.
func connectorHint(field string) (reason, remedy string) {
	switch field {
	case "private_key_file", "certificate_file", "private_key", "certificate":
		return "is not part of a connector by itself", "name the files as --private-key and --certificate"
	case "connectors", "matrix", "users", "settings":
		return "is a section of a file of everything", "use gatepost apply -f, or write one connector by itself"
	}
	return "", ""
}
