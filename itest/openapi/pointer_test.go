package openapi_test

import (
	"net/url"
	"strconv"
	"strings"
)

// pointer is a JSON pointer (RFC 6901) made of steps.
func pointer(steps ...string) string {
	var b strings.Builder
	for _, step := range steps {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(step))
	}
	return b.String()
}

// steps takes a pointer apart.
func steps(pointer string) []string {
	if pointer == "" {
		return nil
	}
	all := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i := range all {
		all[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(all[i])
	}
	return all
}

// within reports whether a pointer leads to something in a value, or to a member
// that an object in it lacks.
func within(value any, pointer string) bool {
	path := steps(pointer)
	for i, step := range path {
		switch here := value.(type) {
		case map[string]any:
			inner, there := here[step]
			if !there {
				return i == len(path)-1
			}
			value = inner
		case []any:
			at, err := strconv.Atoi(step)
			if err != nil || at < 0 || at >= len(here) {
				return false
			}
			value = here[at]
		default:
			return false
		}
	}
	return true
}

// describes reports whether a schema has a place for what a pointer leads to: a
// change may make something wrong that it does not name itself.
func (d *document) describes(schema map[string]any, path []string) bool {
	schema = d.resolved(schema)
	if len(path) == 0 {
		return true
	}
	property, named := object(schema["properties"])[path[0]]
	if named {
		return d.describes(object(property), path[1:])
	}
	_, err := strconv.Atoi(path[0])
	if schema["items"] != nil && err == nil {
		return d.describes(object(schema["items"]), path[1:])
	}
	further, open := schema["additionalProperties"].(map[string]any)
	return open && d.describes(further, path[1:])
}

// resolved is a schema, or the one that it refers to.
func (d *document) resolved(schema map[string]any) map[string]any {
	ref, elsewhere := schema["$ref"].(string)
	if elsewhere {
		return d.at(strings.TrimPrefix(ref, "#"))
	}
	return schema
}

// unescaped is a step of an address, decoded.
func unescaped(step string) string {
	decoded, err := url.PathUnescape(step)
	if err != nil {
		return step
	}
	return decoded
}
