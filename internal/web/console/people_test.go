package console

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

const (
	alice  = "/admin/users/alice@example.com"
	carols = "/admin/users/carol@example.com"
)

func (s *site) person(email string) resource.User {
	s.Helper()
	u, err := s.owner().User(s.Context(), email)
	s.must(err)
	return u
}

// admit makes the administrator whom the site takes its visitor for.
func (s *site) admit() {
	s.Helper()
	_, err := s.owner().CreateUser(s.Context(), resource.User{Email: s.who.Name, Name: "Dana", AdminRole: string(s.who.Role)})
	s.must(err)
	u, err := s.service.User(s.Context(), s.who.Name)
	s.must(err)
	s.who.ID = u.ID
}

func (s *site) group(name string) {
	s.Helper()
	_, err := s.owner().CreateGroup(s.Context(), resource.Group{Name: name})
	s.must(err)
}

func TestMakingAUserSaysFirstWhatTheGroupsOpen(t *testing.T) {
	s := newSite(t)
	s.furnish()
	form := s.formOf(s.get(userNewPath), userNewPath)
	form["email"], form["name"], form["groups[engineers]"] = "not an email", "Zoe", "on"
	wrong := s.post(userNewPath, form)
	s.shows(wrong, http.StatusUnprocessableEntity, "Is not an email address", `value="Zoe"`, `name="groups[engineers]" type="checkbox" value="on" checked`)

	form["email"] = " Zoe@Example.com "
	asked := s.post(userNewPath, form)
	s.shows(asked, http.StatusOK, "1 person gains access", "zoe@example.com", "AWS-A / SAML-User in 1111-2222-3333")
	_, err := s.owner().User(t.Context(), "zoe@example.com")
	if err == nil {
		t.Fatal("the user is made without an answer")
	}
	s.leads(s.post(userNewPath, s.formOf(asked, userNewPath)), "/admin/users/zoe@example.com?done=user-created")
	if u := s.person("zoe@example.com"); u.Name != "Zoe" || len(u.Groups) != 1 {
		t.Errorf("stored %+v", u)
	}
	s.shows(s.post(userNewPath, map[string]string{"email": "zoe@example.com"}), http.StatusUnprocessableEntity, "Is another person’s")
	s.leads(s.post(userNewPath, map[string]string{"email": "kim@example.com"}), "/admin/users/kim@example.com?done=user-created")
}

func TestMakingAnAdministratorIsAskedFirst(t *testing.T) {
	s := newSite(t)
	asked := s.post(userNewPath, map[string]string{"email": "zoe@example.com", "admin_role": "owner"})
	s.shows(asked, http.StatusOK, "<ins><bdi>owner</bdi></ins>", "An owner may do everything")
	s.leads(s.post(userNewPath, s.formOf(asked, userNewPath)), "/admin/users/zoe@example.com?done=user-created")
	s.who.Role = idp.AdminHelpdesk
	asked = s.post(userNewPath, map[string]string{"email": "kim@example.com", "admin_role": "owner"})
	s.shows(s.post(userNewPath, s.formOf(asked, userNewPath)), http.StatusForbidden, "The role helpdesk does not include it")
}

func TestUsersAreListedByPages(t *testing.T) {
	s := newSite(t)
	for _, name := range strings.Fields("a b c d e f g h i j k l m n o p q r s t u v w x y z") {
		for _, more := range []string{"1", "2"} {
			_, err := s.owner().CreateUser(t.Context(), resource.User{Email: name + more + "@example.com"})
			s.must(err)
		}
	}
	first := s.get("/admin/users")
	s.shows(first, http.StatusOK, "a1@example.com", "y2@example.com", "Next page")
	_, rest, _ := strings.Cut(first.body, `href="/admin/users?cursor=`)
	cursor, _, _ := strings.Cut(rest, `"`)
	s.shows(s.get("/admin/users?cursor="+cursor), http.StatusOK, "z2@example.com", "First page")
	s.shows(s.get("/admin/users?q=z1"), http.StatusOK, "z1@example.com")
	s.shows(s.get("/admin/users?q=zz"), http.StatusOK, "Nobody matches")
}

func TestAProfileIsSavedWithItsAttributes(t *testing.T) {
	s := newSite(t)
	s.furnish()
	_, err := s.owner().UpdateUser(t.Context(), "alice@example.com", "", func(u *resource.User) error {
		u.Attributes = map[string]string{"team": "platform", "floor": "3"}
		return nil
	})
	s.must(err)
	form := s.formOf(s.get(alice), alice)
	form["new[0].name"], form["new[0].value"] = "cost-centre", "4711"
	added := s.post(alice, with(maps.Clone(form), "do", "add"))
	s.shows(added, http.StatusOK, `name="new[1].name"`, `value="4711"`)
	form = s.formOf(added, alice)
	form["name"], form["attributes[floor]"], form["new[1].name"] = "Alice", "", "team"
	s.shows(s.post(alice, form), http.StatusUnprocessableEntity, "give the attribute a value", `href="#new%5b1%5d.value"`)
	form["new[1].value"] = "x"
	s.shows(s.post(alice, form), http.StatusUnprocessableEntity, "Is there already", `href="#new%5b1%5d.name"`)
	form["new[1].name"] = "2nd"
	s.shows(s.post(alice, form), http.StatusUnprocessableEntity, "Is not an attribute name", `href="#new%5b1%5d.name"`)
	form["new[1].name"], form["new[1].value"], form["attributes[team]"] = "", "", "a\x01b"
	s.shows(s.post(alice, form), http.StatusUnprocessableEntity, `href="#attributes%5bteam%5d"`)
	form["attributes[team]"] = "research"
	s.leads(s.post(alice, form), alice+"?done=saved")
	u := s.person("alice@example.com")
	if u.Name != "Alice" || !maps.Equal(u.Attributes, map[string]string{"team": "research", "cost-centre": "4711"}) || len(u.Groups) != 1 {
		t.Errorf("stored %+v", u)
	}
}

func TestANewEmailIsANewAddress(t *testing.T) {
	s := newSite(t)
	s.furnish()
	form := s.formOf(s.get(alice), alice)
	form["email"] = "carol@example.com"
	s.shows(s.post(alice, form), http.StatusUnprocessableEntity, "Is another person’s")
	form["email"] = "o=brien+x@example.com"
	const moved = "/admin/users/o=brien+x@example.com"
	s.leads(s.post(alice, form), moved+"?done=saved")
	s.shows(s.get(moved), http.StatusOK, "o=brien&#43;x@example.com")
	s.shows(s.get(moved+"/groups"), http.StatusOK, "engineers")
}

func TestTwoWhoChangeAPersonAtOnceLoseNothing(t *testing.T) {
	s := newSite(t)
	s.furnish()
	form := s.formOf(s.get(alice), alice)
	_, err := s.owner().UpdateUser(t.Context(), "alice@example.com", "", func(u *resource.User) error {
		u.Attributes = map[string]string{"team": "platform"}
		return nil
	})
	s.must(err)
	form["name"], form["admin_role"] = "Alice", ""
	got := s.post(alice, form)
	s.shows(got, http.StatusPreconditionFailed, "bob@example.com saved this meanwhile", `value="Alice"`, `value="platform"`)
	s.leads(s.post(alice, s.formOf(got, alice)), alice+"?done=saved")
	if u := s.person("alice@example.com"); u.Name != "Alice" || u.Attributes["team"] != "platform" {
		t.Errorf("stored %+v", u)
	}
}

func TestAnAdministratorRoleIsAskedForAndTheLastOwnerStays(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.admit()
	const me = "/admin/users/dana@example.com"
	form := with(s.formOf(s.get(alice), alice), "admin_role", "viewer")
	asked := s.post(alice, form)
	s.shows(asked, http.StatusOK, "<del><bdi>none</bdi></del>", "<ins><bdi>viewer</bdi></ins>")
	s.leads(s.post(alice, s.formOf(asked, alice)), alice+"?done=saved")
	if u := s.person("alice@example.com"); u.AdminRole != "viewer" {
		t.Errorf("the role is %q", u.AdminRole)
	}
	asked = s.post(me, with(s.formOf(s.get(me), me), "admin_role", ""))
	s.shows(asked, http.StatusOK, "This is you")
	s.shows(s.post(me, s.formOf(asked, me)), http.StatusConflict, "last active owner")
	for _, end := range []string{"/suspend", "/lockdown"} {
		asked = s.post(me+end, nil)
		s.shows(asked, http.StatusOK, "This is you")
		s.shows(s.post(me+end, s.formOf(asked, me+end)), http.StatusConflict, "last active owner")
	}
}

// What is confirmed is what stood on the page.
func TestAnAnswerToAnotherQuestionIsAskedAgain(t *testing.T) {
	s := newSite(t)
	s.furnish()
	asked := s.post(alice+"/suspend", nil)
	s.shows(asked, http.StatusOK, "1 person loses access", "AWS-A / SAML-User in 1111-2222-3333", "You can resume")
	answer := s.formOf(asked, alice+"/suspend")
	s.must(s.owner().DeactivateConnector(t.Context(), "aws-a"))
	again := s.post(alice+"/suspend", answer)
	s.shows(again, http.StatusConflict, "Something about this has changed")
	if !s.person("alice@example.com").Active {
		t.Fatal("the person is suspended by an old answer")
	}
	s.leads(s.post(alice+"/suspend", s.formOf(again, alice+"/suspend")), alice+"?done=suspended")
	if s.person("alice@example.com").Active {
		t.Error("the person is not suspended")
	}
	s.leads(s.post(alice+"/resume", nil), alice+"?done=resumed")
	if !s.person("alice@example.com").Active {
		t.Error("the person is not resumed")
	}
}

func TestLockdownOfOneEndsTheirSessions(t *testing.T) {
	s := newSite(t)
	s.furnish()
	u, err := s.service.User(t.Context(), "alice@example.com")
	s.must(err)
	s.must(s.service.Store.PutSession(t.Context(), &idp.Session{
		ID: "s_1", Hash: "ab", UserID: u.ID, AuthTime: noon, LastSeen: noon, ExpiresAt: noon.Add(time.Hour), SourceIP: "203.0.113.9", UserAgent: "Firefox",
	}, idp.Event{ID: "ev_x", At: noon, Action: idp.ActionSignIn, Actor: u.Email, ActorID: u.ID}))
	s.shows(s.get(alice+"/sessions"), http.StatusOK, "203.0.113.9", "Firefox")
	s.shows(s.get(alice+"/activity"), http.StatusOK, "alice@example.com signed in")
	asked := s.post(alice+"/lockdown", nil)
	s.shows(asked, http.StatusOK, "1 person loses access", "The way back")
	s.leads(s.post(alice+"/lockdown", s.formOf(asked, alice+"/lockdown")), alice+"?done=locked")
	s.shows(s.get(alice+"/sessions"), http.StatusOK, "Not signed in")
	s.shows(s.get("/admin/events?user="), http.StatusOK, "dana@example.com locked alice@example.com out")
	s.shows(s.post(alice+"/password-link", nil), http.StatusUnprocessableEntity, "resume the person first")
}

func TestDeletingAPersonTakesTheirEmailTyped(t *testing.T) {
	s := newSite(t)
	s.furnish()
	stale := s.formOf(s.get(alice), alice+"/delete")
	asked := s.post(alice+"/delete", stale)
	s.shows(asked, http.StatusOK, "1 person loses access", "Type alice@example.com to confirm")
	answer := s.formOf(asked, alice+"/delete")
	s.shows(s.post(alice+"/delete", with(answer, "typed", "bob@example.com")), http.StatusUnprocessableEntity, "Nothing is done")
	_, err := s.owner().UpdateUser(t.Context(), "alice@example.com", "", func(u *resource.User) error {
		u.Attributes = map[string]string{"team": "platform"}
		return nil
	})
	s.must(err)
	s.shows(s.post(alice+"/delete", with(answer, "typed", "alice@example.com")), http.StatusPreconditionFailed, "It has changed meanwhile")
	asked = s.post(alice+"/delete", s.formOf(s.get(alice), alice+"/delete"))
	s.leads(s.post(alice+"/delete", with(s.formOf(asked, alice+"/delete"), "typed", "alice@example.com")), "/admin/users?done=user-deleted")
	s.shows(s.get(alice), http.StatusNotFound, "There is nothing here")
}

func TestAPasswordLinkIsShownOnce(t *testing.T) {
	s := newSite(t)
	s.furnish()
	made := s.post(alice+"/password-link", nil)
	s.shows(made, http.StatusOK, "https://sso.example.com/password?token=", "it is not shown again")
	if strings.Contains(s.get(alice).body, "/password?token=") || made.location != "" {
		t.Error("the link is shown again")
	}
}

func TestHelpdeskLooksAfterPeopleButNotAfterAdministrators(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.group("lunch")
	_, err := s.owner().UpdateUser(t.Context(), "carol@example.com", "", func(u *resource.User) error { u.AdminRole = "viewer"; return nil })
	s.must(err)
	carol := s.formOf(s.get(carols), carols)
	s.who.Role = idp.AdminHelpdesk
	page := s.get(carols)
	if strings.Contains(page.body, `action="`+carols) && strings.Contains(page.body, "<button class=\"main\"") {
		t.Error("helpdesk is shown buttons for an administrator")
	}
	if strings.Contains(page.body, "Empty one to remove it") {
		t.Error("helpdesk is told how to change what is closed to it")
	}
	for _, path := range []string{"/password-link", "/resume"} {
		s.shows(s.post(carols+path, nil), http.StatusForbidden, "Helpdesk does not change administrators")
	}
	s.shows(s.post(carols, with(carol, "name", "Mine")), http.StatusForbidden, "Helpdesk does not change administrators")
	s.shows(s.post(carols+"/groups", map[string]string{"group": "lunch"}), http.StatusForbidden, "Helpdesk does not change administrators")

	s.shows(s.post(alice, with(s.formOf(s.get(alice), alice), "name", "Alice")), http.StatusForbidden, "Connectors are open to the person")
	for _, path := range []string{"/password-link", "/resume"} {
		s.shows(s.post(alice+path, nil), http.StatusForbidden, "Connectors are open to the person")
	}
	s.leads(s.post(alice+"/groups", map[string]string{"group": "lunch"}), alice+"/groups?done=member-added")
	s.shows(s.post(alice+"/groups", map[string]string{"remove": "engineers"}), http.StatusForbidden, "The group opens connectors")
	s.shows(s.post("/admin/users/erin@example.com/groups", map[string]string{"group": "engineers"}), http.StatusForbidden, "The group opens connectors")
	if got := len(s.person("alice@example.com").Groups); got != 2 {
		t.Errorf("alice is in %d groups", got)
	}
}

func TestWhatHelpdeskChangedIsToldUntilAnOwnerSavesIt(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const erin, ceo = "erin@example.com", "/admin/users/ceo@example.com"
	_, err := s.owner().UpdateUser(t.Context(), erin, "", func(u *resource.User) error {
		u.Groups, u.Attributes = nil, map[string]string{"scope": "eu-only", "team": "blue"}
		return nil
	})
	s.must(err)
	_, err = s.service.As(helpdesk).UpdateUser(t.Context(), erin, "", func(u *resource.User) error {
		u.Email, u.Attributes = "ceo@example.com", map[string]string{"team": "red"}
		return nil
	})
	s.must(err)
	page := s.get(ceo)
	s.shows(page, http.StatusOK, "Changed by helpdesk", "<strong>attribute scope (removed)</strong>, <strong>attribute team</strong>, <strong>email</strong>")
	s.post(ceo, s.formOf(page, ceo))
	if got := s.person("ceo@example.com").Unconfirmed; len(got) != 0 {
		t.Errorf("once an owner has saved it, %q is unconfirmed", got)
	}
}

func TestAPersonIsPutIntoAGroupForAWhile(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const erin = "/admin/users/erin@example.com"
	const path = erin + "/groups"
	for _, c := range []struct{ name, group, lasting, until, says, field string }{
		{"no such group", "none", "", "", "There is no such group", "group"},
		{"no time given", "engineers", "until", "", "Is missing", "until"},
		{"a time that is none", "engineers", "until", "soon", "Is not a time", "until"},
		{"a time gone by", "engineers", "until", "2026-11-24T11:59", "Is in the past", "until"},
		{"no choice", "engineers", "forever", "", "Is not one of the choices", "for"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.shows(s.post(path, map[string]string{"group": c.group, "for": c.lasting, "until": c.until}), http.StatusUnprocessableEntity, c.says, `href="#`+c.field)
		})
	}
	asked := s.post(path, map[string]string{"group": "engineers", "for": "8h"})
	s.shows(asked, http.StatusOK, "Put erin@example.com into engineers?", "1 person gains access", "AWS-A / SAML-User")
	if len(s.person("erin@example.com").Groups) != 1 {
		t.Fatal("it was done without an answer")
	}
	s.now = noon.Add(time.Minute) // while the administrator reads
	s.leads(s.post(path, s.formOf(asked, path)), path+"?done=member-added")
	s.shows(s.get(path), http.StatusOK, "24 Nov 2026, 20:01 UTC")

	asked = s.post(path, map[string]string{"group": "engineers", "for": "until", "until": "2026-12-31T18:00"})
	s.shows(asked, http.StatusOK, "1 person keeps access until another time")
	s.leads(s.post(path, s.formOf(asked, path)), path+"?done=member-added")
	s.shows(s.get(erin+"/access"), http.StatusOK, "AWS-A", "SAML-User", "engineers", "31 Dec 2026, 18:00 UTC")

	asked = s.post(path, map[string]string{"remove": "engineers"})
	s.shows(asked, http.StatusOK, "1 person loses access")
	s.leads(s.post(path, s.formOf(asked, path)), path+"?done=member-removed")
	s.leads(s.post(path, map[string]string{"remove": "auditors"}), path+"?done=member-removed")
	s.shows(s.get(path), http.StatusOK, "In no group")
	s.shows(s.get(erin+"/access"), http.StatusOK, "Nothing opens")
}

func TestAccessIsToldAlsoOfWhatIsClosedForNow(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.must(s.owner().Grant(t.Context(), "aws-b", "engineers"))
	s.shows(s.get(alice+"/access"), http.StatusOK, "AWS-A", "AWS-B", "Inactive")
	s.must(s.owner().SuspendUser(t.Context(), "alice@example.com"))
	s.shows(s.get(alice+"/access"), http.StatusOK, "The person is suspended", "AWS-A")
}

// With many groups the listing of all connectors tells what they open.
func TestSomebodyInManyGroupsHasTheSameAccess(t *testing.T) {
	s := newSite(t)
	s.furnish()
	for _, name := range strings.Fields("a b c d e f g h i j k l m") {
		s.group(name)
		s.must(s.owner().AddMember(t.Context(), name, "alice@example.com", time.Time{}))
	}
	s.shows(s.get(alice+"/access"), http.StatusOK, "AWS-A", "SAML-User")
}

func TestAnImportIsTriedBeforeItIsRun(t *testing.T) {
	s := newSite(t)
	s.furnish()
	file := "email,name,groups\nzoe@example.com,Zoe,engineers\ncarol@example.com,Carol,\nerin@example.com,,\nbad,=x,\n"
	tried := s.upload(importPath, nil, map[string][]byte{"file_file": []byte(file)})
	s.shows(tried, http.StatusOK, "Nothing is changed yet", "<strong>1</strong> <span>would be created", "Name begins a formula", "but for the lines that are refused")
	_, err := s.owner().User(t.Context(), "zoe@example.com")
	if err == nil {
		t.Fatal("trying it made the user")
	}
	_, rest, _ := strings.Cut(tried.body, `name="run"`)
	if rest == "" {
		t.Fatal("the page has no form to run it")
	}
	_, form, _ := strings.Cut(tried.body, `<form method="post" action="/admin/users/import" enctype="multipart/form-data">`)
	csv := html(attribute(inputs.FindString(form), "value"))
	done := s.upload(importPath, map[string]string{"file": csv, "run": "yes"}, nil)
	s.shows(done, http.StatusOK, "The import is done", "<strong>1</strong> <span>created", "<strong>1</strong> <span>refused")
	if u := s.person("zoe@example.com"); u.Name != "Zoe" || len(u.Groups) != 1 {
		t.Errorf("stored %+v", u)
	}
	if u := s.person("carol@example.com"); u.Name != "Carol" {
		t.Errorf("stored %+v", u)
	}
	for _, c := range []struct{ name, file, says string }{
		{"empty", "", "Is empty"},
		{"without emails", "name\nZoe\n", "Has no column email"},
		{"not UTF-8", "email\n\xff\n", "Is not UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.shows(s.upload(importPath, nil, map[string][]byte{"file_file": []byte(c.file)}), http.StatusUnprocessableEntity, c.says)
		})
	}
}

// What each administrator role may post, and what everybody may see.
func TestEachRoleMayDoToPeopleWhatThePolicySays(t *testing.T) {
	names := strings.NewReplacer("{email}", "zed@example.com", "{group}", "engineers", "{token}", "0123456789abcdef")
	for _, role := range []idp.AdminRole{idp.AdminNone, idp.AdminViewer, idp.AdminHelpdesk, idp.AdminConnectors, idp.AdminOwner} {
		t.Run("role "+string(role), func(t *testing.T) {
			s := newSite(t)
			s.furnish()
			_, err := s.owner().CreateUser(t.Context(), resource.User{Email: "zed@example.com"}) // to whom nothing is open
			s.must(err)
			for _, r := range peopleRoutes() {
				s.who = admin.Actor{Name: "dana@example.com", Role: role}
				path := Root + names.Replace(r.path)
				if r.get != nil {
					form := strings.HasSuffix(path, "new") || path == importPath
					seen := role != idp.AdminNone && (!form || s.service.As(s.who).May(r.needs))
					if got := s.get(path); (got.status == http.StatusOK) != seen {
						t.Errorf("GET %s: status %d", path, got.status)
					}
				}
				if r.post == nil {
					continue
				}
				granted := s.service.As(s.who).May(r.needs)
				if got := s.post(path, map[string]string{"typed": "x"}); (got.status == http.StatusForbidden) == granted {
					t.Errorf("POST %s: status %d", path, got.status)
				}
			}
		})
	}
}

func TestWhereNothingIsThereIsNothing(t *testing.T) {
	s := newSite(t)
	s.furnish()
	for _, path := range []string{"/admin/users/nobody@example.com", "/admin/users/nobody@example.com/access", "/admin/groups/none", "/admin/groups/none/connectors", "/admin/groups/none/settings"} {
		s.shows(s.get(path), http.StatusNotFound, "There is nothing here")
	}
	s.shows(s.post("/admin/groups/engineers", map[string]string{"remove": "nobody@example.com"}), http.StatusNotFound)
	for _, err := range []error{store.ErrUnavailable, fmt.Errorf("list: %w", context.DeadlineExceeded), context.Canceled} {
		s.err = err
		s.shows(s.get("/admin/users"), http.StatusServiceUnavailable)
	}
}

func TestAnImportTellsWhoseLaunchWouldBeRefused(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const file = "email,groups\no'brien@example.com,engineers\n"
	tried := s.post(importPath, map[string]string{"file": file})
	if strings.Contains(tried.body, "Whose launch would be refused") {
		t.Error("it is told of somebody who is not there yet")
	}
	s.shows(s.post(importPath, map[string]string{"file": file, "run": "yes"}), http.StatusOK, "The import is done", "Whose launch would be refused", "o&#39;brien@example.com</bdi>")
}
