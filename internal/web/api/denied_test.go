package api_test

import (
	"net/http"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
)

func TestADenialIsOnRecordAndAnAddressThatIsNoneIsNot(t *testing.T) {
	s := newSite(t)
	helpdesk := string(idp.AdminHelpdesk)
	s.want(http.StatusNotFound, ask{method: http.MethodDelete, path: "/connectors/%2e%2e/grants/x", as: helpdesk})
	s.want(http.StatusForbidden, ask{method: http.MethodDelete, path: "/connectors/aws-a/grants/x", as: helpdesk})
	events, _, err := s.service.As(operator).Events(t.Context(), admin.EventQuery{User: helpdesk + "@example.com"})
	if err != nil || len(events) != 1 || events[0].Action != string(idp.ActionDenied) || events[0].Target != "aws-a" || events[0].RequestID == "" {
		t.Errorf("on record: %+v, %v", events, err)
	}
}
