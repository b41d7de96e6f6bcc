package api_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/web/api"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

func TestAnAWSPrincipalGetsTheTokenOfItsRole(t *testing.T) {
	s := newSite(t)
	roles, err := api.ReadIAMRoles("ROLES", "owner=arn:aws:iam::111122223333:role/gatepost-owner, viewer=arn:aws:iam::111122223333:role/ops/gatepost-viewer")
	if err != nil {
		t.Fatal(err)
	}
	handler := &api.IAM{Service: s.service, Roles: roles, Log: slog.New(slog.DiscardHandler)}
	const sts = "arn:aws:sts::111122223333:assumed-role/"
	for _, c := range []struct {
		name, principal, role string
	}{
		{"the role", sts + "gatepost-owner/i-0123", "owner"},
		{"a session that calls itself another role", sts + "gatepost-viewer/gatepost-owner", "viewer"},
		{"nobody", "", ""},
		{"another role", sts + "somebody/gatepost-owner", ""},
		{"a role whose name only begins so", sts + "gatepost-owner2/x", ""},
		{"a role in another case", sts + "Gatepost-Owner/x", ""},
		{"another account", "arn:aws:sts::444455556666:assumed-role/gatepost-owner/x", ""},
		{"another partition", "arn:aws-cn:sts::111122223333:assumed-role/gatepost-owner/x", ""},
		{"no session", sts + "gatepost-owner", ""},
		{"a slash too many", sts + "gatepost-owner/x/y", ""},
		{"a role that was not assumed", "arn:aws:iam::111122223333:role/gatepost-owner", ""},
		{"another service", "arn:aws:iam::111122223333:assumed-role/gatepost-owner/x", ""},
		{"another kind of thing", "arn:aws:sts::111122223333:federated-user/gatepost-owner/x", ""},
		{"a user", "arn:aws:iam::111122223333:user/gatepost-owner", ""},
		{"a federated user", "arn:aws:sts::111122223333:federated-user/gatepost-owner", ""},
		{"the account", "arn:aws:iam::111122223333:root", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(reqctx.With(t.Context(), reqctx.Client{RequestID: "r1", Principal: c.principal}), post, "/iam/token", nil)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			got := answered{w, t}
			if c.role == "" {
				if w.Code != http.StatusForbidden || got.json()["token"] != nil {
					t.Fatalf("answered %d %s", w.Code, w.Body)
				}
				return
			}
			token, _ := got.json()["token"].(string)
			who := s.in(t).want(200, ask{method: get, path: "/whoami", as: token}).json()
			if who["role"] != c.role || w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("answered %d, is %v", w.Code, who)
			}
			ends, err := time.Parse(time.RFC3339, got.json()["expires_at"].(string))
			if err != nil || time.Until(ends) > time.Hour || time.Until(ends) < 50*time.Minute {
				t.Errorf("ends %v, %v", ends, err)
			}
		})
	}
}

func TestReadIAMRolesNamesWhatIsWrong(t *testing.T) {
	for _, bad := range []string{"owner", "owner=", "admin=arn:aws:iam::111122223333:role/x", "owner=arn:aws:iam::111122223333:user/x", "=arn:aws:iam::111122223333:role/x", "owner=arn:aws:iam::1:role/x"} {
		_, err := api.ReadIAMRoles("ROLES", "viewer=arn:aws:iam::111122223333:role/v,"+bad)
		if err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	none, err := api.ReadIAMRoles("ROLES", "")
	if err != nil || len(none) != 0 {
		t.Errorf("read %v, %v", none, err)
	}
}
