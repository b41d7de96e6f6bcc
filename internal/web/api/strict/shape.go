package strict

import (
	"reflect"
	"strings"
)

// fields are the members that an object of a struct's shape may have, those of
// embedded structs among them.
func fields(t reflect.Type) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			for inner, of := range fields(f.Type) {
				all[inner] = of
			}
		case name != "" && name != "-":
			all[name] = f.Type
		}
	}
	return all
}

// similar is the field that was probably meant: the same but for the case of its
// letters.
func similar(known map[string]reflect.Type, name string) string {
	for candidate := range known {
		if strings.EqualFold(candidate, name) {
			return candidate
		}
	}
	return ""
}

func isWhole(t reflect.Type) bool {
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64
}
