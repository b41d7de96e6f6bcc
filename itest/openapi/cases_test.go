package openapi_test

import (
	"strings"
	"testing"
)

// TestWhatWasFoundStaysMended sends, again, what the property once found wrong, in
// its shortest form. Each answer is held against every rule.
func TestWhatWasFoundStaysMended(t *testing.T) {
	const (
		asJSON  = "Content-Type: application/json"
		asPatch = "Content-Type: application/merge-patch+json"
		asYAML  = "Content-Type: application/yaml"
		fresh   = "If-Match: {etag}"
		role    = `{"role_arn":"` + account + `role/R","provider_arn":"` + account + `saml-provider/P"`
	)
	m := newTemplate(t)
	for _, c := range []struct {
		name   string
		status int
		sent   sent
	}{
		{"a connector that the reader has is 304", 304, sent{As: "owner", Method: "GET", Target: "/connectors/aws-a", Header: []string{"If-None-Match: {etag}"}}},
		{"a group that the reader has is 304", 304, sent{As: "owner", Method: "GET", Target: "/groups/staff", Header: []string{"If-None-Match: *"}}},
		{"a person whom the reader has is 304", 304, sent{As: "owner", Method: "GET", Target: "/users/bob@example.com", Header: []string{"If-None-Match: W/{etag}"}}},
		{"the steps of a file are about other kinds of things than connectors have", 200, sent{As: "owner", Method: "POST", Target: "/config", Header: []string{asYAML}, Body: "version: 1\ngroups: [{name: team-new}]\n"}},
		{"a file with a step that may not be done changes nothing", 403, sent{As: "connector-admin", Method: "POST", Target: "/config", Header: []string{asJSON}, Body: `{"version":1,"groups":[{"name":"team-new"}],` +
			`"users":[{"email":"connectors@example.com","admin_role":"connector-admin"},{"email":"owner@example.com","admin_role":"owner"},{"email":"new@example.com"}]}`}},
		{"a limit with a zero before it is none", 400, sent{As: "owner", Method: "GET", Target: "/users?limit=01"}},
		{"a limit with a sign is none", 400, sent{As: "owner", Method: "GET", Target: "/tokens?limit=%2B1"}},
		{"no name begins with what no name can have", 200, sent{As: "owner", Method: "GET", Target: "/users?prefix=%00"}},
		{"a person is replaced without a word about their email", 200, sent{As: "owner", Method: "PUT", Target: "/users/bob@example.com", Header: []string{fresh, asJSON}, Body: "{}"}},
		{"a group is replaced without a word about its name", 200, sent{As: "owner", Method: "PUT", Target: "/groups/staff", Header: []string{fresh, asJSON}, Body: "{}"}},
		{"a role may leave its groups out", 200, sent{As: "owner", Method: "PUT", Target: "/connectors/aws-b", Header: []string{fresh, asJSON}, Body: `{"label":"B","roles":[` + role + `}]}`}},
		{"a role's groups may be a list that was never made", 200, sent{As: "owner", Method: "PUT", Target: "/connectors/aws-b", Header: []string{fresh, asJSON}, Body: `{"label":"B","roles":[` + role + `,"groups":null}]}`}},
		{"a patch takes an attribute of a person away", 200, sent{As: "owner", Method: "PATCH", Target: "/users/alice@example.com", Header: []string{fresh, asPatch}, Body: `{"attributes":{"team":null}}`}},
		{"a scope that is empty is the default", 201, sent{As: "owner", Method: "POST", Target: "/tokens", Header: []string{asJSON}, Body: `{"name":"ci","scope":""}`}},
		{"what is empty in a new connector is the default", 201, sent{As: "owner", Method: "POST", Target: "/connectors", Header: []string{asJSON}, Body: `{"label":"Another","kind":"","partition":"","account_id":"","created_at":"","key":{"source":"uploaded"}}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			faults, done := m.copy(t).exchange(c.sent)
			if len(faults) > 0 {
				t.Error(strings.Join(faults, "\n"))
			}
			if done.status != c.status {
				t.Errorf("answered %d, want %d\n%s", done.status, c.status, done.answer.body)
			}
		})
	}
}
