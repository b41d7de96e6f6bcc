package console

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

const engineers = "/admin/groups/engineers"

func TestAGroupIsMadeAndRenamed(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.shows(s.post(groupNewPath, map[string]string{"name": "no spaces", "description": "kept"}), http.StatusUnprocessableEntity, "Is not a group name", "kept")
	s.shows(s.post(groupNewPath, map[string]string{"name": "engineers"}), http.StatusUnprocessableEntity, "Is the name of another group")
	s.leads(s.post(groupNewPath, map[string]string{"name": "new", "description": "A name that a path might take for its own"}), "/admin/groups/new?done=group-created")
	s.shows(s.get("/admin/groups/new"), http.StatusOK, "Nobody is in it yet")
	s.shows(s.get("/admin/groups?q=might"), http.StatusOK, "/admin/groups/new")
	s.shows(s.get("/admin/groups"), http.StatusOK, "engineers", "AWS-A")

	const settings = engineers + "/settings"
	form := s.formOf(s.get(settings), settings)
	s.shows(s.post(settings, with(form, "name", "auditors")), http.StatusUnprocessableEntity, "Is the name of another group")
	s.leads(s.post(settings, with(form, "name", "builders")), "/admin/groups/builders/settings?done=saved")
	s.shows(s.get("/admin/groups/builders"), http.StatusOK, "alice@example.com")
	s.shows(s.get("/admin/groups/builders/connectors"), http.StatusOK, "It opens 1 connector")
}

func TestTwoWhoChangeAGroupAtOnceLoseNothing(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const settings = engineers + "/settings"
	form := s.formOf(s.get(settings), settings)
	_, err := s.owner().UpdateGroup(t.Context(), "engineers", "", func(g *resource.Group) error { g.Description = "Theirs"; return nil })
	s.must(err)
	got := s.post(settings, with(form, "name", "builders"))
	s.shows(got, http.StatusPreconditionFailed, "bob@example.com saved this meanwhile", "Theirs")
	s.leads(s.post(settings, s.formOf(got, settings)), "/admin/groups/builders/settings?done=saved")
	g, err := s.owner().Group(t.Context(), "builders")
	s.must(err)
	if g.Description != "Theirs" {
		t.Errorf("the description is %q", g.Description)
	}
}

func TestPeopleArePutIntoAGroupTogether(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.shows(s.post(engineers, map[string]string{"email": ""}), http.StatusUnprocessableEntity, "give the email of somebody")
	s.shows(s.post(engineers, map[string]string{"email": "erin@example.com, nobody@example.com"}), http.StatusUnprocessableEntity, "There is no such person: nobody@example.com", "erin@example.com, nobody@example.com")
	s.shows(s.post(engineers, map[string]string{"email": strings.Repeat("a@example.com ", maxJoining+1)}), http.StatusUnprocessableEntity, "Names too many people at once")
	asked := s.post(engineers, map[string]string{"email": "Erin@example.com; alice@example.com"})
	s.shows(asked, http.StatusOK, "Put 2 people into engineers?", "1 person gains access", "erin@example.com")
	s.leads(s.post(engineers, s.formOf(asked, engineers)), engineers+"?done=member-added")
	s.shows(s.get(engineers+"?q=erin"), http.StatusOK, "/admin/users/erin@example.com")
	s.shows(s.get(engineers+"?q=zoe"), http.StatusOK, "Nobody matches")

	asked = s.post(engineers, map[string]string{"remove": "erin@example.com"})
	s.shows(asked, http.StatusOK, "Take erin@example.com out of engineers?", "1 person loses access")
	s.leads(s.post(engineers, s.formOf(asked, engineers)), engineers+"?done=member-removed")
	if got := s.person("erin@example.com").Groups; len(got) != 1 {
		t.Errorf("erin is in %v", got)
	}
}

func TestConnectorsAreTickedFromTheSideOfTheGroup(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.create("aws-c", "auditors")
	s.must(s.owner().ActivateConnector(t.Context(), "aws-c"))
	const path = engineers + "/connectors"
	page := s.get(path)
	s.shows(page, http.StatusOK, "It opens 1 connector")
	form := s.formOf(page, path)
	delete(form, "open[aws-a]")
	form["open[aws-b]"], form["open[aws-c]"] = "on", "on"
	asked := s.post(path, form)
	// carol has aws-c already, by the auditors.
	s.shows(asked, http.StatusOK, "2 people lose access", "1 person gains access", "AWS-C / SAML-User", "<del><bdi>AWS-A</bdi></del>", "<ins><bdi>AWS-B</bdi></ins>")
	if got := s.stored("aws-a").Groups; len(got) != 1 {
		t.Fatalf("it was saved without an answer: %v", got)
	}
	s.leads(s.post(path, s.formOf(asked, path)), path+"?done=saved")
	for slug, want := range map[string]string{"aws-a": "[]", "aws-b": "[engineers]", "aws-c": "[auditors engineers]"} {
		if got := fmt.Sprint(s.stored(slug).Groups); got != want {
			t.Errorf("%s is open to %s, want %s", slug, got, want)
		}
	}
	s.shows(s.post(path, map[string]string{"open[aws-a]": "on"}), http.StatusNotFound)
}

// What others did to connectors that this administrator left as they were stays.
func TestTickingConnectorsKeepsWhatOthersDid(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.create("aws-c")
	const path = engineers + "/connectors"
	form := s.formOf(s.get(path), path)
	s.must(s.owner().Grant(t.Context(), "aws-c", "engineers"))
	s.must(s.owner().Revoke(t.Context(), "aws-a", "engineers"))
	form["open[aws-b]"] = "on"
	s.leads(s.post(path, form), path+"?done=saved")
	for slug, want := range map[string]string{"aws-a": "[]", "aws-b": "[engineers]", "aws-c": "[engineers]"} {
		if got := fmt.Sprint(s.stored(slug).Groups); got != want {
			t.Errorf("%s is open to %s, want %s", slug, got, want)
		}
	}
}

// A role that is kept to one group goes with the grant; nobody does that unawares,
// even where it concerns nobody yet.
func TestClosingAConnectorTellsOfRolesThatGo(t *testing.T) {
	s := newSite(t)
	s.furnish()
	_, err := s.owner().UpdateConnector(t.Context(), "aws-b", "", func(c *resource.Connector) error {
		c.Groups = []string{"engineers"}
		c.Roles[0].Groups = []string{"engineers"}
		return nil
	})
	s.must(err)
	const path = engineers + "/connectors"
	form := s.formOf(s.get(path), path)
	delete(form, "open[aws-b]")
	asked := s.post(path, form)
	s.shows(asked, http.StatusOK, "AWS-B / SAML-User in 1111-2222-3333 is kept to this group alone")
	s.leads(s.post(path, s.formOf(asked, path)), path+"?done=saved")
	if got := s.stored("aws-b"); len(got.Roles) != 0 || len(got.Groups) != 0 {
		t.Errorf("stored %+v", got)
	}
}

func TestHelpdeskDecidesNothingAboutAGroupsConnectors(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const path = engineers + "/connectors"
	form := s.formOf(s.get(path), path)
	delete(form, "open[aws-a]")
	s.who.Role = idp.AdminHelpdesk
	s.shows(s.post(path, form), http.StatusForbidden, "The role helpdesk does not include it")
}

func TestDeletingAGroupSaysWhoLosesWhat(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const path = engineers + "/delete"
	asked := s.post(path, s.formOf(s.get(engineers+"/settings"), path))
	s.shows(asked, http.StatusOK, "2 people are in it", "2 people lose AWS-A / SAML-User in 1111-2222-3333", "alice@example.com", "Type engineers to confirm")
	answer := s.formOf(asked, path)
	s.shows(s.post(path, with(answer, "typed", "Engineers")), http.StatusUnprocessableEntity, "Nothing is done")
	s.leads(s.post(path, with(answer, "typed", "engineers")), "/admin/groups?done=group-deleted")
	s.shows(s.get(engineers), http.StatusNotFound)
	if got := s.stored("aws-a").Groups; len(got) != 0 {
		t.Errorf("the connector is still open to %v", got)
	}
}

// Who joins between the look at a group and its end is not done away with unseen.
func TestAGroupIsClosedBeforeItIsLookedAtForTheLastTime(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const path = engineers + "/delete"
	asked := s.post(path, s.formOf(s.get(engineers+"/settings"), path))
	answer := with(s.formOf(asked, path), "typed", "engineers")
	s.tick = func() { s.must(s.owner().AddMember(t.Context(), "engineers", "erin@example.com", time.Time{})) }
	again := s.post(path, answer)
	s.shows(again, http.StatusConflict, "3 people are in it", "Something about this has changed")
	s.must(s.owner().RemoveMember(t.Context(), "engineers", "alice@example.com"))
	s.must(s.owner().AddMember(t.Context(), "engineers", "alice@example.com", time.Time{})) // it is open again
	s.leads(s.post(path, with(s.formOf(again, path), "typed", "engineers")), "/admin/groups?done=group-deleted")
}

func TestALargeGroupIsDeletedStepByStep(t *testing.T) {
	s := newSite(t)
	s.group("all")
	for i := range 201 {
		email := fmt.Sprintf("p%03d@example.com", i)
		_, err := s.owner().CreateUser(t.Context(), resource.User{Email: email, Groups: []resource.Membership{{Name: "all"}}})
		s.must(err)
	}
	const path = "/admin/groups/all/delete"
	asked := s.post(path, s.formOf(s.get("/admin/groups/all/settings"), path))
	s.shows(asked, http.StatusOK, "201 people are in it")
	first := s.post(path, with(s.formOf(asked, path), "typed", "all"))
	s.shows(first, http.StatusAccepted, "Deleting all is not finished yet", "Go on")
	s.leads(s.post(path, s.formOf(first, path)), "/admin/groups?done=group-deleted")
	s.leads(s.post(path, s.formOf(first, path)), "/admin/groups?done=group-deleted") // a second click
	s.shows(s.get("/admin/groups"), http.StatusOK, "No groups yet")
}

func TestButtonsForGroupsThatWouldBeRefusedAreNotShown(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.group("lunch")
	s.must(s.owner().AddMember(t.Context(), "lunch", "alice@example.com", time.Time{}))
	for _, c := range []struct {
		role idp.AdminRole
		path string
		may  bool
	}{
		{idp.AdminOwner, engineers, true},
		{idp.AdminConnectors, engineers, true},
		{idp.AdminHelpdesk, engineers, false}, // it opens a connector
		{idp.AdminHelpdesk, "/admin/groups/lunch", true},
		{idp.AdminViewer, "/admin/groups/lunch", false},
		{idp.AdminHelpdesk, engineers + "/connectors", false},
		{idp.AdminConnectors, engineers + "/connectors", true},
		{idp.AdminHelpdesk, engineers + "/settings", false},
		{idp.AdminConnectors, engineers + "/settings", true},
	} {
		s.who.Role = c.role
		body := s.get(c.path).body
		_, main, _ := strings.Cut(body, `<main id="main">`)
		buttons := strings.Contains(main, `class="main"`) || strings.Contains(main, `name="remove"`)
		if buttons != c.may {
			t.Errorf("%s on %s is shown buttons: %v", c.role, c.path, buttons)
		}
	}
}
