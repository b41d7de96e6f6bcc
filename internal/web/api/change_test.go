package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestPutReplacesAndPatchChangesParts(t *testing.T) {
	s := newWorld(t).site
	s.want(200, ask{
		method: put, path: "/connectors/aws-a", match: "*",
		body: `{"label":"Production","description":"The first","shown":false,"confirm_cross_site":false,"session_duration":"2h","region":"eu-west-1","groups":["SSO-AWS-A"],` +
			`"roles":[{"role_arn":"arn:aws:iam::111122223333:role/A","provider_arn":"arn:aws:iam::111122223333:saml-provider/G","groups":["SSO-AWS-A"]}]}`,
	})
	cases := []struct {
		name, method, body string
		want               map[string]string // JSON of members
	}{
		{"a patch leaves what it does not name", patch, `{"description":"Changed"}`, map[string]string{"label": `"Production"`, "description": `"Changed"`, "shown": "false", "groups": `["SSO-AWS-A"]`, "session_duration": `"2h"`}},
		{"null gives the default back", patch, `{"shown":null,"session_duration":null,"region":null}`, map[string]string{"shown": "true", "session_duration": `"1h"`, "region": `""`, "confirm_cross_site": "false"}},
		{"a list is replaced whole", patch, `{"relay_states":["https://console.aws.amazon.com/s3"],"groups":[],"roles":[]}`, map[string]string{"relay_states": `["https://console.aws.amazon.com/s3"]`, "groups": "[]"}},
		{"PUT gives the default to what it leaves out", put, `{}`, map[string]string{
			"label": `"aws-a"`, "description": `""`, "confirm_cross_site": "true", "roles": "[]", "relay_states": "[]", "groups": "[]",
			"entity_id": `"https://sso.example.com/metadata/aws-a"`, "attributes": `[{"name":"RoleSessionName","value":"${user.email}"}]`,
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := s.in(t)
			before := s.want(200, ask{method: get, path: "/connectors/aws-a"})
			after := s.want(200, ask{method: c.method, path: "/connectors/aws-a", body: c.body, match: before.etag()})
			if after.etag() == before.etag() || after.etag() == "" {
				t.Errorf("the ETag stays %s", after.etag())
			}
			var members map[string]json.RawMessage
			err := json.Unmarshal(s.want(200, ask{method: get, path: "/connectors/aws-a"}).Body.Bytes(), &members)
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range c.want {
				if string(members[name]) != want {
					t.Errorf("%s is %s, want %s", name, members[name], want)
				}
			}
		})
	}
}

// What was read may be sent back whole, and changes nothing.
func TestWhatWasReadCanBeSentBack(t *testing.T) {
	s := newWorld(t).site
	s.want(201, ask{method: post, path: "/connectors", body: `{"slug":"wiki","kind":"bookmark","label":"Wiki","url":"https://wiki.example.com"}`})
	for _, path := range []string{"/connectors/aws-a", "/connectors/wiki", "/users/alice@example.com", "/groups/SSO-AWS-A"} {
		before := s.want(200, ask{method: get, path: path})
		for _, method := range []string{put, patch} {
			after := s.want(200, ask{method: method, path: path, body: before.Body.String(), match: "*"})
			was, is := before.json(), after.json()
			for _, moves := range []string{"version", "updated_at"} {
				delete(was, moves)
				delete(is, moves)
			}
			a, b := text(t, was), text(t, is)
			if a != b {
				t.Errorf("%s %s changed\n%s to\n%s", method, path, a, b)
			}
			before = s.want(200, ask{method: get, path: path})
		}
	}
}

func text(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWhatDoesNotChangeThisWayIsRefusedByName(t *testing.T) {
	s := newWorld(t).withKey().site
	cases := []struct{ method, path, body, field string }{
		{put, "/connectors/aws-a", `{"slug":"aws-z"}`, "slug"},
		{put, "/connectors/aws-a", `{"kind":"bookmark"}`, "kind"},
		{put, "/connectors/aws-a", `{"active":true}`, "active"},
		{put, "/connectors/aws-a", `{"key":{"source":"uploaded"}}`, "key"},
		{put, "/connectors/aws-a", `{"key":{"nonsense":1}}`, "key.nonsense"},
		{put, "/connectors/aws-a", `{"image_url":"/x.png"}`, "image_url"},
		{put, "/connectors/aws-a", `{"version":99}`, "version"},
		{put, "/connectors/aws-a", `{"created_at":"2020-01-01T00:00:00Z"}`, "created_at"},
		{patch, "/connectors/aws-a", `{"slug":null}`, "slug"},
		{patch, "/connectors/aws-a", `{"active":null}`, "active"},
		{patch, "/connectors/aws-a", `{"key":null}`, "key"},
		{patch, "/connectors/aws-a", `{"label":null,"active":true,"version":0}`, "active version"},
		{put, "/users/alice@example.com", `{"active":false}`, "active"},
		{put, "/users/alice@example.com", `{"name_id":"n1"}`, "name_id"},
		{patch, "/groups/SSO-AWS-A", `{"version":7}`, "version"},
		{post, "/connectors", `{"slug":"x1","active":true}`, "active"},
		{post, "/connectors", `{"slug":"x1","version":1}`, "version"},
		{post, "/users", `{"email":"x@example.com","active":false}`, "active"},
		{post, "/groups", `{"name":"x","created_at":"2020-01-01T00:00:00Z"}`, "created_at"},
	}
	for _, c := range cases {
		t.Run(c.method+c.path+c.body, func(t *testing.T) {
			got := s.in(t).want(422, ask{method: c.method, path: c.path, body: c.body, match: "*"})
			if strings.Join(got.fields(), " ") != c.field {
				t.Errorf("told of %v", got.fields())
			}
		})
	}
	for _, same := range []string{`{"slug":"aws-a","kind":"aws","active":false,"image_url":"","key":{"source":"generated"}}`, `{"key":{"state":"ready"}}`} {
		s.want(200, ask{method: put, path: "/connectors/aws-a", body: same, match: "*"})
	}
}

func TestTwoAdministratorsAtOnce(t *testing.T) {
	s := newWorld(t).site
	for _, c := range []struct{ path, body, other string }{
		{"/connectors/aws-a", `{"label":"Mine"}`, `{"label":"Theirs"}`},
		{"/users/alice@example.com", `{"name":"Mine"}`, `{"name":"Theirs"}`},
		{"/groups/SSO-AWS-A", `{"description":"Mine"}`, `{"description":"Theirs"}`},
	} {
		read := s.want(200, ask{method: get, path: c.path})
		s.want(304, ask{method: get, path: c.path, header: http.Header{"If-None-Match": {`"x", W/` + read.etag()}}})
		first := s.want(200, ask{method: patch, path: c.path, body: c.body, match: read.etag()})
		s.want(200, ask{method: get, path: c.path, header: http.Header{"If-None-Match": {read.etag()}}})
		for _, second := range []ask{
			{method: patch, path: c.path, body: c.other, match: read.etag()}, {method: put, path: c.path, body: c.other, match: read.etag()}, {method: remove, path: c.path, match: read.etag()},
		} {
			lost := s.want(412, second)
			told := lost.json()
			current, _ := told["current"].(map[string]any)
			changes, _ := told["changes"].([]any)
			if lost.etag() != first.etag() || text(t, current) != text(t, s.want(200, ask{method: get, path: c.path}).json()) {
				t.Errorf("%s told of %v", c.path, told)
			}
			last, _ := changes[0].(map[string]any)
			after, _ := last["after"].(map[string]any)
			if last["actor"] != "owner@example.com" || !slices.Contains([]any{after["label"], after["name"], after["description"]}, any("Mine")) {
				t.Errorf("%s told of the changes %v", c.path, changes)
			}
		}
	}
}

func TestEmailsInAnAddressAreThoseOfPeople(t *testing.T) {
	s := newSite(t)
	s.want(201, ask{method: post, path: "/users", body: `{"email":"o'neil+a=b&c@example.com"}`})
	made := s.want(200, ask{method: get, path: "/users/O'Neil%2Ba%3Db%26C%40EXAMPLE.com"})
	if made.json()["email"] != "o'neil+a=b&c@example.com" {
		t.Errorf("read %s", made.Body)
	}
	s.want(200, ask{method: put, path: "/users/o'neil+a%3Db&c@example.com", body: `{"email":"neil@example.com"}`, match: "*"})
	s.want(200, ask{method: get, path: "/users/neil@example.com"})
}
