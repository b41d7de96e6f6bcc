// Package openapi_test lets others judge the OpenAPI document of the config API,
// and then judges the API by its document: a linter and the OpenAPI Initiative's
// own schema read it; after that, requests are made from it, valid, broken and
// hostile, and every answer is held against it.
package openapi_test

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// root is what every address of the API begins with.
const root = "/api/v1"

// document is what the API says of itself.
type document struct {
	tree       map[string]any
	operations []*operation
	compiler   *jsonschema.Compiler
}

// operation is one method of one path.
type operation struct {
	id, method, path, tag string
	open                  bool // to strangers
	parameters            []parameter
	bodies                map[string]string         // media type to the place of its schema
	responses             map[int]map[string]string // status to media types to the places of their schemas
}

// parameter is one parameter of an operation.
type parameter struct {
	name, in string
	required bool
	place    string // of its schema
	schema   map[string]any
}

// readDocument reads the text that the API answers with.
func readDocument(t *testing.T, text []byte) *document {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	d := &document{tree: value.(map[string]any), compiler: jsonschema.NewCompiler()}
	d.compiler.AssertFormat()
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	err = d.compiler.AddResource("openapi.json", value)
	if err != nil {
		t.Fatal(err)
	}
	paths := object(d.tree["paths"])
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		methods := object(paths[path])
		for _, method := range slices.Sorted(maps.Keys(methods)) {
			d.operations = append(d.operations, d.operation(path, method, object(methods[method])))
		}
	}
	return d
}

func (d *document) operation(path, method string, told map[string]any) *operation {
	place := pointer("paths", path, method)
	op := &operation{
		id: text(told["operationId"]), method: strings.ToUpper(method), path: path, tag: text(list(told["tags"])[0]),
		open: told["security"] != nil && len(list(told["security"])) == 0, bodies: map[string]string{}, responses: map[int]map[string]string{},
	}
	for i, one := range list(told["parameters"]) {
		p := object(one)
		required, _ := p["required"].(bool)
		op.parameters = append(op.parameters, parameter{
			name: text(p["name"]), in: text(p["in"]), required: required, schema: object(p["schema"]),
			place: place + pointer("parameters", strconv.Itoa(i), "schema"),
		})
	}
	for kind := range object(object(told["requestBody"])["content"]) {
		op.bodies[kind] = place + pointer("requestBody", "content", kind, "schema")
	}
	for code, one := range object(told["responses"]) {
		status, _ := strconv.Atoi(code)
		op.responses[status] = d.media(object(one), place+pointer("responses", code))
	}
	return op
}

// media are the media types of an answer, which may stand elsewhere.
func (d *document) media(answer map[string]any, place string) map[string]string {
	ref, elsewhere := answer["$ref"].(string)
	if elsewhere {
		place = strings.TrimPrefix(ref, "#")
		answer = d.at(place)
	}
	kinds := map[string]string{}
	for kind := range object(answer["content"]) {
		kinds[kind] = place + pointer("content", kind, "schema")
	}
	return kinds
}

// at is the object at a place of the document.
func (d *document) at(place string) map[string]any {
	var here any = d.tree
	for _, step := range steps(place) {
		here = object(here)[step]
	}
	return object(here)
}

// schema is the schema at a place, ready to judge. Draft 2020-12's own schema has
// judged it by then.
func (d *document) schema(place string) (*jsonschema.Schema, error) {
	return d.compiler.Compile("openapi.json#" + place)
}

// operationOf is the operation that answers a method at an address; nil when the
// document has none. Of two, the one with more words of its own is meant: users/import
// is no person.
func (d *document) operationOf(method, escaped string) *operation {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var best *operation
	for _, op := range d.operations {
		if op.method == method && op.answers(escaped) && (best == nil || strings.Count(op.path, "{") < strings.Count(best.path, "{")) {
			best = op
		}
	}
	return best
}

// answers reports whether an address is one of the operation's.
func (op *operation) answers(escaped string) bool {
	below, ours := strings.CutPrefix(escaped, root)
	want, got := strings.Split(op.path, "/"), strings.Split(below, "/")
	if !ours || len(want) != len(got) {
		return false
	}
	for i, step := range want {
		if strings.HasPrefix(step, "{") {
			if got[i] == "" {
				return false
			}
			continue
		}
		if unescaped(got[i]) != step {
			return false
		}
	}
	return true
}

// parameter is the parameter of a name and a place; nil when there is none.
func (op *operation) parameter(in, name string) *parameter {
	for i := range op.parameters {
		if op.parameters[i].in == in && op.parameters[i].name == name {
			return &op.parameters[i]
		}
	}
	return nil
}

// versioned reports whether the operation changes a version, which it must be told.
func (op *operation) versioned() bool { return op.parameter("header", "If-Match") != nil }

func object(value any) map[string]any {
	o, _ := value.(map[string]any)
	return o
}

func list(value any) []any {
	l, _ := value.([]any)
	return l
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

func texts(value any) []string {
	var all []string
	for _, one := range list(value) {
		all = append(all, text(one))
	}
	return all
}
