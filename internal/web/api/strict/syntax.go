package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Malformed says why a text is not one JSON value. It quotes nothing of it: the
// text may hold a private key.
type Malformed struct {
	At     int64  // bytes before the place
	Reason string // without a full stop
}

// Error tells reason and place.
func (m *Malformed) Error() string { return fmt.Sprintf("%s, at byte %d", m.Reason, m.At+1) }

// maxDepth is how deep values may lie inside one another. No shape of ours comes
// near it.
const maxDepth = 32

// reader reads a text whose names may repeat: all repeats are told together.
func reader(text []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))
}

// syntax sees that the text is one JSON value and nothing else, so that what comes
// after can read it without an error.
func syntax(text []byte) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return &Malformed{0, "there is no JSON value"}
	}
	d := reader(text)
	for first := true; first || d.StackDepth() > 0; first = false {
		_, err := d.ReadToken()
		if err != nil {
			return malformed(err)
		}
		if d.StackDepth() > maxDepth {
			return &Malformed{d.InputOffset(), "values lie too deep inside one another"}
		}
	}
	end := d.InputOffset()
	_, err := d.ReadToken()
	if !errors.Is(err, io.EOF) {
		return &Malformed{end, "something follows the JSON value"}
	}
	return nil
}

func malformed(err error) error {
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		return &Malformed{syntactic.ByteOffset, "this is not JSON in UTF-8"}
	}
	return &Malformed{0, "the JSON value is cut short"}
}
