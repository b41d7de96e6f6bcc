package matrix

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/server"
	"github.com/gatepost/gatepost/itest/tool"
)

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

func deeds() []deed {
	return slices.Concat(readings(), connecting(), grouping(), looking(), ruling())
}

// public is the one operation that asks nobody who they are.
const public = "get-openapi"

// TestTheMatrixHasEveryOperation walks the OpenAPI document and the policy: what
// either has must be done here.
func TestTheMatrixHasEveryOperation(t *testing.T) {
	documented, done, needed := documented(t), map[string]bool{public: true}, map[admin.Operation]bool{}
	for _, d := range deeds() {
		done[d.id] = true
		for _, n := range d.needs {
			needed[n.op] = true
		}
		if pattern, known := documented[d.id]; !known || !pattern.MatchString(d.request) {
			t.Errorf("%s is not the operation %s", d.request, d.id)
		}
	}
	for id := range documented {
		if !done[id] {
			t.Errorf("the matrix lacks the operation %s", id)
		}
	}
	policy := readPolicy(t)
	for op := range policy {
		if !needed[op] {
			t.Errorf("the matrix lacks %q of the policy", op)
		}
	}
	if len(policy) != len(admin.Operations) || len(policy) != len(needed) {
		t.Errorf("%d operations of the policy, %d of the program, %d here", len(policy), len(admin.Operations), len(needed))
	}
}

// documented are the operations of the OpenAPI document, by ID, each with what its
// requests look like.
func documented(t *testing.T) map[string]*regexp.Regexp {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(tool.Root(), "..", "docs", "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	err = json.Unmarshal(text, &document)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*regexp.Regexp{}
	for path, methods := range document.Paths {
		for method, operation := range methods {
			inner := regexp.MustCompile(`\\\{[^/]*\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `[^/?]+`)
			all[operation.OperationID] = regexp.MustCompile(`^` + strings.ToUpper(method) + ` ` + inner + `(\?.*)?$`)
		}
	}
	return all
}

func TestEveryRoleEveryOperationAndEveryWayIn(t *testing.T) {
	policy, w := readPolicy(t), newWorld(t)
	t.Run("each", func(t *testing.T) {
		for _, d := range deeds() {
			t.Run(strings.TrimSpace(d.id+" "+d.what), func(t *testing.T) {
				t.Parallel()
				shared := open(t, w.copied(t)) // for those who change nothing
				for _, c := range w.callers {
					name := fmt.Sprintf("by %s of %q", c.way, c.role)
					allowed := policy.allows(c.role, c.reads, d.needs)
					if !allowed || d.needs[0].op == admin.OpRead {
						w.doing(shared, d, c, name, allowed)
						continue
					}
					t.Run(name, func(t *testing.T) { w.doing(open(t, w.copied(t)), d, c, name, allowed) })
				}
			})
		}
	})
}

// doing does a deed, and looks whether it is answered as the policy wants it, and
// whether one that is refused leaves no trace.
func (w *world) doing(s *site, d deed, c caller, name string, allowed bool) {
	s.Helper()
	before := s.latest()
	got := s.send(w.asked(s, d, c))
	want := d.status
	switch {
	case c.way == "nobody":
		want = http.StatusUnauthorized
	case !allowed:
		want = http.StatusForbidden
	}
	if got.Code != want && (allowed || c.role == idp.AdminNone || !d.refuses(got)) {
		s.Errorf("%s: answered %d, want %d\n%s", name, got.Code, want, got.Body)
		return
	}
	if allowed && d.refused != "" && d.refuses(got) {
		s.Errorf("%s: refused by %s", name, got.Body)
	}
	if !allowed && s.latest() != before {
		s.Errorf("%s: refused, and done all the same", name)
	}
	if got.Code == http.StatusForbidden {
		denial(s, got, name)
	}
}

// refuses reports whether an answer is a refusal that is no 403.
func (d deed) refuses(got *httptest.ResponseRecorder) bool {
	return d.refused != "" && (d.refused == fmt.Sprint(got.Code) || strings.Contains(got.Body.String(), d.refused))
}

// denial demands a problem that says why, and what to do.
func denial(s *site, got *httptest.ResponseRecorder, name string) {
	s.Helper()
	var told struct{ Type, Detail, Remedy string }
	err := json.Unmarshal(got.Body.Bytes(), &told)
	if err != nil || !strings.HasSuffix(told.Type, "denied") || told.Detail == "" || told.Remedy == "" {
		s.Errorf("%s: told %s", name, got.Body)
	}
}

// asked is the request of a deed.
func (w *world) asked(s *site, d deed, c caller) *http.Request {
	s.Helper()
	method, path, _ := strings.Cut(d.request, " ")
	path = strings.NewReplacer("{own}", c.own, "{other}", w.other).Replace(path)
	if c.own == "" {
		path = strings.ReplaceAll(path, "/tokens/", "/tokens/0123456789abcdef")
	}
	body := strings.NewReplacer("{export}", w.export, "{upload}", w.upload).Replace(d.body)
	r := s.request(method, path, strings.NewReader(body))
	switch {
	case d.id == "put-image":
		r.Header.Set("Content-Type", "image/png")
	case d.id == "import-users":
		r.Header.Set("Content-Type", "text/csv")
	case method == http.MethodPatch:
		r.Header.Set("Content-Type", "application/merge-patch+json")
	case body != "":
		r.Header.Set("Content-Type", "application/json")
	}
	if method != http.MethodGet && method != http.MethodPost || d.id == "close-group" || d.id == "reopen-group" {
		r.Header.Set("If-Match", "*")
	}
	c.authorize(r)
	return r
}

// TestACallerIsWhoTheyShouldBe keeps the matrix from being right for the wrong
// reason.
func TestACallerIsWhoTheyShouldBe(t *testing.T) {
	w := newWorld(t)
	s := open(t, w.copied(t))
	ways := map[string]bool{}
	for _, c := range w.callers {
		if c.role == idp.AdminNone {
			continue
		}
		ways[c.way] = true
		got := s.send(w.asked(s, deed{request: "GET /whoami"}, c))
		var who struct{ Role, Scope string }
		s.must(json.Unmarshal(got.Body.Bytes(), &who))
		if who.Role != string(c.role) || (who.Scope == admin.ScopeRead) != c.reads {
			t.Errorf("%s of %q is %s", c.way, c.role, got.Body)
		}
	}
	if len(ways) != 4 {
		t.Errorf("the ways in are %v", ways)
	}
	if got := s.send(s.request(http.MethodGet, "/openapi.json", http.NoBody)); got.Code != http.StatusOK {
		t.Errorf("the OpenAPI document is answered %d to nobody", got.Code)
	}
}
