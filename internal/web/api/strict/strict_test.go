package strict

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
)

type inner struct {
	ARN    string   `json:"role_arn"`
	Groups []string `json:"groups"`
}

type stamps struct {
	Version uint64 `json:"version,omitempty"`
}

type shape struct {
	Slug       string            `json:"slug"`
	Shown      *bool             `json:"shown,omitempty"`
	Active     bool              `json:"active"`
	Roles      []inner           `json:"roles"`
	Attributes map[string]string `json:"attributes"`
	Secret     string            `json:"-"`
	stampsToo
}

type stampsToo = stamps

func TestDecodeRefusesWhatTwoReadersWouldReadDifferently(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"the whole shape", `{"slug":"a","shown":false,"active":true,"roles":[{"role_arn":"r","groups":["g"]}],"attributes":{"Dept":"x"},"version":3}`, ""},
		{"nothing of it", `{}`, ""},
		{"white space around it", " {\n}\t", ""},
		{"lists that were never made", `{"roles":null,"attributes":null}`, ""},
		{"an unknown field", `{"slugg":"a"}`, "slugg: is not a field"},
		{"another case", `{"Slug":"a"}`, "Slug: is not a field; write it as slug"},
		{"a field twice", `{"slug":"a","slug":"b"}`, "slug: is given twice"},
		{"a field twice, once escaped", `{"slug":"a","\u0073lug":"b"}`, "slug: is given twice"},
		{"a field of an element", `{"roles":[{},{"arn":"x"}]}`, "roles[1].arn: is not a field"},
		{"an attribute twice", `{"attributes":{"a b":"1","a b":"2"}}`, `attributes["a b"]: is given twice`},
		{"a field of an embedded struct in another case", `{"VERSION":1}`, "VERSION: is not a field; write it as version"},
		{"a field that is never shown", `{"Secret":"x"}`, "Secret: is not a field"},
		{"text for a list", `{"roles":"x"}`, "roles: is text and not a list"},
		{"a list for text", `{"slug":[]}`, "slug: is a list and not text"},
		{"a number for text", `{"slug":1}`, "slug: is a number and not text"},
		{"text for true or false", `{"active":"true"}`, "active: is text and not true or false"},
		{"an object for text in a dictionary", `{"attributes":{"a":{}}}`, `attributes["a"]: is an object and not text`},
		{"null", `{"slug":null}`, "slug: is null and not text; leave it out"},
		{"a negative number", `{"version":-1}`, "version: is not a whole number"},
		{"a fraction", `{"version":1.5}`, "version: is not a whole number"},
		{"a number that is too large", `{"version":99999999999999999999}`, "version: is not a whole number"},
		{"a list for the whole", `[]`, "is a list and not an object"},
		{"something after it", `{} {}`, "something follows the JSON value, at byte 3"},
		{"a bracket after it", `{}]`, "something follows"},
		{"nothing", "", "there is no JSON value"},
		{"half of it", `{"slug":"a"`, "not JSON in UTF-8"},
		{"a comment", `{} // x`, "something follows"},
		{"bytes that are no UTF-8", "{\"slug\":\"\xff\"}", "not JSON in UTF-8, at byte"},
		{"half of a pair of surrogates", `{"slug":"\ud800"}`, "not JSON in UTF-8"},
		{"a byte order mark", "\uFEFF{}", "not JSON in UTF-8"},
		{"too deep", strings.Repeat("[", 200) + strings.Repeat("]", 200), "too deep"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Decode[shape]([]byte(c.text))
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				var plain shape
				err := json.Unmarshal([]byte(c.text), &plain)
				if err != nil || !reflect.DeepEqual(got, plain) && len(got.Roles)+len(plain.Roles) > 0 {
					t.Fatalf("read %+v, encoding/json %+v, %v", got, plain, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestDecodeTellsEveryFaultAtOnceAndQuotesNoValue(t *testing.T) {
	_, err := Decode[shape]([]byte(`{"slug":7,"Active":true,"roles":[{"x":"hunter2"},"hunter2"],"attributes":{"a":1}}`))
	var problems idp.Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	var paths []string
	for _, p := range problems {
		paths = append(paths, p.Field)
	}
	want := []string{"slug", "Active", "roles[0].x", "roles[1]", `attributes["a"]`}
	if !reflect.DeepEqual(paths, want) {
		t.Errorf("named %q, want %q", paths, want)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("quotes a value")
	}
	_, err = Decode[shape]([]byte(`{"slug":"hunter2` + "\n" + `"}`))
	var malformed *Malformed
	if !errors.As(err, &malformed) || strings.Contains(err.Error(), "hunter") {
		t.Errorf("got %v", err)
	}
}

func TestFaultsAreBounded(t *testing.T) {
	_, err := Decode[shape]([]byte(`{"roles":[` + strings.Repeat(`1,`, 5000) + `1]}`))
	var problems idp.Problems
	if !errors.As(err, &problems) || len(problems) != maxProblems {
		t.Errorf("%d faults, %v", len(problems), err)
	}
	_, err = Decode[shape]([]byte(`{"` + strings.Repeat("x", 100_000) + `":1}`))
	if err == nil || len(err.Error()) > 500 {
		t.Errorf("a message of %d bytes", len(err.Error()))
	}
}

func TestMergeFollowsRFC7396(t *testing.T) {
	yes, no := true, false
	before := shape{Slug: "a", Shown: &no, Roles: []inner{{ARN: "r"}, {ARN: "s"}}, Attributes: map[string]string{"k": "v", "l": "w"}}
	before.Version = 1<<63 + 1
	cases := []struct {
		name, patch string
		change      func(*shape)
	}{
		{"nothing", `{}`, func(*shape) {}},
		{"a value", `{"slug":"b"}`, func(s *shape) { s.Slug = "b" }},
		{"null resets", `{"shown":null,"slug":null}`, func(s *shape) { s.Shown, s.Slug = nil, "" }},
		{"a list is replaced whole", `{"roles":[{"role_arn":"t"}]}`, func(s *shape) { s.Roles = []inner{{ARN: "t"}} }},
		{"a dictionary is merged", `{"attributes":{"k":null,"m":"x"}}`, func(s *shape) { s.Attributes = map[string]string{"l": "w", "m": "x"} }},
		{"true for what was false", `{"shown":true}`, func(s *shape) { s.Shown = &yes }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := Check[shape]([]byte(c.patch))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Merge(before, []byte(c.patch))
			if err != nil {
				t.Fatal(err)
			}
			want := before
			c.change(&want)
			same(t, got, want)
		})
	}
	for _, bad := range []string{`{"slugg":null}`, `{"slug":1}`, `{"roles":[null]}`, `{"roles":[{"role_arn":null}]}`, `{"attributes":{"a":1}}`, `{"slug":null,"slug":"x"}`, `[]`, `null`, `{}x`} {
		err := Check[shape]([]byte(bad))
		if err == nil {
			t.Errorf("%s passes", bad)
		}
	}
}

func same(t *testing.T, got, want shape) {
	t.Helper()
	a, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	normal := strings.NewReplacer(`"groups":null`, `"groups":[]`, `"roles":null`, `"roles":[]`, `"attributes":null`, `"attributes":{}`)
	if normal.Replace(string(a)) != normal.Replace(string(b)) {
		t.Errorf("got\n%s\nwant\n%s", a, b)
	}
}

func TestPointerTurnsPathsIntoJSONPointers(t *testing.T) {
	for path, want := range map[string]string{
		"":                        "",
		"slug":                    "/slug",
		"roles[0].role_arn":       "/roles/0/role_arn",
		`attributes["cost/ce~r"]`: "/attributes/cost~1ce~0r",
		`attributes["a\"]b"].x`:   `/attributes/a"]b/x`,
		"--data":                  "/--data",
		"x..y":                    "/x..y",
		"x[":                      "/x[",
	} {
		got := Pointer(path)
		if got != want {
			t.Errorf("Pointer(%q) = %q, want %q", path, got, want)
		}
	}
}

// FuzzDecode states that what is let pass is what encoding/json reads too.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{}`, `{"slug":"a","roles":[{"groups":null}]}`, `{"a":1,"a":2}`, `{"version":1e2}`, `[`, "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := Decode[shape](text)
		_ = Check[shape](text)
		if err != nil {
			return
		}
		var plain shape
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.DisallowUnknownFields()
		err = decoder.Decode(&plain)
		if err != nil {
			t.Fatalf("passes and encoding/json says %v", err)
		}
		same(t, got, plain)
		merged, err := Merge(got, text)
		if err != nil {
			t.Fatal(err)
		}
		same(t, merged, got)
	})
}
