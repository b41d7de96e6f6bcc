package api_test

import (
	"encoding/json"
	"flag"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with a file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		err := os.WriteFile(file, []byte(got), 0o644)
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update writes it anew):\n%s", file, got)
	}
}

// contract are the routes that programs were promised: one goes only with a new version
// of the API, and one that comes is added here.
var contract = strings.Fields(`
	GET/settings PATCH/settings
	GET/connectors POST/connectors
	GET/connectors/{slug} PUT/connectors/{slug} PATCH/connectors/{slug} DELETE/connectors/{slug}
	POST/connectors/{slug}/activate POST/connectors/{slug}/deactivate GET/connectors/{slug}/metadata
	GET/connectors/{slug}/key POST/connectors/{slug}/key PUT/connectors/{slug}/key
	PUT/connectors/{slug}/grants/{group} DELETE/connectors/{slug}/grants/{group}
	GET/connectors/{slug}/access POST/connectors/{slug}/test
	GET/connectors/{slug}/image PUT/connectors/{slug}/image DELETE/connectors/{slug}/image
	GET/users POST/users GET/users/{email} PUT/users/{email} PATCH/users/{email} DELETE/users/{email}
	POST/users/{email}/suspend POST/users/{email}/resume POST/users/{email}/password-link GET/users/{email}/sessions
	POST/users/{email}/lockdown DELETE/users/{email}/lockdown POST/users/import
	GET/groups POST/groups GET/groups/{name} PUT/groups/{name} PATCH/groups/{name} DELETE/groups/{name} POST/groups/{name}/close POST/groups/{name}/reopen
	GET/groups/{name}/members PUT/groups/{name}/members/{email} DELETE/groups/{name}/members/{email} GET/groups/{name}/connectors
	GET/events GET/tokens POST/tokens DELETE/tokens/{id} GET/whoami GET/config POST/config
	GET/lockdown POST/lockdown DELETE/lockdown GET/openapi.json
`)

type operation struct {
	OperationID string                     `json:"operationId"`
	Summary     string                     `json:"summary"`
	Tags        []string                   `json:"tags"`
	Security    []map[string][]string      `json:"security"`
	Parameters  []map[string]any           `json:"parameters"`
	Responses   map[string]json.RawMessage `json:"responses"`
}

type openAPI struct {
	OpenAPI    string                          `json:"openapi"`
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]struct {
			Properties map[string]struct {
				Description string `json:"description"`
			} `json:"properties"`
		} `json:"schemas"`
	} `json:"components"`
}

func (s *site) document() (openAPI, string) {
	s.Helper()
	got := s.want(200, ask{method: get, path: "/openapi.json", as: "-"})
	var document openAPI
	err := json.Unmarshal(got.Body.Bytes(), &document)
	if err != nil {
		s.Fatal(err)
	}
	var all any
	err = json.Unmarshal(got.Body.Bytes(), &all)
	if err != nil {
		s.Fatal(err)
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		s.Fatal(err)
	}
	return document, string(text) + "\n"
}

func TestTheDocumentHasEveryRouteAndNoOther(t *testing.T) {
	document, text := newSite(t).document()
	golden(t, "../../../docs/openapi.json", text)
	if document.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s", document.OpenAPI)
	}
	var routes []string
	for path, operations := range document.Paths {
		for method := range operations {
			routes = append(routes, strings.ToUpper(method)+path)
		}
	}
	slices.Sort(routes)
	want := slices.Sorted(slices.Values(contract))
	if !slices.Equal(routes, want) {
		t.Errorf("has\n%s\nwant\n%s", strings.Join(routes, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheDocumentSaysWhatEverythingIs(t *testing.T) {
	document, text := newSite(t).document()
	for path, operations := range document.Paths {
		for method, op := range operations {
			if op.OperationID == "" || op.Summary == "" || len(op.Tags) != 1 {
				t.Errorf("%s %s lacks words", method, path)
			}
			if op.Security == nil || (len(op.Security) == 0) != (path == "/openapi.json") {
				t.Errorf("%s %s is open to %v", method, path, op.Security)
			}
			for _, p := range op.Parameters {
				if p["description"] == nil || p["description"] == "" {
					t.Errorf("%s %s says nothing of its parameter %v", method, path, p["name"])
				}
			}
			for _, name := range strings.Split(path, "/") {
				inner, isParameter := strings.CutPrefix(name, "{")
				if isParameter && !slices.ContainsFunc(op.Parameters, func(p map[string]any) bool { return p["name"] == strings.TrimSuffix(inner, "}") && p["in"] == "path" }) {
					t.Errorf("%s %s does not have its parameter %s", method, path, inner)
				}
			}
		}
	}
	for name, schema := range document.Components.Schemas {
		for member, property := range schema.Properties {
			if property.Description == "" {
				t.Errorf("nothing is said of %s.%s", name, member)
			}
		}
		if !strings.Contains(text, `"#/components/schemas/`+name+`"`) {
			t.Errorf("the schema %s is used nowhere", name)
		}
	}
	if strings.Contains(text, "$schema") || len(slices.Collect(maps.Keys(document.Components.Schemas))) < 20 {
		t.Error("the document is not ours")
	}
}

func TestNothingOfTheFrameworkShows(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/docs", "/openapi", "/openapi.yaml", "/openapi-3.0.json", "/schemas/Connector.json", "/nowhere", "/connectors/", "//connectors", "/connectors/../users", ""} {
		got := s.want(404, ask{method: get, path: path})
		if got.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%q is answered with %s", path, got.Header().Get("Content-Type"))
		}
	}
	got := s.want(200, ask{method: get, path: "/connectors", header: http.Header{"Accept": {"application/cbor, text/html"}}})
	if got.Header().Get("Content-Type") != "application/json" || got.Header().Get("Link") != "" || got.Body.String() != `{"items":[],"next":""}`+"\n" {
		t.Errorf("answered %v\n%s", got.Header(), got.Body)
	}
	refused := s.want(405, ask{method: post, path: "/connectors/aws-a"})
	if refused.Header().Get("Allow") != "DELETE, GET, HEAD, PATCH, PUT" || refused.json()["type"] != "urn:gatepost:problem:method" {
		t.Errorf("answered %v\n%s", refused.Header(), refused.Body)
	}
	head := s.want(200, ask{method: http.MethodHead, path: "/connectors"})
	if head.Body.Len() != 0 {
		t.Errorf("HEAD answered %q", head.Body)
	}
}
