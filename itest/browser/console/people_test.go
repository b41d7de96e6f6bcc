package console

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/chrome"
)

func attach(control, file string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(control, file)
}

func TestThePagesAboutPeopleAreAccessibleInLightAndDarkWideAndNarrow(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	g := gallery{enter(t, s, owner, "/admin"), s}
	g.pages([]page{
		{name: "users", path: "/admin/users"},
		{name: "user", path: "/admin/users/" + alice},
		{name: "user-groups", path: "/admin/users/" + alice + "/groups"},
		{name: "user-access", path: "/admin/users/" + alice + "/access"},
		{name: "user-sessions", path: "/admin/users/" + owner + "/sessions"},
		{name: "user-activity", path: "/admin/users/" + owner + "/activity"},
		{name: "user-new", path: "/admin/users/new"},
		{name: "user-import", path: "/admin/users/import"},
		{name: "groups", path: "/admin/groups"},
		{name: "group", path: "/admin/groups/SSO-AWS-A"},
		{name: "group-connectors", path: "/admin/groups/SSO-AWS-A/connectors"},
		{name: "group-settings", path: "/admin/groups/SSO-AWS-A/settings"},
		{name: "group-new", path: "/admin/groups/-new"},
	})
	g.states([]page{
		{name: "users-none", path: "/admin/users?q=nothing+has+this", shows: "Nobody matches"},
		{name: "user-suspended", path: "/admin/users/" + suspended},
		{name: "user-groups-none", path: "/admin/users/" + suspended + "/groups", shows: "In no group"},
		{name: "user-access-none", path: "/admin/users/" + suspended + "/access", shows: "Nothing opens"},
		{name: "user-sessions-none", path: "/admin/users/" + suspended + "/sessions", shows: "Not signed in"},
		{name: "groups-none", path: "/admin/groups?q=nothing+has+this", shows: "Nothing matches"},
	})
	g.oneUser()
	g.importing()
	g.oneGroup()
}

func (g gallery) oneUser() {
	g.Open("/admin/users/new")
	g.Type("Email", "not an address")
	g.Press("Create the user")
	g.Glance("console-user-new-wrong")
	g.Type("Email", "dora@example.com")
	g.Tick("SSO-AWS-A")
	g.Press("Create the user")
	g.Shows("Create dora@example.com?")
	g.Glance("console-user-new-ask")
	g.Press("Create")
	g.Press("Make a password link")
	g.Glance("console-user-link")
	for _, button := range []string{"Suspend…", "Lock down…", "Delete…"} {
		g.Open("/admin/users/" + alice)
		g.Press(button)
		g.Glance("console-user-ask-" + map[string]string{"Suspend…": "suspend", "Lock down…": "lock", "Delete…": "delete"}[button])
	}
}

func (g gallery) importing() {
	g.Open("/admin/users/import")
	g.Type("CSV", "email,name,groups\nemil@example.com,Emil,on-call\nno address,Nemo,\n"+bob+",Robert,\n")
	g.Press("See what it would do")
	g.Shows("Nothing is changed yet")
	g.Glance("console-user-import-plan")
	g.Press("Import, but for the lines that are refused")
	g.Shows("The import is done")
	g.Glance("console-user-import-done")
}

func (g gallery) oneGroup() {
	g.Open("/admin/groups/-new")
	g.Type("Name", "two words")
	g.Press("Create the group")
	g.Glance("console-group-new-wrong")
	g.Type("Name", "auditors")
	g.Press("Create the group")
	g.Glance("console-group-nobody")
	g.Type("Email", "nobody@example.com")
	g.Press("Put in")
	g.Shows("There is no such person")
	g.Glance("console-group-wrong")
	g.Open("/admin/groups/SSO-AWS-B")
	g.Type("Email", carol)
	g.Type("How long", "Until a time that I give")
	g.Press("Put in")
	g.Glance("console-group-until-wrong")
	g.Open("/admin/groups/SSO-AWS-B")
	g.Type("Email", carol)
	g.Press("Put in")
	g.Glance("console-group-ask")
	g.Open("/admin/groups/SSO-AWS-A/settings")
	g.Press("Delete…")
	g.Glance("console-group-delete")
}

func TestTheOtherPagesAreAccessibleInLightAndDarkWideAndNarrow(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	g := gallery{enter(t, s, owner, "/admin"), s}
	g.pages([]page{
		{name: "events", path: "/admin/events"},
		{name: "tokens", path: "/admin/tokens"},
		{name: "settings", path: "/admin/settings"},
	})
	g.states([]page{
		{name: "events-filtered", path: "/admin/events?connector=aws-a"},
		{name: "events-none", path: "/admin/events?until=2020-01-01T00:00", shows: "Nothing"},
		{name: "events-wrong", path: "/admin/events?since=yesterday", status: http.StatusUnprocessableEntity},
	})
	g.Open("/admin/tokens")
	g.Type("What for", strings.Repeat("long ", 40))
	g.Press("Make the token")
	g.Glance("console-token-wrong")
	g.Type("What for", "a script")
	g.Press("Make the token")
	g.Shows("it is not shown again")
	g.Glance("console-token")
	g.Leave(func() { g.Click(chrome.Button("Revoke a script")) })
	g.Glance("console-token-revoke")
	g.roles()
	g.locking()
}

// roles are pages as administrators of less see them, and as others do not.
func (g gallery) roles() {
	as := func(email string, list []page) {
		g.SignOut()
		signIn(g.Tab, g.server, email)
		g.states(list)
	}
	as(viewer, []page{
		{name: "viewer-overview", path: "/admin"},
		{name: "viewer-connectors", path: "/admin/connectors"},
		{name: "viewer-connector", path: "/admin/connectors/aws-a", shows: "Your role lets you look at this"},
		{name: "viewer-sso", path: "/admin/connectors/aws-a/sso"},
		{name: "viewer-roles", path: "/admin/connectors/aws-a/roles"},
		{name: "viewer-user", path: "/admin/users/" + alice},
		{name: "viewer-group", path: "/admin/groups/SSO-AWS-A"},
		{name: "viewer-settings", path: "/admin/settings", shows: "Only an owner can do it"},
		{name: "viewer-refused", path: "/admin/connectors/new", shows: "You may not do this", status: http.StatusForbidden},
	})
	as(helpdesk, []page{
		{name: "helpdesk-user", path: "/admin/users/" + alice, shows: "whoever lets them in again could be them"},
		{name: "helpdesk-user-groups", path: "/admin/users/" + alice + "/groups", shows: "helpdesk decides nothing about access"},
		{name: "helpdesk-administrator", path: "/admin/users/" + viewer, shows: "Helpdesk does not change administrators"},
		{name: "helpdesk-members", path: "/admin/groups/on-call", shows: "Helpdesk does not change administrators"},
		{name: "helpdesk-group", path: "/admin/groups/SSO-AWS-A", shows: "The group opens connectors"},
	})
	g.Open("/admin/users/" + carol)
	g.Press("Make a password link")
	g.Shows("opens no connector")
	g.Glance("console-helpdesk-link")
	as(decider, []page{{name: "decider-administrator", path: "/admin/users/" + viewer, shows: "The person is an administrator"}})
	as(alice, []page{{name: "not-for-you", path: "/admin", shows: "This is for administrators", status: http.StatusForbidden}})
	g.SignOut()
	signIn(g.Tab, g.server, owner)
}

// locking is a lockdown and the way back.
func (g gallery) locking() {
	g.Open("/admin/settings")
	phrase := chrome.Ask[string](g.Tab, `document.querySelector("[data-typed]").dataset.typed`)
	g.Type("Type "+phrase, phrase)
	g.Press("Lock everything down")
	g.Shows("The way back")
	g.Glance("console-locked")
	g.Press("Sign in again")
	signIn(g.Tab, g.server, owner)
	g.states([]page{
		{name: "lockdown-settings", path: "/admin/settings", shows: "Lockdown is in force"},
		{name: "lockdown-connector", path: "/admin/connectors/aws-a", shows: "Lockdown is in force"},
	})
	g.Open("/admin/settings")
	g.Press("Lift the lockdown…")
	g.Glance("console-lockdown-lift")
}
