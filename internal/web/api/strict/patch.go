package strict

import (
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Check tells everything that keeps a text from being a merge patch on a value of
// the shape T: [*Malformed] or [idp.Problems].
func Check[T any](patch []byte) error { return check(patch, reflect.TypeFor[T](), true) }

// Merge is a value after a patch, which [Check] let pass: members that the patch
// names have its values, those that it names as null are left out, so that they
// have their default; lists are replaced whole. See RFC 7396, section 2.
func Merge[T any](value T, patch []byte) (T, error) {
	var merged T
	text, err := json.Marshal(value)
	if err != nil {
		return merged, fmt.Errorf("write what is to be patched: %w", err)
	}
	text, err = merge(text, patch)
	if err != nil {
		return merged, fmt.Errorf("merge: %w", err)
	}
	return merged, decode(text, &merged)
}

func merge(target, patch jsontext.Value) (jsontext.Value, error) {
	if patch.Kind() != '{' {
		return patch, nil
	}
	members := Members(target) // nil when the target is no object, as the RFC has it
	if members == nil {
		members = map[string]jsontext.Value{}
	}
	for name, value := range Members(patch) {
		if value.Kind() == 'n' {
			delete(members, name)
			continue
		}
		merged, err := merge(members[name], value)
		if err != nil {
			return nil, err
		}
		members[name] = merged
	}
	return json.Marshal(members, json.Deterministic(true))
}
