package strict

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/gatepost/gatepost/internal/idp"
)

// maxProblems bounds how many faults of one text are told.
const maxProblems = 50

// maxEntries bounds a list: no field takes as many, and a list's checks may compare
// its entries.
const maxEntries = 1000

// walk goes through a text, whose syntax is known to be right, beside the shape
// that it shall have, and notes every difference.
type walk struct {
	decoder  *jsontext.Decoder
	patch    bool // null resets a member
	problems idp.Problems
}

// check tells everything that keeps a text from being of the shape of a struct. In
// a patch, null stands for "as if left out".
func check(text []byte, shape reflect.Type, patch bool) error {
	err := syntax(text)
	if err != nil {
		return err
	}
	w := &walk{decoder: reader(text), patch: patch}
	w.value(shape, "", false)
	return w.problems.Err()
}

func (w *walk) add(path, reason, remedy string) {
	if len(w.problems) < maxProblems {
		w.problems = append(w.problems, idp.Problem{Field: path, Reason: reason, Remedy: remedy})
	}
}

// value goes through one value; mayBeNull says that null takes a member away.
func (w *walk) value(shape reflect.Type, path string, mayBeNull bool) {
	for shape.Kind() == reflect.Pointer {
		shape = shape.Elem()
	}
	kind := w.decoder.PeekKind()
	if kind == 'n' && (mayBeNull || shape.Kind() == reflect.Slice || shape.Kind() == reflect.Map) {
		w.skip()
		return
	}
	switch {
	case shape.Kind() == reflect.Struct && kind == '{':
		w.object(path, fields(shape))
	case shape.Kind() == reflect.Map && kind == '{':
		w.dictionary(path, shape.Elem())
	case shape.Kind() == reflect.Slice && kind == '[':
		w.list(path, shape.Elem())
	case shape.Kind() == reflect.String && kind == '"', shape.Kind() == reflect.Bool && (kind == 't' || kind == 'f'):
		w.skip()
	case isWhole(shape) && kind == '0':
		w.number(path)
	default:
		w.add(path, "is "+kindName(kind)+" and not "+shapeName(shape), remedyFor(kind))
		w.skip()
	}
}

// number is the one kind of number that our shapes have.
func (w *walk) number(path string) {
	value, err := w.decoder.ReadValue()
	if err != nil {
		return
	}
	_, err = strconv.ParseUint(string(value), 10, 64)
	if err != nil {
		w.add(path, "is not a whole number from 0", "write digits alone")
	}
}

func (w *walk) object(path string, known map[string]reflect.Type) {
	seen := map[string]bool{}
	w.members(func(name string) {
		shape, exists := known[name]
		at := member(path, name)
		switch {
		case seen[name]:
			w.add(at, "is given twice", "give it once")
			w.skip()
		case !exists:
			w.add(at, "is not a field", suggestion(known, name))
			w.skip()
		default:
			w.value(shape, at, w.patch)
		}
		seen[name] = true
	})
}

func suggestion(known map[string]reflect.Type, name string) string {
	meant := similar(known, name)
	if meant == "" {
		return "leave it out, or correct its spelling"
	}
	return fmt.Sprintf("write it as %s, in this case of letters", meant)
}

// dictionary is an object whose names are the sender's.
func (w *walk) dictionary(path string, of reflect.Type) {
	seen := map[string]bool{}
	w.members(func(name string) {
		at := path + "[" + strconv.Quote(clip(name)) + "]"
		if seen[name] {
			w.add(at, "is given twice", "give it once")
			w.skip()
			return
		}
		seen[name] = true
		w.value(of, at, w.patch)
	})
}

// members reads an object and calls do before the value of each member, which do
// reads.
func (w *walk) members(do func(name string)) {
	_, err := w.decoder.ReadToken()
	for err == nil && w.decoder.PeekKind() == '"' {
		var name jsontext.Token
		name, err = w.decoder.ReadToken()
		if err == nil {
			do(name.String())
		}
	}
	w.close()
}

// list is an array. A merge patch replaces it whole, so that null in it resets
// nothing.
func (w *walk) list(path string, of reflect.Type) {
	outer := w.patch
	w.patch = false
	_, err := w.decoder.ReadToken()
	for i := 0; err == nil && w.decoder.PeekKind() != ']'; i++ {
		if i == maxEntries {
			w.add(path, "has too many entries", fmt.Sprintf("use at most %d", maxEntries))
		}
		if i >= maxEntries {
			w.skip()
			continue
		}
		w.value(of, element(path, i), false)
	}
	w.close()
	w.patch = outer
}

// The syntax was checked before: reading on cannot fail.
func (w *walk) close() { _, _ = w.decoder.ReadToken() }
func (w *walk) skip()  { _ = w.decoder.SkipValue() }

func kindName(kind jsontext.Kind) string {
	switch kind {
	case 'n':
		return "null"
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "text"
	case '0':
		return "a number"
	}
	return "true or false"
}

func shapeName(shape reflect.Type) string {
	switch shape.Kind() {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice:
		return "a list"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	}
	return "a number"
}

func remedyFor(kind jsontext.Kind) string {
	if kind == 'n' {
		return "leave it out to have its default"
	}
	return ""
}
