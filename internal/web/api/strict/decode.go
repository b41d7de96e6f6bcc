package strict

import (
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/gatepost/gatepost/internal/idp"
)

// Decode reads a value of the shape T, a struct, whose members may be left out.
// Lists and dictionaries may be null, which is how some languages write one that
// was never made. It returns [*Malformed] or [idp.Problems].
func Decode[T any](text []byte) (T, error) {
	var value T
	err := check(text, reflect.TypeFor[T](), false)
	if err != nil {
		return value, err
	}
	return value, decode(text, &value)
}

// decode reads a text that was checked.
func decode(text []byte, into any) error {
	err := json.Unmarshal(text, into, json.RejectUnknownMembers(true))
	if err != nil {
		// The check and the decoder disagree; the decoder's words may quote a key.
		return idp.Problems{{Reason: "this cannot be read", Remedy: "see the API's description for its form"}}
	}
	return nil
}

// Members are the members of an object of the shape T by name, as they were
// written. The text must have been read by [Decode] or checked by [Check].
func Members(text []byte) map[string]jsontext.Value {
	var members map[string]jsontext.Value
	err := json.Unmarshal(text, &members)
	if err != nil {
		return nil
	}
	return members
}
