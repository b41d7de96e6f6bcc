package console

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// Who may close everything to a person may not always open it to them again.
func TestThePageThatClosesAPersonPromisesTheWayBackToThoseAloneWhoHaveIt(t *testing.T) {
	const yours, notYours = "You can resume the person at any time", "You cannot let the person in again yourself: connectors are open to the person"
	ctx := t.Context()
	s := peopled(t, idp.AdminHelpdesk, false)
	for path, says := range map[string]string{
		alice + "/suspend": notYours, alice + "/lockdown": notYours,
		"/admin/users/erin@example.com/suspend": yours, "/admin/users/erin@example.com/lockdown": "The way back: resume the person",
	} {
		asked := s.post(path, nil)
		s.shows(asked, http.StatusOK, says)
		if says == notYours && (strings.Contains(asked.body, yours) || strings.Contains(asked.body, "The way back: resume")) {
			t.Errorf("%s promises a way back that is closed", path)
		}
	}
	_, err := s.owner().UpdateSettings(ctx, "", func(s *resource.Settings) error { s.HelpdeskResetsAccess = true; return nil })
	s.must(err)
	s.shows(s.post(alice+"/suspend", nil), http.StatusOK, yours)

	s = peopled(t, idp.AdminOwner, false)
	own := s.post(userPath(s.who.Name)+"/suspend", nil)
	s.shows(own, http.StatusOK, "somebody else has to let you in again")
	if strings.Contains(own.body, yours) {
		t.Error("somebody is told to resume themselves")
	}
}

func TestGroupsThatOpenConnectorsAreClosedToHelpdeskWhereItMakesAPerson(t *testing.T) {
	s := peopled(t, idp.AdminHelpdesk, false)
	page := s.get(userNewPath)
	s.shows(page, http.StatusOK,
		`name="groups[engineers]" type="checkbox" value="on" disabled aria-describedby="groups-denied"`,
		`id="groups-denied">The group opens connectors, and helpdesk decides nothing about access. Ask a connector administrator.`,
		`name="groups[lunch]" type="checkbox" value="on">`)

	form := s.formOf(page, userNewPath)
	form["email"], form["name"], form["groups[engineers]"], form["groups[lunch]"] = "zoe@example.com", "Zoe", "on", "on"
	refused := s.post(userNewPath, form)
	s.shows(refused, http.StatusForbidden, "The group opens connectors", "“engineers”", `value="zoe@example.com"`, `value="Zoe"`,
		`name="groups[lunch]" type="checkbox" value="on" checked`)
	_, err := s.owner().User(t.Context(), "zoe@example.com")
	if err == nil {
		t.Error("the person is made all the same")
	}
	s.leads(s.post(userNewPath, s.formOf(refused, userNewPath)), "/admin/users/zoe@example.com?done=user-created")

	const erin = "/admin/users/erin@example.com/groups"
	s.shows(s.post(erin, map[string]string{"group": "engineers"}), http.StatusForbidden, "The group opens connectors", `value="engineers"`)

	s = peopled(t, idp.AdminOwner, false)
	if page := s.get(userNewPath); strings.Contains(page.body, "groups-denied") {
		t.Error("groups are closed to an owner")
	}
}
