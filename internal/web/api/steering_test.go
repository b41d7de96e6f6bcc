package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
)

// textsOf calls do with each member of a schema that takes text, as a value that has
// text at that place and nothing else.
func textsOf(schemas map[string]any, schema any, text string, depth int, do func(at string, value any)) {
	s, _ := schema.(map[string]any)
	if ref, _ := s["$ref"].(string); ref != "" {
		s, _ = schemas[ref[strings.LastIndexByte(ref, '/')+1:]].(map[string]any)
	}
	kind, _ := s["type"].(string)
	if list, ok := s["type"].([]any); ok {
		kind, _ = list[0].(string)
	}
	switch {
	case depth == 0:
	case kind == "string":
		do("", text)
	case kind == "array":
		textsOf(schemas, s["items"], text, depth-1, func(at string, value any) { do("[0]"+at, []any{value}) })
	default:
		members, _ := s["properties"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			textsOf(schemas, members[name], text, depth-1, func(at string, value any) { do("."+name+at, map[string]any{name: value}) })
		}
		if s["additionalProperties"] != nil && s["additionalProperties"] != false {
			textsOf(schemas, s["additionalProperties"], text, depth-1, func(at string, value any) { do(".key"+at, map[string]any{"key": value}) })
			do(".(key)", map[string]any{text: "x"})
		}
	}
}

// TestNoTextOfTheAPISteers sends, to every route and in every place of its body that
// takes text, text that must not be stored: a field that is new is among them.
func TestNoTextOfTheAPISteers(t *testing.T) {
	w := newWorld(t)
	var document struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Schema any }
			} `json:"requestBody"`
		}
		Components struct{ Schemas map[string]any }
	}
	err := json.Unmarshal(w.want(200, ask{method: get, path: "/openapi.json", as: "-"}).Body.Bytes(), &document)
	if err != nil {
		t.Fatal(err)
	}
	places := 0
	for _, r := range rows {
		if r.first == "" {
			continue
		}
		method, path, _ := strings.Cut(r.route, "/")
		content := document.Paths["/"+path][strings.ToLower(method)].RequestBody.Content
		if content == nil {
			content = document.Paths["/api/v1/"+path][strings.ToLower(method)].RequestBody.Content
		}
		for _, text := range []string{"a\u202eb", "a\nb", "a\u3164b", " "} {
			textsOf(document.Components.Schemas, content[kindOf(method)].Schema, text, 5, func(at string, value any) {
				places++
				body := map[string]any{}
				_ = json.Unmarshal([]byte(r.body), &body) // a row's body is JSON
				if r.first == "label" && method == post {
					body["label"] = fmt.Sprint("New ", places) // a slug of its own
				}
				more, _ := value.(map[string]any)
				maps.Copy(body, more)
				sent, err := json.Marshal(body)
				if err != nil {
					t.Fatal(err)
				}
				a := w.ask(r)
				a.body = string(sent)
				got := w.send(a)
				ignored := got.Code == 201 && strings.HasPrefix(at, ".key.") && !strings.Contains(got.Body.String(), strings.TrimSuffix(strconv.QuoteToASCII(text), `"`))
				if got.Code != 422 && got.Code != 400 && got.Code != 404 && !ignored {
					t.Errorf("%s with %q as %s answers %d", r.route, text, at, got.Code)
				}
				if strings.ContainsFunc(strings.TrimSuffix(got.Body.String(), "\n"), idp.Hidden) {
					t.Errorf("%s with %q as %s answers what is not seen: %q", r.route, text, at, got.Body)
				}
			})
		}
	}
	if places < 100 {
		t.Errorf("found %d places", places)
	}
}
