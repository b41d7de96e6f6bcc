package console

import (
	"net/http"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func TestATokenThatIsNotListedIsRevokedAllTheSame(t *testing.T) {
	s := newSite(t)
	s.admit()
	_, err := s.owner().CreateUser(t.Context(), resource.User{Email: "olga@example.com", AdminRole: "owner"})
	s.must(err)
	s.shows(s.post(tokensPath, map[string]string{"name": "laptop"}), http.StatusOK)
	tokens, err := s.owner().Tokens(t.Context())
	s.must(err)
	s.must(s.owner().SuspendUser(t.Context(), s.who.Name))
	s.who.Name, s.who.ID = "olga@example.com", "u_olga"
	s.shows(s.get(tokensPath), http.StatusOK, "No token works just now")
	s.leads(s.post(tokensPath+"/"+tokens[0].ID+"/revoke", nil), tokensPath+"?done=token-revoked")
	left, err := s.service.Store.Tokens(t.Context(), "")
	s.must(err)
	if len(left) != 0 {
		t.Error("the token is still there")
	}
}

func TestWhatTheConsoleRefusesIsOnRecordAndTold(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.now = noon.Add(2 * time.Minute)
	s.who.Role = idp.AdminHelpdesk
	s.get(engineers + "/settings")
	s.get(engineers + "/connectors")
	s.shows(s.post("/admin/connectors/aws-a/deactivate", nil), http.StatusForbidden, "The role helpdesk does not include it")
	s.shows(s.post(engineers, map[string]string{"email": "erin@example.com"}), http.StatusForbidden)
	s.shows(s.post("/admin/settings/lockdown", nil), http.StatusForbidden)
	list, _, err := s.owner().Events(t.Context(), admin.EventQuery{Since: s.now})
	s.must(err)
	if len(list) != 3 {
		t.Errorf("on record: %+v", list)
	}
	s.shows(s.get("/admin/events"), http.StatusOK,
		"dana@example.com was refused a change of aws-a", "dana@example.com was refused a change of erin@example.com", "dana@example.com was refused a change of the installation",
		"connector: the role helpdesk does not include it")
}
