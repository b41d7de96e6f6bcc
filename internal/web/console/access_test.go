package console

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

const (
	groupsPath = "/admin/connectors/aws-a/groups"
	rolesPath  = "/admin/connectors/aws-a/roles"
)

func TestTickingGroupsSaysWhoGainsAndLosesFirst(t *testing.T) {
	s := newSite(t)
	s.furnish()
	form := s.formOf(s.get(groupsPath), groupsPath)
	delete(form, "groups[engineers]")
	form["groups[auditors]"] = "on"
	asked := s.post(groupsPath, form)
	s.shows(asked, http.StatusOK, "1 person loses access", "alice@example.com", "1 person gains access", "erin@example.com", "<del><bdi>engineers</bdi></del>", "<ins><bdi>auditors</bdi></ins>")
	if strings.Contains(asked.body, "carol@example.com") {
		t.Error("it names somebody who keeps access")
	}
	if got := s.stored("aws-a").Groups; !slices.Equal(got, []string{"engineers"}) {
		t.Fatalf("it was saved without an answer: %v", got)
	}
	s.leads(s.post(groupsPath, s.formOf(asked, groupsPath)), groupsPath+"?done=saved")
	if got := s.stored("aws-a").Groups; !slices.Equal(got, []string{"auditors"}) {
		t.Errorf("stored %v", got)
	}
}

func TestAChangeThatConcernsNobodyIsSavedAtOnce(t *testing.T) {
	s := newSite(t)
	s.furnish()
	_, err := s.owner().CreateGroup(t.Context(), resource.Group{Name: "empty"})
	s.must(err)
	form := s.formOf(s.get(groupsPath), groupsPath)
	form["groups[empty]"] = "on"
	s.leads(s.post(groupsPath, form), groupsPath+"?done=saved")
	// Nobody gets in by an inactive connector.
	const inactive = "/admin/connectors/aws-b/groups"
	form = s.formOf(s.get(inactive), inactive)
	form["groups[engineers]"] = "on"
	s.leads(s.post(inactive, form), inactive+"?done=saved")
}

func TestTwoWhoTickGroupsAtOnceKeepBothTicks(t *testing.T) {
	s := newSite(t)
	s.furnish()
	for _, name := range []string{"one", "two"} {
		_, err := s.owner().CreateGroup(t.Context(), resource.Group{Name: name})
		s.must(err)
	}
	form := s.formOf(s.get(groupsPath), groupsPath)
	s.must(s.owner().Grant(t.Context(), "aws-a", "one"))
	form["groups[two]"] = "on"
	// Nobody is asked to confirm what is out of date.
	concerning := with(maps.Clone(form), "groups[auditors]", "on")
	s.shows(s.post(groupsPath, concerning), http.StatusPreconditionFailed, "bob@example.com saved this meanwhile")
	got := s.post(groupsPath, form)
	s.shows(got, http.StatusPreconditionFailed, "bob@example.com saved this meanwhile")
	s.leads(s.post(groupsPath, s.formOf(got, groupsPath)), groupsPath+"?done=saved")
	if got := s.stored("aws-a").Groups; len(got) != 3 {
		t.Errorf("stored %v", got)
	}
}

// A role that is kept to one group would be open to all once that group is gone
// from it, so that nobody takes it out in passing.
func TestAGroupThatARoleIsKeptToIsNotTakenAway(t *testing.T) {
	s := newSite(t)
	s.furnish()
	_, err := s.owner().UpdateConnector(t.Context(), "aws-a", "", func(c *resource.Connector) error {
		c.Roles[0].Groups = []string{"engineers"}
		return nil
	})
	s.must(err)
	form := s.formOf(s.get(groupsPath), groupsPath)
	delete(form, "groups[engineers]")
	s.shows(s.post(groupsPath, form), http.StatusUnprocessableEntity, "The role SAML-User is kept to it")
	if got := s.stored("aws-a").Groups; len(got) != 1 {
		t.Errorf("stored %v", got)
	}
}

func TestRolesAndAttributesAreSavedWithTheirGroups(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.must(s.owner().Grant(t.Context(), "aws-a", "auditors"))
	added := s.post(rolesPath, with(s.formOf(s.get(rolesPath), rolesPath), "do", "add-role"))
	s.shows(added, http.StatusOK, `name="roles[1].role_arn"`)
	form := s.formOf(added, rolesPath)
	form["roles[0].groups[engineers]"] = "on"
	form["roles[1].role_arn"], form["roles[1].provider_arn"] = iam+"role/Audit", iam+"saml-provider/Gatepost"
	form["roles[1].groups[auditors]"] = "on"
	form["attributes[1].name"], form["attributes[1].value"] = "https://aws.amazon.com/SAML/Attributes/SourceIdentity", "${user.email}"
	asked := s.post(rolesPath, form)
	s.shows(asked, http.StatusOK, "1 person loses access", "erin@example.com", "2 people gain access", "Audit in 1111-2222-3333")
	s.leads(s.post(rolesPath, s.formOf(asked, rolesPath)), rolesPath+"?done=saved")
	c := s.stored("aws-a")
	if len(c.Roles) != 2 || !slices.Equal(c.Roles[1].Groups, []string{"auditors"}) || c.Attributes[1].Name != "SourceIdentity" {
		t.Errorf("stored %+v, %+v", c.Roles, c.Attributes)
	}
	s.shows(s.get(rolesPath), http.StatusOK, "Sent as <code>https://aws.amazon.com/SAML/Attributes/SourceIdentity</code>", "sts:SetSourceIdentity", "Open to auditors")
}

func with(fields map[string]string, name, value string) map[string]string {
	fields[name] = value
	return fields
}

func TestRowsComeAndGoWithoutBeingSaved(t *testing.T) {
	s := newSite(t)
	s.furnish()
	before := s.stored("aws-a").Version
	form := s.formOf(s.get(rolesPath), rolesPath)
	form["roles[0].role_arn"] = "typed"
	for _, c := range []struct{ button, has, hasNot string }{
		{"add-attribute", `name="attributes[1].value"`, ""},
		{"drop-attribute-0", "", `name="attributes[0].value"`},
		{"add-role", `value="typed"`, ""},
		{"drop-role-0", "", `value="typed"`},
	} {
		got := s.post(rolesPath, with(form, "do", c.button))
		s.shows(got, http.StatusOK, c.has)
		if c.hasNot != "" && strings.Contains(got.body, c.hasNot) {
			t.Errorf("%s leaves %s", c.button, c.hasNot)
		}
	}
	for _, odd := range []string{"drop-role-9", "drop-role--1", "drop-role-x", "drop-", "nonsense"} {
		got := s.post(rolesPath, with(form, "do", odd))
		s.shows(got, http.StatusUnprocessableEntity, "roles[0].role_arn") // it is a save, of what was typed
	}
	if s.stored("aws-a").Version != before {
		t.Error("something was saved")
	}
}

func TestARoleThatIsWrongIsToldBeforeAnybodyIsAsked(t *testing.T) {
	s := newSite(t)
	s.furnish()
	form := s.formOf(s.get(rolesPath), rolesPath)
	form["roles[0].provider_arn"] = "arn:aws:iam::444455556666:saml-provider/x"
	form["attributes[0].name"], form["attributes[0].value"] = "Role", "x"
	s.shows(s.post(rolesPath, form), http.StatusUnprocessableEntity, `id="roles[0].provider_arn-problem"`, `id="attributes[0].name-problem"`, "arn:aws:iam::444455556666:saml-provider/x")
	// An active connector must lead somewhere.
	form = s.formOf(s.get(rolesPath), rolesPath)
	form["roles[0].role_arn"], form["roles[0].provider_arn"] = "", ""
	asked := s.post(rolesPath, form)
	s.shows(asked, http.StatusOK, "2 people lose access")
	s.shows(s.post(rolesPath, s.formOf(asked, rolesPath)), http.StatusUnprocessableEntity, "Roles")
}

// Past so many roles times groups, the groups of a role are a line of text.
func TestTheGroupsOfManyRolesAreWritten(t *testing.T) {
	s := newSite(t)
	s.furnish()
	groups := []string{"engineers"}
	for i := range 20 {
		name := "g" + string(rune('a'+i))
		_, err := s.owner().CreateGroup(t.Context(), resource.Group{Name: name})
		s.must(err)
		groups = append(groups, name)
	}
	_, err := s.owner().UpdateConnector(t.Context(), "aws-b", "", func(c *resource.Connector) error {
		c.Groups = groups
		for i := range 120 {
			c.Roles = append(c.Roles, resource.Role{RoleARN: iam + "role/R" + string(rune('a'+i/10)) + string(rune('0'+i%10)), ProviderARN: iam + "saml-provider/Gatepost"})
		}
		return nil
	})
	s.must(err)
	const path = "/admin/connectors/aws-b/roles"
	form := s.formOf(s.get(path), path)
	form["roles[3].groups"] = "ga, engineers"
	s.leads(s.post(path, form), path+"?done=saved")
	if got := s.stored("aws-b").Roles; len(got) != 121 || !slices.Equal(got[3].Groups, []string{"ga", "engineers"}) && !slices.Equal(got[3].Groups, []string{"engineers", "ga"}) {
		t.Errorf("stored %d roles, the fourth for %v", len(got), got[3].Groups)
	}
	form = s.formOf(s.get(path), path)
	form["roles[3].groups"] = "gone"
	s.shows(s.post(path, form), http.StatusUnprocessableEntity, `id="roles[3].groups-problem"`, `value="gone"`)
}

func TestAccessListsEveryWayInAndSearchesIt(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.must(s.owner().AddMember(t.Context(), "engineers", "erin@example.com", noon.Add(time.Hour)))
	s.must(s.owner().SuspendUser(t.Context(), "alice@example.com"))
	const path = "/admin/connectors/aws-a/access"
	s.shows(s.get(path), http.StatusOK, "2 people can get in", "alice@example.com", "suspended", "erin@example.com", "24 Nov 2026, 13:00 UTC", "engineers")
	found := s.get(path + "?q=ERIN+saml")
	if !strings.Contains(found.body, "erin@") || strings.Contains(found.body, "carol@") {
		t.Error("the search does not search")
	}
	s.shows(s.get(path+"?q=zoe"), http.StatusOK, "Nobody matches")
	s.shows(s.get("/admin/connectors/aws-b/access"), http.StatusOK, "The connector is inactive", "open to no group")
}

func TestActivityTellsWhatHappened(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.shows(s.get("/admin/connectors/aws-a/activity"), http.StatusOK, "bob@example.com activated the connector aws-a", "bob@example.com made a key for aws-a", "<ins><bdi>yes</bdi></ins>")
	// A quiet year is no empty page.
	s.now = noon.AddDate(0, 10, 0)
	s.shows(s.get("/admin/connectors/aws-a/activity"), http.StatusOK, "bob@example.com activated the connector aws-a")
}

func TestATestShowsTheDecisionAndWhatAWSWouldSay(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const path = "/admin/connectors/aws-a/test"
	s.shows(s.post(path, map[string]string{"user": "alice@example.com"}), http.StatusOK, "It would work for alice@example.com", "until 24 Nov 2026, 13:00 UTC", "&lt;saml:Assertion", "engineers")
	s.shows(s.post(path, map[string]string{"user": "erin@example.com"}), http.StatusOK, "Gatepost would refuse erin@example.com", `no</span> <span>The person is in a group`)
	s.shows(s.post(path, map[string]string{"user": "<nobody>"}), http.StatusUnprocessableEntity, "There is no such person", "&lt;nobody&gt;")
	_, err := s.owner().UpdateConnector(t.Context(), "aws-a", "", func(c *resource.Connector) error {
		c.Attributes[0].Value = "${user.attributes.team}"
		return nil
	})
	s.must(err)
	s.shows(s.post(path, map[string]string{"user": "alice@example.com"}), http.StatusOK, "AWS would refuse alice@example.com", "team")
}

// A role that was kept to some groups and is opened to all is asked for, also where
// nobody gains access by it today.
func TestOpeningARoleToAllGroupsIsToldAndAskedFor(t *testing.T) {
	s := newSite(t)
	s.furnish()
	_, err := s.owner().UpdateConnector(t.Context(), "aws-a", "", func(c *resource.Connector) error {
		c.Roles[0].Groups = []string{"engineers"}
		return nil
	})
	s.must(err)
	form := s.formOf(s.get(rolesPath), rolesPath)
	delete(form, "roles[0].groups[engineers]")
	asked := s.post(rolesPath, form)
	s.shows(asked, http.StatusOK, "Change the roles of", "SAML-User opens to all groups of the connector")
	if got := s.stored("aws-a").Roles[0].Groups; len(got) != 1 {
		t.Errorf("opened without a word, to %v", got)
	}
	s.leads(s.post(rolesPath, s.formOf(asked, rolesPath)), rolesPath+"?done=saved")
	if got := s.stored("aws-a").Roles[0].Groups; len(got) != 0 {
		t.Errorf("stored %v", got)
	}
}
