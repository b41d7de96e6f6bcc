package api_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
)

func TestABookmarkShowsNothingThatAWSNeeds(t *testing.T) {
	s := newSite(t)
	made := s.want(201, ask{method: post, path: "/connectors", body: `{"kind":"bookmark","label":"Our Wiki (old)","url":"https://wiki.example.com"}`})
	const want = "active created_at description groups image_url kind label shown slug updated_at url version"
	list, _ := s.want(200, ask{method: get, path: "/connectors"}).json()["items"].([]any)
	one, _ := list[0].(map[string]any)
	for _, c := range []map[string]any{made.json(), s.want(200, ask{method: get, path: "/connectors/our-wiki-old"}).json(), one} {
		if names(c) != want || c["slug"] != "our-wiki-old" {
			t.Errorf("shows %s", names(c))
		}
	}
	s.want(404, ask{method: get, path: "/connectors/our-wiki-old/key"})
	s.want(404, ask{method: get, path: "/connectors/our-wiki-old/metadata"})
}

func TestTheShortFormOfAConnector(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct{ name, body, fields string }{
		{"an account that is none", `{"label":"A","account_id":"12345"}`, "account_id"},
		{"an account beside roles", `{"label":"A","account_id":"111122223333","roles":[{"role_arn":"x","provider_arn":"y"}]}`, "account_id"},
		{"an account of a bookmark", `{"label":"A","kind":"bookmark","account_id":"111122223333"}`, "account_id"},
		{"a number as an account", `{"label":"A","account_id":111122223333}`, "account_id"},
		{"a label of which no slug can be made", `{"label":"日本"}`, "slug"},
	} {
		got := s.want(422, ask{method: post, path: "/connectors", body: c.body})
		if strings.Join(got.fields(), " ") != c.fields {
			t.Errorf("%s: told of %v", c.name, got.fields())
		}
	}
	c := s.want(201, ask{method: post, path: "/connectors", body: `{"label":"China!","partition":"aws-cn","account_id":"111122223333","key":{"source":"uploaded"}}`}).json()
	role, _ := c["roles"].([]any)[0].(map[string]any)
	key, _ := c["key"].(map[string]any)
	if c["slug"] != "china" || role["role_arn"] != "arn:aws-cn:iam::111122223333:role/SAML-User" || key["state"] != "none" {
		t.Errorf("made %v", c)
	}
	s.want(404, ask{method: get, path: "/connectors/china/metadata"})
	s.want(422, ask{method: post, path: "/connectors/china/activate"})
	s.want(201, ask{method: post, path: "/connectors/china/key"})
	s.want(200, ask{method: get, path: "/connectors/china/metadata"})
	refused := s.want(422, ask{method: post, path: "/connectors", body: `{"label":"K","account_id":"111122223333","key":{"custody":"kms"}}`})
	if strings.Join(refused.fields(), " ") != "key.custody" {
		t.Errorf("a custody that is not to be had: told of %v", refused.fields())
	}
	s.want(404, ask{method: get, path: "/connectors/k"})
	warned := s.want(201, ask{method: post, path: "/connectors", body: `{"label":"W","account_id":"111122223333","key":{"custody":"file"},"attributes":[{"name":"RoleSessionName","value":"SSO-User"}]}`}).json()
	if warnings, _ := warned["warnings"].([]any); len(warnings) != 1 {
		t.Errorf("warns of %v", warned["warnings"])
	}
}

func names(m map[string]any) string {
	var all []string
	for name := range m {
		all = append(all, name)
	}
	return strings.Join(sorted(all), " ")
}

func TestListsComeInPagesWhoseCursorsCannotBeChanged(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"a1", "a2", "a3", "b1"} {
		s.want(201, ask{method: post, path: "/groups", body: `{"name":"` + name + `","description":"Group ` + strings.ToUpper(name) + `"}`})
		s.want(201, ask{method: post, path: "/users", body: `{"email":"` + name + `@example.com","groups":[{"name":"a1"}]}`})
	}
	s.want(201, ask{method: post, path: "/connectors", body: `{"kind":"bookmark","label":"Wiki","url":"https://wiki.example.com","groups":["a1"]}`})
	for _, c := range []struct {
		path, key string
		want      int
	}{
		{"/groups?limit=1", "name", 4}, {"/groups?limit=2&prefix=a", "name", 3}, {"/groups?limit=1&q=group+b1", "name", 1},
		{"/users?limit=3&q=EXAMPLE", "email", 8}, {"/groups/a1/members?limit=3", "email", 4},
		{"/connectors/wiki/access?limit=3", "email", 4}, {"/tokens?limit=1", "id", 4}, {"/events?limit=2&connector=wiki", "id", 1},
	} {
		seen := map[any]bool{}
		cursor := ""
		for range 30 {
			path := c.path
			if cursor != "" {
				path += "&cursor=" + cursor
				changed := "A" + cursor[1:]
				if changed != cursor {
					s.want(400, ask{method: get, path: c.path + "&cursor=" + changed})
				}
				s.want(400, ask{method: get, path: c.path + "&cursor=" + cursor + "A"})
			}
			page := s.want(200, ask{method: get, path: path}).json()
			items, _ := page["items"].([]any)
			for _, item := range items {
				one, _ := item.(map[string]any)
				if seen[one[c.key]] {
					t.Errorf("%s: %v comes twice", c.path, one[c.key])
				}
				seen[one[c.key]] = true
			}
			cursor, _ = page["next"].(string)
			if cursor == "" {
				break
			}
		}
		if len(seen) != c.want || cursor != "" {
			t.Errorf("%s gave %d, want %d", c.path, len(seen), c.want)
		}
	}
	first, _ := s.want(200, ask{method: get, path: "/connectors/wiki/access?limit=1"}).json()["next"].(string)
	s.want(400, ask{method: get, path: "/tokens?limit=1&cursor=" + first})
	far := base64.RawURLEncoding.EncodeToString([]byte("tokens\x0099"))
	if beyond := s.want(200, ask{method: get, path: "/tokens?cursor=" + far}).json(); names(beyond) != "items next" {
		t.Errorf("answered %v", beyond)
	}
}

func TestEventsAreReadByPageOrByLine(t *testing.T) {
	s := newWorld(t).site
	s.want(204, ask{method: put, path: "/connectors/aws-a/grants/SSO-AWS-A", as: "connector-admin"})
	s.want(200, ask{method: patch, path: "/connectors/aws-a", body: `{"label":"X"}`, match: "*"})
	lines := s.want(200, ask{method: get, path: "/events?format=jsonl&limit=1"})
	if lines.Header().Get("Content-Type") != "application/jsonl" || strings.Count(lines.Body.String(), "\n") < 10 || !strings.HasPrefix(lines.Body.String(), `{"id":"`) {
		t.Errorf("answered %v\n%s", lines.Header(), lines.Body)
	}
	mine := s.want(200, ask{method: get, path: "/events?user=OWNER@example.com&connector=aws-a"}).json()
	items, _ := mine["items"].([]any)
	last, _ := items[0].(map[string]any)
	if last["action"] != "connector.update" || last["actor"] != "owner@example.com" || last["source_ip"] != "192.0.2.1" || last["request_id"] == "" {
		t.Errorf("the last is %v", last)
	}
	for _, bad := range []string{"since=yesterday", "until=2026-01-01", "until=0001-01-01T00:00:00Z", "since=0001-01-01T01:00:00%2B01:00", "format=xml", "limit=0", "limit=x"} {
		s.want(400, ask{method: get, path: "/events?" + bad})
	}
	s.want(422, ask{method: get, path: "/events?user=nobody@example.com"})
	none := s.want(200, ask{method: get, path: "/events?until=2020-01-01T00:00:00Z"})
	if none.Body.String() != `{"items":[],"next":""}`+"\n" {
		t.Errorf("answered %s", none.Body)
	}
}

func TestLinesThatAreCutLeadToTheRest(t *testing.T) {
	s := newSite(t)
	for i := range 110 {
		s.want(201, ask{method: post, path: "/groups", body: fmt.Sprintf(`{"name":"g%d"}`, i)})
	}
	whole := s.want(200, ask{method: get, path: "/events?format=jsonl&user=owner@example.com"})
	if whole.Header().Get("Link") != "" || strings.Count(whole.Body.String(), "\n") != 110 {
		t.Fatalf("%d lines, Link %q", strings.Count(whole.Body.String(), "\n"), whole.Header().Get("Link"))
	}
	slow := time.Now()
	s.service.Now = func() time.Time { slow = slow.Add(10 * time.Second); return slow } // each look at the clock is late
	first := s.want(200, ask{method: get, path: "/events?format=jsonl&user=owner@example.com"})
	next, found := strings.CutPrefix(first.Header().Get("Link"), "</api/v1")
	next, closed := strings.CutSuffix(next, `>; rel="next"`)
	if !found || !closed {
		t.Fatalf("Link %q", first.Header().Get("Link"))
	}
	rest := s.want(200, ask{method: get, path: next})
	if first.Body.String()+rest.Body.String() != whole.Body.String() || rest.Header().Get("Link") != "" {
		t.Errorf("%d and %d lines", strings.Count(first.Body.String(), "\n"), strings.Count(rest.Body.String(), "\n"))
	}
}

func TestTokensAreShownOnceAndEndAtOnce(t *testing.T) {
	s := newSite(t)
	made := s.want(201, ask{method: post, path: "/tokens", body: `{"name":"ci","scope":"read","lifetime":"1h"}`}).json()
	secret, _ := made["token"].(string)
	who := s.want(200, ask{method: get, path: "/whoami", as: secret}).json()
	if who["name"] != "owner@example.com" || who["role"] != "owner" || who["scope"] != "read" {
		t.Errorf("is %v", who)
	}
	s.want(403, ask{method: post, path: "/groups", body: `{"name":"x"}`, as: secret})
	if strings.Contains(s.want(200, ask{method: get, path: "/tokens"}).Body.String(), secret) {
		t.Error("the secret is listed")
	}
	id, _ := made["id"].(string)
	s.want(404, ask{method: remove, path: "/tokens/" + id, as: "viewer"})
	s.want(204, ask{method: remove, path: "/tokens/" + id})
	s.want(401, ask{method: get, path: "/whoami", as: secret})
	s.want(422, ask{method: post, path: "/tokens", body: `{"name":"ci","user":"viewer@example.com"}`})
	if strings.Contains(s.log.String(), secret) {
		t.Error("the secret is logged")
	}
}

func TestLockdownEndsEverythingAndAnOwnerLiftsIt(t *testing.T) {
	s := newWorld(t).withKey().site
	s.want(200, ask{method: post, path: "/connectors/aws-a/activate"})
	s.want(403, ask{method: post, path: "/lockdown", as: "connector-admin"})
	s.want(204, ask{method: post, path: "/lockdown"})
	s.want(401, ask{method: get, path: "/lockdown"})
	s.tokens["again"] = s.token("second@example.com", idp.AdminOwner, admin.ScopeWrite)
	state := s.want(200, ask{method: get, path: "/lockdown", as: "again"}).json()
	if state["lockdown"] != true || state["version"] != "test" || state["url"] != "https://sso.example.com" {
		t.Errorf("the state is %v", state)
	}
	c := s.want(200, ask{method: get, path: "/connectors/aws-a", as: "again"})
	if c.json()["active"] != false {
		t.Error("a connector is shown as active")
	}
	s.want(409, ask{method: post, path: "/connectors/aws-a/activate", as: "again"})
	s.want(200, ask{method: put, path: "/connectors/aws-a", body: c.Body.String(), match: c.etag(), as: "again"})
	s.want(204, ask{method: remove, path: "/lockdown", as: "again"})
	if s.want(200, ask{method: get, path: "/connectors/aws-a", as: "again"}).json()["active"] != true {
		t.Error("the connector is not as it was")
	}
}

func TestImagesGoInAndComeOut(t *testing.T) {
	s := newWorld(t).site
	s.want(204, ask{method: put, path: "/connectors/aws-a/image", body: onePixel, kind: "image/jpeg"})
	image := s.want(200, ask{method: get, path: "/connectors/aws-a/image"})
	if image.Header().Get("Content-Type") != "image/png" || !strings.HasPrefix(image.Body.String(), "\x89PNG") {
		t.Errorf("answered %v", image.Header())
	}
	if s.want(200, ask{method: get, path: "/connectors/aws-a"}).json()["image_url"] == "" {
		t.Error("the connector has no image")
	}
	s.want(422, ask{method: put, path: "/connectors/aws-a/image", body: `<svg xmlns="http://www.w3.org/2000/svg"/>`, kind: "image/png"})
	s.want(204, ask{method: remove, path: "/connectors/aws-a/image"})
	s.want(404, ask{method: get, path: "/connectors/aws-a/image"})
}

func TestADryRunOfAnImportChangesNothing(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		query string
		users int
	}{{"?dry_run=true", 4}, {"", 5}, {"?dry_run=false", 5}} {
		told := s.want(200, ask{method: post, path: "/users/import" + c.query, body: "email,name\nbob@example.com,Bob\n", kind: "text/csv; charset=utf-8"})
		people, _ := s.want(200, ask{method: get, path: "/users"}).json()["items"].([]any)
		if len(people) != c.users {
			t.Errorf("%s: %d people, told %s", c.query, len(people), told.Body)
		}
	}
	s.want(400, ask{method: post, path: "/users/import?dry_run=yes", body: "email\n", kind: "text/csv"})
}

func TestOneHeaderCannotSayTwoThings(t *testing.T) {
	s := newWorld(t).site
	two := func(name, one, other string) http.Header { return http.Header{name: {one, other}} }
	s.want(400, ask{method: remove, path: "/groups/SSO-AWS-A", header: two("If-Match", "*", `"x.1"`)})
	s.want(415, ask{method: post, path: "/groups", body: `{"name":"x"}`, kind: "application/json, text/plain"})
	s.want(415, ask{method: post, path: "/groups", body: `{"name":"x"}`, kind: "application/jsonx"})
}
