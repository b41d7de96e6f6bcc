package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// row is a route with a request that it takes.
type row struct {
	route  string // method and path as in the document
	body   string
	first  string // a field of the body, for routes that take JSON
	status int
}

// kinds of body that are no JSON.
var otherKinds = map[string]string{"PUT/connectors/{slug}/image": "image/png", "POST/users/import": "text/csv"}

var rows = []row{
	{"GET/connectors", "", "", 200},
	{"POST/connectors", `{"label":"New One","account_id":"111122223333","key":{"source":"uploaded"}}`, "label", 201},
	{"GET/connectors/{slug}", "", "", 200},
	{"PUT/connectors/{slug}", `{"label":"Renamed","roles":[]}`, "label", 200},
	{"PATCH/connectors/{slug}", `{"label":"Renamed"}`, "label", 200},
	{"DELETE/connectors/{slug}", "", "", 204},
	{"POST/connectors/{slug}/activate", "", "", 200},
	{"POST/connectors/{slug}/deactivate", "", "", 200},
	{"GET/connectors/{slug}/metadata", "", "", 200},
	{"GET/connectors/{slug}/key", "", "", 200},
	{"POST/connectors/{slug}/key", "", "", 409},
	{"PUT/connectors/{slug}/key", `{"private_key":"no key","certificate":"no certificate"}`, "private_key", 422},
	{"PUT/connectors/{slug}/grants/{group}", "", "", 204},
	{"DELETE/connectors/{slug}/grants/{group}", "", "", 204},
	{"GET/connectors/{slug}/access", "", "", 200},
	{"POST/connectors/{slug}/test", `{"user":"alice@example.com"}`, "user", 200},
	{"GET/connectors/{slug}/image", "", "", 404},
	{"PUT/connectors/{slug}/image", "no image", "", 422},
	{"DELETE/connectors/{slug}/image", "", "", 204},
	{"GET/users", "", "", 200},
	{"POST/users", `{"email":"new@example.com","groups":[{"name":"SSO-AWS-A"}]}`, "email", 201},
	{"GET/users/{email}", "", "", 200},
	{"PUT/users/{email}", `{"name":"Alice Again"}`, "name", 200},
	{"PATCH/users/{email}", `{"name":"Alice Again"}`, "name", 200},
	{"DELETE/users/{email}", "", "", 204},
	{"POST/users/{email}/suspend", "", "", 200},
	{"POST/users/{email}/resume", "", "", 200},
	{"POST/users/{email}/password-link", "", "", 200},
	{"GET/users/{email}/sessions", "", "", 200},
	{"POST/users/{email}/lockdown", "", "", 204},
	{"DELETE/users/{email}/lockdown", "", "", 204},
	{"POST/users/import", "email,name\nbob@example.com,Bob\n", "", 200},
	{"GET/groups", "", "", 200},
	{"POST/groups", `{"name":"new"}`, "name", 201},
	{"GET/groups/{name}", "", "", 200},
	{"PUT/groups/{name}", `{"description":"new"}`, "description", 200},
	{"PATCH/groups/{name}", `{"description":"new"}`, "description", 200},
	{"DELETE/groups/{name}", "", "", 204},
	{"POST/groups/{name}/close", "", "", 200},
	{"POST/groups/{name}/reopen", "", "", 200},
	{"GET/groups/{name}/members", "", "", 200},
	{"PUT/groups/{name}/members/{email}", `{"expires_at":"2099-01-01T00:00:00Z"}`, "expires_at", 204},
	{"DELETE/groups/{name}/members/{email}", "", "", 204},
	{"GET/groups/{name}/connectors", "", "", 200},
	{"GET/events", "", "", 200},
	{"GET/tokens", "", "", 200},
	{"POST/tokens", `{"name":"ci"}`, "name", 201},
	{"DELETE/tokens/{id}", "", "", 204},
	{"GET/whoami", "", "", 200},
	{"GET/config", "", "", 200},
	{"POST/config", `{"version":1}`, "", 200},
	{"GET/lockdown", "", "", 200},
	{"GET/settings", "", "", 200},
	{"PATCH/settings", `{"helpdesk_resets_access":true}`, "helpdesk_resets_access", 200},
	{"POST/lockdown", "", "", 204},
	{"DELETE/lockdown", "", "", 204},
}

// world is a site with one of each thing.
type world struct {
	*site
	tokenID string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := newSite(t)
	s.want(201, ask{method: post, path: "/groups", body: `{"name":"SSO-AWS-A"}`})
	s.want(201, ask{method: post, path: "/users", body: `{"email":"alice@example.com","groups":[{"name":"SSO-AWS-A"}]}`})
	s.want(201, ask{method: post, path: "/connectors", body: `{"label":"AWS A","account_id":"111122223333","groups":["SSO-AWS-A"],"key":{"source":"uploaded"}}`})
	owner, err := s.service.As(operator).CreateToken(s.Context(), resource.TokenRequest{Name: "to be revoked", User: "owner@example.com", Scope: admin.ScopeRead})
	if err != nil {
		t.Fatal(err)
	}
	return &world{s, owner.ID}
}

// withKey makes the connector's key, which takes a moment.
func (w *world) withKey() *world {
	w.Helper()
	w.want(201, ask{method: post, path: "/connectors/aws-a/key"})
	return w
}

// ask is the row's request, with the names of what is there.
func (w *world) ask(r row) ask {
	method, path, _ := strings.Cut(r.route, "/")
	a := ask{method: method, body: r.body, kind: otherKinds[r.route], match: "*"}
	a.path = strings.NewReplacer("{slug}", "aws-a", "{group}", "SSO-AWS-A", "{name}", "SSO-AWS-A", "{email}", "alice@example.com", "{id}", w.tokenID).Replace("/" + path)
	return a
}

// needsMatch reports whether a route changes a version.
func (r row) needsMatch() bool {
	method, path, _ := strings.Cut(r.route, "/")
	return (method == put || method == patch || method == remove) && slices.Contains([]string{"connectors/{slug}", "users/{email}", "groups/{name}"}, path)
}

func TestTheTableHasEveryRoute(t *testing.T) {
	routes := []string{"GET/openapi.json"}
	for _, r := range rows {
		routes = append(routes, r.route)
	}
	slices.Sort(routes)
	if want := slices.Sorted(slices.Values(contract)); !slices.Equal(routes, want) {
		t.Errorf("the table has\n%v\nwant\n%v", routes, want)
	}
}

func TestEveryRouteTakesAGoodRequest(t *testing.T) {
	for _, r := range rows {
		t.Run(r.route, func(t *testing.T) {
			w := newWorld(t)
			if strings.HasSuffix(r.route, "activate") || strings.HasSuffix(r.route, "/metadata") || strings.HasSuffix(r.route, "/key") {
				w.withKey()
			}
			w.want(r.status, w.ask(r))
		})
	}
}

func TestEveryRouteRefusesWhatCannotBeRead(t *testing.T) {
	w := newWorld(t)
	for _, r := range rows {
		good := w.ask(r)
		refused := func(t *testing.T, status int, field string, change func(*ask)) {
			t.Helper()
			bad := good
			change(&bad)
			got := w.in(t).want(status, bad)
			if got.Header().Get("Content-Type") != "application/problem+json" || got.json()["request_id"] == "" {
				t.Errorf("answered %v %s", got.Header(), got.Body)
			}
			if field != "" && !slices.Contains(got.fields(), field) {
				t.Errorf("told of %v and not of %s", got.fields(), field)
			}
		}
		t.Run(r.route, func(t *testing.T) {
			refused(t, 401, "", func(a *ask) { a.as = "-" })
			refused(t, 401, "", func(a *ask) { a.as = "gp_" + strings.Repeat("0", 64) })
			refused(t, 400, "nonsense", func(a *ask) { a.path += "?nonsense=1" })
			refused(t, 400, "", func(a *ask) { a.path += "?limit=1&limit=2" })
			if r.needsMatch() {
				refused(t, 428, "", func(a *ask) { a.match = "" })
				refused(t, 412, "", func(a *ask) { a.match = `"x_1.1"` })
				refused(t, 400, "", func(a *ask) { a.match = `x_1.1` })
				refused(t, 400, "", func(a *ask) { a.match = `"x_1.1", "x_1.2"` })
				refused(t, 400, "", func(a *ask) { a.match = `W/"x_1.1"` })
			}
			if good.method == get {
				return
			}
			refused(t, 413, "", func(a *ask) { a.body = `{"` + strings.Repeat("x", 1<<20) + `":1}` })
			if good.kind != "" {
				refused(t, 415, "", func(a *ask) { a.kind = "application/json" })
				refused(t, 415, "", func(a *ask) { a.kind = "multipart/form-data; boundary=x" })
				return
			}
			if r.first == "" {
				refused(t, 422, "nonsense", func(a *ask) { a.body = `{"nonsense":1}` })
				refused(t, 422, "", func(a *ask) { a.body = `[]` })
				refused(t, 415, "", func(a *ask) { a.body, a.kind = `{}`, "text/plain" })
				return
			}
			refuseBodies(refused, t, r)
		})
	}
}

func refuseBodies(refused func(*testing.T, int, string, func(*ask)), t *testing.T, r row) {
	t.Helper()
	rest := strings.TrimPrefix(r.body, "{")
	loud := strings.ToUpper(r.first)
	refused(t, 422, "nonsense", func(a *ask) { a.body = `{"nonsense":1,` + rest })
	refused(t, 422, r.first, func(a *ask) { a.body = `{"` + r.first + `":"twice",` + rest })
	refused(t, 422, loud, func(a *ask) { a.body = `{"` + loud + `":"x"}` })
	refused(t, 422, r.first, func(a *ask) { a.body = `{"` + r.first + `":[]}` })
	refused(t, 400, "", func(a *ask) { a.body = r.body + `{}` })
	refused(t, 400, "", func(a *ask) { a.body = r.body[:len(r.body)-1] })
	refused(t, 400, "", func(a *ask) { a.body = "{\"" + r.first + "\":\"\xff\"}" })
	refused(t, 400, "", func(a *ask) { a.body = strings.Repeat("[", 1000) })
	refused(t, 415, "", func(a *ask) { a.kind = "text/plain" })
	refused(t, 415, "", func(a *ask) { a.kind = "application/json; charset=utf-16" })
	if r.route != "PUT/groups/{name}/members/{email}" {
		refused(t, 400, "", func(a *ask) { a.body, a.kind = "", kindOf(a.method) })
	}
}

func TestEveryRouteKnowsWhatIsNotThere(t *testing.T) {
	w := newWorld(t)
	missing := map[string]string{"{slug}": "nope", "{group}": "nope", "{name}": "nope", "{email}": "nobody@example.com", "{id}": strings.Repeat("0", len(w.tokenID))}
	for _, r := range rows {
		for parameter, name := range missing {
			if !strings.Contains(r.route, parameter) {
				continue
			}
			t.Run(r.route+" without "+parameter, func(t *testing.T) {
				lacking := r
				lacking.route = strings.Replace(r.route, parameter, name, 1)
				asked := w.ask(lacking)
				asked.kind = otherKinds[r.route]
				if r.route == "PUT/connectors/{slug}/image" {
					asked.body = onePixel
				}
				got := w.in(t).want(404, asked)
				if strings.Contains(got.Body.String(), "table") || got.json()["detail"] == "" {
					t.Errorf("told %s", got.Body)
				}
			})
		}
	}
}

// onePixel is the smallest PNG.
const onePixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\b\x06\x00\x00\x00\x1f\x15\xc4\x89" +
	"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
