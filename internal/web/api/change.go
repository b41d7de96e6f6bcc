package api

import (
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/web/api/strict"
)

// fixed is a member that a change does not change. It may be sent back as it was
// read.
type fixed struct{ name, remedy string }

// form is how things of one kind are changed.
type form[T any] struct {
	fixed []fixed
	keep  func(next *T, now T) // copies what is fixed, and what no JSON has
}

// replace is the change that PUT asks for: all that may change becomes what the
// text says or, where it says nothing, its default.
func (f form[T]) replace(text []byte) (func(*T) error, error) {
	next, err := strict.Decode[T](text)
	if err != nil {
		return nil, err
	}
	return func(now *T) error {
		err := f.unchanged(text, *now)
		if err != nil {
			return err
		}
		f.keep(&next, *now)
		*now = next
		return nil
	}, nil
}

// patch is the change that a merge patch asks for.
func (f form[T]) patch(text []byte) (func(*T) error, error) {
	err := strict.Check[T](text)
	if err != nil {
		return nil, err
	}
	return func(now *T) error {
		err := f.unchanged(text, *now)
		if err != nil {
			return err
		}
		next, err := strict.Merge(*now, text)
		if err != nil {
			return err
		}
		f.keep(&next, *now)
		*now = next
		return nil
	}, nil
}

// unchanged sees that what is fixed has the value that it has now.
func (f form[T]) unchanged(text []byte, now T) error {
	written, err := json.Marshal(now)
	if err != nil {
		return fmt.Errorf("write what is there now: %w", err)
	}
	given, is := strict.Members(text), strict.Members(written)
	var problems idp.Problems
	for _, member := range f.fixed {
		value, named := given[member.name]
		if named && !within(value, is[member.name]) {
			problems = append(problems, idp.Problem{Field: member.name, Reason: "does not change this way", Remedy: member.remedy})
		}
	}
	return problems.Err()
}

// within reports whether a value says nothing else than another: of an object, a
// part is enough.
func within(given, is jsontext.Value) bool {
	if given.Kind() == '{' && is.Kind() == '{' {
		members := strict.Members(is)
		for name, value := range strict.Members(given) {
			if !within(value, members[name]) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(plainValue(given), plainValue(is))
}

// plainValue is a value without the ways in which it can be written. One that is
// not there is an empty text, as is one that says so.
func plainValue(v jsontext.Value) any {
	var value any
	if len(v) == 0 {
		return ""
	}
	err := json.Unmarshal(v, &value)
	if err != nil {
		return nil
	}
	return value
}
