package api_test

import (
	"net/http"
	"strings"
	"testing"
)

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete
)

// TestTheWholeArticle does what the walk-through does, by the API alone.
func TestTheWholeArticle(t *testing.T) {
	s := newSite(t)
	for _, group := range []string{"SSO-AWS-A", "SSO-AWS-B"} {
		s.want(201, ask{method: post, path: "/groups", body: `{"name":"` + group + `"}`})
	}
	s.want(201, ask{method: post, path: "/users", body: `{"email":"Alice@Example.com","name":"Alice","attributes":{"team":"blue"}}`})

	made := s.want(201, ask{method: post, path: "/connectors", body: `{"label":"AWS A","account_id":"111122223333"}`})
	c := made.json()
	if c["slug"] != "aws-a" || made.Header().Get("Location") != "/api/v1/connectors/aws-a" || made.etag() == "" {
		t.Fatalf("made %v, %v", c, made.Header())
	}
	role, _ := c["roles"].([]any)[0].(map[string]any)
	if role["role_arn"] != "arn:aws:iam::111122223333:role/SAML-User" || role["provider_arn"] != "arn:aws:iam::111122223333:saml-provider/Gatepost-aws-a" {
		t.Errorf("proposed %v", role)
	}
	key, _ := c["key"].(map[string]any)
	if key["state"] != "ready" || c["active"] != false || c["entity_id"] != "https://sso.example.com/metadata/aws-a" {
		t.Errorf("made %v", c)
	}
	if _, warned := c["warnings"]; warned {
		t.Errorf("warns of %v", c["warnings"])
	}
	s.want(204, ask{method: put, path: "/connectors/aws-a/grants/SSO-AWS-A", body: `{}`})
	s.want(204, ask{method: put, path: "/connectors/aws-a/grants/SSO-AWS-A"})
	s.want(204, ask{method: put, path: "/groups/SSO-AWS-A/members/ALICE%40example.com", body: `{"expires_at":"2099-01-01T00:00:00Z"}`})
	active := s.want(200, ask{method: post, path: "/connectors/aws-a/activate", body: `{}`})
	if active.json()["active"] != true {
		t.Errorf("activated %v", active.json())
	}
	document := s.want(200, ask{method: get, path: "/connectors/aws-a/metadata"})
	if document.Header().Get("Content-Type") != "application/samlmetadata+xml" || !strings.Contains(document.Body.String(), "https://sso.example.com/sso/aws-a") ||
		document.Header().Get("Content-Disposition") != "attachment; filename=gatepost-aws-a-metadata.xml" {
		t.Errorf("metadata %v\n%s", document.Header(), document.Body)
	}
	access := s.want(200, ask{method: get, path: "/connectors/aws-a/access"}).json()
	way, _ := access["items"].([]any)[0].(map[string]any)
	if way["email"] != "alice@example.com" || way["group"] != "SSO-AWS-A" || access["next"] != "" {
		t.Errorf("access %v", access)
	}
	tested := s.want(200, ask{method: post, path: "/connectors/aws-a/test", body: `{"user":"alice@example.com"}`}).json()
	if tested["granted"] != true || tested["accepted"] != true {
		t.Errorf("tested %v", tested)
	}
	s.want(409, ask{method: remove, path: "/connectors/aws-a", match: "*"})
	s.want(200, ask{method: post, path: "/connectors/aws-a/deactivate"})
	s.want(204, ask{method: remove, path: "/connectors/aws-a", match: "*"})
	s.want(404, ask{method: get, path: "/connectors/aws-a"})
	s.want(204, ask{method: remove, path: "/groups/SSO-AWS-A", match: "*"})
	s.want(204, ask{method: remove, path: "/users/alice@example.com", match: "*"})
}
