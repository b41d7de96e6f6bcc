package openapi_test

import (
	"encoding/json"
	"maps"
	"math/bits"
	"net/url"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// drawer makes requests from the document.
type drawer struct {
	*rapid.T
	doc *document
}

// below draws a number below a limit, each as likely as another: rapid's own ranges
// prefer small ones, and would ask for the same few things again and again.
func below(limit int) *rapid.Generator[int] {
	return rapid.Custom(func(t *rapid.T) int {
		n := 0
		for range bits.Len(uint(limit)) + 2 {
			n *= 2
			if rapid.Bool().Draw(t, "bit") {
				n++
			}
		}
		return n % limit
	})
}

// one draws one of some things; simpler ones stand first.
func one[V any](d *drawer, label string, from []V) V {
	return from[below(len(from)).Draw(d.T, label)]
}

// chance is true in about so many of a hundred cases.
func (d *drawer) chance(label string, percent int) bool {
	return below(100).Draw(d.T, label) >= 100-percent
}

// text draws a text for a member of a schema, mostly a useful one.
func (d *drawer) text(schema, member string) string {
	w := pool(schema, member)
	switch {
	case d.chance("strange", 4):
		return one(d, member, oddities())
	case len(w.odd) > 0 && d.chance("odd", 8):
		return one(d, member, w.odd)
	}
	return one(d, member, w.good)
}

// value draws what a schema describes. owner is the schema's name, member what it
// is the value of.
func (d *drawer) value(schema map[string]any, owner, member string) any {
	if ref, elsewhere := schema["$ref"].(string); elsewhere {
		owner = ref[strings.LastIndex(ref, "/")+1:]
		schema = d.doc.resolved(schema)
	}
	kind, mayBeNull := kindOf(schema)
	if mayBeNull && d.chance("null", 10) {
		return nil
	}
	if values := list(schema["enum"]); len(values) > 0 {
		return one(d, member, slices.DeleteFunc(slices.Clone(values), func(v any) bool { return v == nil }))
	}
	switch kind {
	case "object":
		return d.object(schema, owner)
	case "array":
		items := row{}
		for range one(d, "items", []int{1, 0, 2, 3}) {
			items = append(items, d.value(object(schema["items"]), owner, member))
		}
		return items
	case "boolean":
		return one(d, member, []bool{false, true})
	case "integer":
		return one(d, member, []any{0, 1, 7, json.Number("9223372036854775807")})
	}
	return d.text(owner, member)
}

// kindOf is the type of a schema, and whether null does too.
func kindOf(schema map[string]any) (kind string, mayBeNull bool) {
	for _, one := range list(schema["type"]) {
		if one == "null" {
			mayBeNull = true
			continue
		}
		kind = text(one)
	}
	return kind + text(schema["type"]), mayBeNull
}

// object draws an object: the members that must be there, and few or many of the
// others. What nobody sets is sent seldom.
func (d *drawer) object(schema map[string]any, owner string) *branch {
	b := &branch{}
	properties := object(schema["properties"])
	must := append(usual(owner), texts(schema["required"])...)
	full := one(d, "full", []int{5, 20, 60})
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		property := object(properties[name])
		percent := full
		if property["readOnly"] == true {
			percent = 2
		}
		if slices.Contains(must, name) || d.chance("with "+name, percent) {
			b.members = append(b.members, leaf{name: name, value: d.value(property, owner, name)})
		}
	}
	further, open := schema["additionalProperties"].(map[string]any)
	if open {
		for _, name := range []string{"team", "cost-center"} {
			if d.chance("with "+name, 30) {
				b.members = append(b.members, leaf{name: name, value: d.value(further, owner, name)})
			}
		}
	}
	return b
}

// callers are those who make requests; owners see most.
var callers = []string{"owner", "owner", "owner", "owner", "browser", "connector-admin", "connector-admin", "helpdesk", "viewer", "reader", "person", "stranger", "forger"}

// request draws a request of an operation.
func (d *drawer) request(op *operation) sent {
	s := sent{As: one(d, "as", callers), Method: op.method}
	s.Target = d.path(op) + d.query(op)
	if op.versioned() && !d.chance("without If-Match", 5) {
		s.Header = append(s.Header, "If-Match: "+one(d, "If-Match", []string{"{etag}", "*"}))
	}
	if len(op.bodies) > 0 && !d.chance("without a body", 3) {
		kind := one(d, "kind", slices.Sorted(maps.Keys(op.bodies)))
		s.Header = append(s.Header, "Content-Type: "+kind)
		s.Body = d.body(op, kind)
	}
	for range one(d, "twists", []int{0, 0, 0, 1, 1, 2}) {
		twist := one(d, "twist", twists())
		twist.do(d, op, &s)
	}
	return s
}

func (d *drawer) path(op *operation) string {
	var b strings.Builder
	for _, step := range steps(op.path) {
		name, isParameter := strings.CutPrefix(step, "{")
		name = strings.TrimSuffix(name, "}")
		if !isParameter {
			b.WriteString("/" + step)
			continue
		}
		b.WriteString("/" + d.segment(op, name))
	}
	return b.String()
}

// segment draws a step of an address: mostly the name of something that is there.
func (d *drawer) segment(op *operation, name string) string {
	there := map[string][]string{"slug": slugs, "email": people, "name": teams, "group": teams, "id": pool("", "id").good}[name]
	if d.chance("hostile "+name, 10) {
		return one(d, name, segments())
	}
	if d.chance("odd "+name, 10) || there == nil {
		return url.PathEscape(d.text("GroupInput", name))
	}
	if name == "id" {
		return one(d, name, there)
	}
	return url.PathEscape(one(d, name, there))
}

func (d *drawer) query(op *operation) string {
	var parts []string
	for _, p := range op.parameters {
		if p.in == "query" && (p.required || d.chance("with "+p.name, 35)) {
			value := d.text("", p.name)
			if !strings.Contains(value, "{") {
				value = url.QueryEscape(value)
			}
			parts = append(parts, p.name+"="+value)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}

// body draws a body of a media type: what the schema describes, what is there now,
// or something that two readers would read differently.
func (d *drawer) body(op *operation, kind string) string {
	schema := d.doc.at(op.bodies[kind])
	if text(d.doc.resolved(schema)["type"]) == "string" {
		return one(d, "text", bodies(op.id))
	}
	if op.versioned() && d.chance("as it is", 15) {
		return "{current}"
	}
	value := d.value(schema, op.id, "")
	if d.chance("broken", 30) {
		return one(d, "spoil", one(d, "spoils", [][]spoil{spoiledValues(), spoiledTexts()})).do(d, value)
	}
	return write(value)
}
