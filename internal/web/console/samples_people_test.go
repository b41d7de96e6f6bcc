package console

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

var (
	anOwner  = admin.Actor{Name: "dana@example.com", Role: idp.AdminOwner}
	aViewer  = admin.Actor{Name: "vera@example.com", Role: idp.AdminViewer}
	helpdesk = admin.Actor{Name: "helga@example.com", Role: idp.AdminHelpdesk}

	connectorAdmin = admin.Actor{Name: "cora@example.com", Role: idp.AdminConnectors}
)

// notMine is the right of somebody whose role never includes it.
var notMine = right{ID: "x", Denied: onlyLook, Hidden: true}

// refusedTo is what the policy refuses somebody to do to a person.
func refusedTo(who admin.Actor, t admin.Target) map[admin.Operation]*admin.Denied {
	refused := map[admin.Operation]*admin.Denied{}
	for _, op := range admin.Operations {
		var denied *admin.Denied
		if errors.As(admin.Allowed(who, op, t), &denied) {
			refused[op] = denied
		}
	}
	return refused
}

// ada is a person with all that one can have.
func ada() resource.User {
	return resource.User{
		Email: "ada@example.com", Name: `Ada <b>"Example"</b>`, Active: true, AdminRole: "helpdesk", NameID: "n0123456789",
		Attributes: map[string]string{"team": "platform", "cost-centre": "<i>4711</i>"},
		Groups:     []resource.Membership{{Name: "engineers"}, {Name: "on-call", ExpiresAt: stamped(noon.Add(8 * time.Hour))}, {Name: "auditors"}},
		Version:    4, ETag: `"u_1.4"`, CreatedAt: stamped(noon.AddDate(0, -3, 0)),
	}
}

// bo is suspended, with nothing but an email that has a slash in it.
func bo() resource.User {
	return resource.User{Email: "bo/xyz@example.com", ETag: `"u_2.1"`, CreatedAt: stamped(noon)}
}

func directorySamples() []sampleOf {
	var all []sampleOf
	for _, list := range [][]sampleOf{userListSamples(), userSamples(), userTabSamples(), groupSamples(), regrantSamples(), recordSamples(), tokenSamples(), settingsSamples()} {
		all = append(all, list...)
	}
	return all
}

func userListSamples() []sampleOf {
	people := []resource.User{ada(), bo(), {Email: "dana@example.com", Active: true, AdminRole: "owner"}}
	none := map[string]string{}
	made := newForm("", map[string]string{"email": "", "name": "", "admin_role": ""}, "")
	wrong := form{
		Values:   map[string]string{"email": "<nobody>", "name": "", "admin_role": "owner", "groups[engineers]": "on"},
		Problems: idp.Problems{{Field: "email", Value: "<nobody>", Reason: "is not an email address", Remedy: "write it as name@example.com"}},
	}
	choices := []choice{{"engineers", ""}, {"on-call", "Who is woken at night"}}
	return []sampleOf{
		{"users", 200, usersPageOf(people, map[string]string{"cursor": "x", "done": "saved"}, "y", true)},
		{"users-viewer", 200, usersPageOf(people[:1], map[string]string{"q": "<i>"}, "", false)},
		{"users-nobody-matches", 200, usersPageOf(nil, map[string]string{"q": "zoe"}, "", true)},
		{"users-look-further", 200, usersPageOf(nil, map[string]string{"q": "zoe"}, "y", true)},
		{"users-empty-part", 200, usersPageOf(nil, none, "y", true)},
		{"user-new", 200, userNewPage{Trail: []link{{"Users", usersPath}}, Form: made, Owner: true}},
		{"user-new-wrong", http.StatusUnprocessableEntity, userNewPage{Trail: []link{{"Users", usersPath}}, Form: wrong, Groups: wrong.ticks("groups", "Groups", "", choices, "")}},
		{"import", 200, importPage{Form: form{Values: map[string]string{"file": ""}}}},
		{"import-wrong", http.StatusUnprocessableEntity, importPage{Form: form{Values: map[string]string{"file": "</textarea>"}, Problems: idp.Problems{{Field: "file", Reason: "has no column email", Remedy: "begin with a line that names the columns"}}}}},
		{"import-dry", 200, importPage{Form: form{Values: map[string]string{"file": "email\n<b>"}}, Result: importResultOf(anImport(true)), CSV: "email\n\"<b>\""}},
		{"import-dry-nothing", 200, importPage{Form: form{Values: map[string]string{"file": ""}}, Result: importResultOf(resource.Import{DryRun: true, Unchanged: 1, Rows: []resource.ImportRow{{Line: 2, Email: "a@example.com", Does: "nothing"}}})}},
		{"import-late", 200, importPage{Form: form{Values: map[string]string{"file": ""}}, Result: importResultOf(aLateImport())}},
		{"import-done", 200, importPage{Form: form{Values: map[string]string{"file": ""}}, Result: importResultOf(anImport(false))}},
	}
}

// anImport has a line of each fate, and more than a page shows.
// aLateImport is one that was not done in time.
func aLateImport() resource.Import {
	r := resource.Import{Created: 1, Later: 2}
	for i, does := range []string{"create", "later", "later"} {
		r.Rows = append(r.Rows, resource.ImportRow{Line: 2 + i, Email: fmt.Sprintf("p%d@example.com", i), Does: does})
	}
	return r
}

func anImport(dry bool) resource.Import {
	r := resource.Import{DryRun: dry, Created: maxOthers, Updated: 1, Unchanged: 1, Failed: 1}
	r.Rows = []resource.ImportRow{
		{Line: 2, Email: "<b>", Does: "fail", Detail: "Is not an email address; write it as name@example.com."},
		{Line: 3, Email: "ada@example.com", Does: "update"}, {Line: 4, Email: "bo@example.com", Does: "nothing"},
	}
	for i := range r.Created {
		r.Rows = append(r.Rows, resource.ImportRow{Line: 5 + i, Email: fmt.Sprintf("p%d@example.com", i), Does: "create"})
	}
	return r
}

func userSamples() []sampleOf {
	u, base := ada(), userPath(ada().Email)
	wrong := newForm(u.ETag, userValues(u), base)
	wrong.Values = map[string]string{"email": "ada", "name": u.Name, "attributes[team]": "\x01", "new[0].name": "2nd", "new[0].value": "x", "new[1].name": "", "new[1].value": ""}
	wrong.Problems = idp.Problems{
		{Field: "email", Value: "ada", Reason: "is not an email address"}, {Field: "attributes[team]", Reason: "has a character that XML cannot carry"},
		{Field: "new[0].name", Value: "2nd", Reason: "is not an attribute name"},
	}
	late := newForm(u.ETag, userValues(u), base)
	late.Values = userValues(u)
	late.Values["name"] = "Ada E."
	theirs := u
	theirs.Name, theirs.Attributes, theirs.ETag = "Ada Lovelace", map[string]string{"team": "research"}, `"u_1.5"`
	late.meet(&admin.Stale{ETag: theirs.ETag, Changes: []resource.Event{{Actor: "erin@example.com", At: stamped(noon), Before: map[string]any{"name": u.Name}, After: map[string]any{"name": "Ada Lovelace"}}}}, userValues(theirs))
	show := func(u resource.User, who admin.Actor, f form, owner bool, target admin.Target) userPage {
		return userPageOf(personOf(u, "", who), u, f, owner, refusedTo(who, target))
	}
	locked := bo()
	locked.LockedBy = "owner"
	plain := u
	plain.AdminRole = ""
	me := u
	me.Email, me.AdminRole = anOwner.Name, "owner"
	return []sampleOf{
		{"user", 200, show(u, anOwner, newForm(u.ETag, userValues(u), base), true, admin.Target{})},
		{"user-me", 200, show(me, anOwner, newForm(me.ETag, userValues(me), base), true, admin.Target{})},
		{"user-viewer", 200, show(u, aViewer, newForm(u.ETag, userValues(u), base), false, admin.Target{})},
		{"user-helpdesk", 200, show(bo(), helpdesk, newForm(bo().ETag, userValues(bo()), userPath(bo().Email)), false, admin.Target{})},
		{"user-administrator-helpdesk", 200, show(u, helpdesk, newForm(u.ETag, userValues(u), base), false, admin.Target{Administrator: true})},
		{"user-access-helpdesk", 200, show(plain, helpdesk, newForm(u.ETag, userValues(plain), base), false, admin.Target{Opens: true})},
		{"user-locked-helpdesk", 200, show(locked, helpdesk, newForm(locked.ETag, userValues(locked), userPath(locked.Email)), false, admin.Target{LockedBy: idp.AdminOwner})},
		{"user-connector-admin", 200, show(u, connectorAdmin, newForm(u.ETag, userValues(u), base), false, admin.Target{Administrator: true})},
		{"user-wrong", http.StatusUnprocessableEntity, show(u, anOwner, wrong, true, admin.Target{})},
		{"user-conflict", http.StatusPreconditionFailed, show(u, anOwner, late, true, admin.Target{})},
		{"user-link-helpdesk", 200, passwordLinkPage{person: personOf(plain, "none", helpdesk), Link: copyable{"password-link", "password link", "https://sso.example.com/password?token=x"}, End: momentOf(stamped(noon.Add(time.Hour))), Note: madeNote("the password that it sets opens no connector")}},
		{"user-link", 200, passwordLinkPage{person: personOf(u, "none", anOwner), Link: copyable{"password-link", "password link", "https://sso.example.com/password?token=x"}, End: momentOf(stamped(noon.Add(time.Hour)))}},
	}
}

func userTabSamples() []sampleOf {
	u := ada()
	blank := newForm("", map[string]string{"group": "", "for": "", "until": ""}, "")
	wrong := form{
		Values:   map[string]string{"group": "<none>", "for": "until", "until": "yesterday"},
		Problems: idp.Problems{{Field: "group", Value: "<none>", Reason: "there is no such group"}, {Field: "until", Value: "yesterday", Reason: "is not a time"}},
	}
	names := []string{"auditors", "engineers", "finance"}
	closed := userGroupsPageOf(personOf(u, "/groups", helpdesk), u, blank, right{}, names)
	closed.close(rightOf("leave", refusedTo(helpdesk, admin.Target{Opens: true})[admin.OpMember]), []resource.Connector{production()})
	sessions := sessionRows([]resource.Session{{StartedAt: stamped(noon), LastSeen: stamped(noon), ExpiresAt: stamped(noon.Add(time.Hour)), SourceIP: "192.0.2.7", UserAgent: "<b>Browser</b>"}})
	return []sampleOf{
		{"user-groups", 200, userGroupsPageOf(personOf(u, "/groups", anOwner), u, blank, right{}, names)},
		{"user-groups-viewer", 200, userGroupsPageOf(personOf(u, "/groups", aViewer), u, blank, notMine, nil)},
		{"user-groups-helpdesk", 200, closed},
		{"user-groups-wrong", http.StatusUnprocessableEntity, userGroupsPageOf(personOf(bo(), "/groups", anOwner), bo(), wrong, right{}, names)},
		{"user-groups-no-groups", 200, userGroupsPageOf(personOf(bo(), "/groups", anOwner), bo(), blank, right{}, nil)},
		{"user-access", 200, userAccessPageOf(personOf(u, "/access", anOwner), u, []resource.Connector{production(), bookmark(), endingSoon()}, true, noon)},
		{"user-access-suspended", 200, userAccessPageOf(personOf(bo(), "/access", anOwner), suspendedIn("engineers"), []resource.Connector{production()}, false, noon)},
		{"user-access-none", 200, userAccessPageOf(personOf(u, "/access", anOwner), u, nil, false, noon)},
		{"user-access-no-groups", 200, userAccessPageOf(personOf(bo(), "/access", anOwner), bo(), nil, false, noon)},
		{"user-sessions", 200, userSessionsPage{person: personOf(u, "/sessions", anOwner), Rows: sessions, MayLock: true}},
		{"user-sessions-none", 200, userSessionsPage{person: personOf(u, "/sessions", anOwner)}},
		{"user-activity", 200, userActivityPage{person: personOf(u, "/activity", anOwner), Events: eventLines(sampleEvents())}},
		{"user-activity-none", 200, userActivityPage{person: personOf(u, "/activity", anOwner), Pager: pages(userPath(u.Email)+"/activity", nil, "y")}},
	}
}

func suspendedIn(group string) resource.User {
	u := bo()
	u.Groups = []resource.Membership{{Name: group}}
	return u
}

func groupSamples() []sampleOf {
	g := resource.Group{Name: "SSO-AWS-A", Description: `Opens <b>AWS A</b>`, ETag: `"g_1.2"`, CreatedAt: stamped(noon)}
	list := []resource.Group{g, {Name: "engineers"}, {Name: "nothing"}}
	connectors := []resource.Connector{production(), bookmark(), endingSoon()}
	members := []resource.Member{{Email: "ada@example.com", Name: "<b>Ada</b>", Active: true}, {Email: "bo@example.com", ExpiresAt: stamped(noon.Add(time.Hour))}}
	page := func(may right, opens bool, members []resource.Member, query map[string]string, next string) groupPage {
		p := groupPageOf(circleOf(g, "", may), g, members, query, next)
		p.Form, p.Opens = newForm("", map[string]string{"email": "", "for": "", "until": ""}, ""), opens
		return p
	}
	notTheirs := rightOf("members", refusedTo(helpdesk, admin.Target{Opens: true})[admin.OpMember])
	members[1].AdminRole = "viewer"
	withAdministrators := page(right{}, false, members, nil, "")
	withAdministrators.close(rightOf("administrators", refusedTo(helpdesk, admin.Target{Administrator: true})[admin.OpMember]), members)
	wrong := page(right{}, true, members, nil, "")
	wrong.Form.Values["email"], wrong.Form.Values["for"] = "a@example.com, <b>", "until"
	wrong.Form.Problems = idp.Problems{{Field: "email", Value: "<b>", Reason: "there is no such person: <b>"}, {Field: "until", Reason: "is missing"}}
	unsaved := newForm(g.ETag, map[string]string{"name": "<b>", "description": ""}, "")
	unsaved.Problems = idp.Problems{{Field: "name", Value: "<b>", Reason: "is not a group name"}}
	return []sampleOf{
		{"group-list", 200, groupListOf(list, connectors, map[string]string{}, "y", true)},
		{"group-list-viewer", 200, groupListOf(list[:1], nil, map[string]string{"q": "aws"}, "", false)},
		{"group-list-none", 200, groupListOf(nil, nil, nil, "", true)},
		{"group-list-nothing-matches", 200, groupListOf(nil, nil, map[string]string{"q": "<i>"}, "", true)},
		{"group-list-look-further", 200, groupListOf(nil, nil, map[string]string{"q": "x"}, "y", true)},
		{"group-list-empty-part", 200, groupListOf(nil, nil, nil, "y", true)},
		{"group-new", 200, groupNewPage{Form: newForm("", map[string]string{"name": "", "description": ""}, "")}},
		{"group-new-wrong", http.StatusUnprocessableEntity, groupNewPage{Form: unsaved}},
		{"group", 200, page(right{}, true, members, map[string]string{}, "y")},
		{"group-administrator-helpdesk", 200, withAdministrators},
		{"group-helpdesk", 200, page(notTheirs, true, members, nil, "")},
		{"group-viewer", 200, page(notMine, false, nil, nil, "")},
		{"group-wrong", http.StatusUnprocessableEntity, wrong},
		{"group-nobody-yet", 200, page(right{}, true, nil, nil, "")},
		{"group-nobody-matches", 200, page(right{}, true, nil, map[string]string{"q": "zoe"}, "y")},
		{"group-empty-part", 200, page(right{}, true, nil, nil, "y")},
		{"group-settings", 200, groupSettingsPage{circle: circleOf(g, "/settings", right{}), Form: newForm(g.ETag, groupFormValues(g), "")}},
		{"group-settings-viewer", 200, groupSettingsPage{circle: circleOf(g, "/settings", notMine), Form: newForm(g.ETag, groupFormValues(g), "")}},
		{"group-settings-wrong", http.StatusUnprocessableEntity, groupSettingsPage{circle: circleOf(g, "/settings", right{}), Form: unsaved}},
	}
}

func regrantSamples() []sampleOf {
	g := resource.Group{Name: "engineers"}
	page := func(may right, found, open []resource.Connector, query map[string]string, next string) groupConnectorsPage {
		p, err := groupConnectorsPageOf(circleOf(g, "/connectors", may), found, open, query, next, noon)
		if err != nil {
			panic(err)
		}
		return p
	}
	connectors := []resource.Connector{production(), bookmark(), draft(), expired()}
	return []sampleOf{
		{"group-connectors", 200, page(right{}, connectors, connectors[:2], map[string]string{}, "y")},
		{"group-connectors-viewer", 200, page(notMine, connectors[2:], nil, map[string]string{"q": "s"}, "")},
		{"group-connectors-none", 200, page(right{}, nil, nil, nil, "")},
		{"group-connectors-nothing-matches", 200, page(right{}, nil, nil, map[string]string{"q": "zoe"}, "y")},
		{"group-connectors-empty-part", 200, page(right{}, nil, nil, nil, "y")},
	}
}

func recordSamples() []sampleOf {
	plain := posted(map[string]string{}, eventControls, eventsPath)
	filtered := posted(map[string]string{"user": "ada@example.com", "connector": "<b>", "since": "2026-11-24T11:00"}, eventControls, eventsPath)
	wrong := posted(map[string]string{"user": "<b>", "until": "never"}, eventControls, eventsPath)
	wrong.Problems = idp.Problems{{Field: "user", Value: "<b>", Reason: "there is no such person"}, {Field: "until", Value: "never", Reason: "is not a time"}}
	connectors := []resource.Connector{production(), bookmark()}
	all := append(sampleEvents(), awkwardEvents()...)
	return []sampleOf{
		{"events", 200, eventsPageOf(plain, all, map[string]string{}, "y", connectors, noon)},
		{"events-filtered", 200, eventsPageOf(filtered, nil, map[string]string{"user": "ada@example.com", "cursor": "x"}, "", connectors, noon)},
		{"events-none", 200, eventsPageOf(plain, nil, nil, "", nil, noon)},
		{"events-look-further", 200, eventsPageOf(plain, nil, nil, "y", nil, noon)},
		{"events-wrong", http.StatusUnprocessableEntity, eventsPageOf(wrong, nil, nil, "", connectors, noon)},
		{"events-export", 200, exportPage{Trail: []link{{"Events", eventsPath}}, Count: "5000", Back: momentOf(stamped(noon)), File: "/admin/events/export?part=yes", Rest: "/admin/events/export?cursor=x"}},
	}
}

// awkwardEvents say what they are about in places of their own.
func awkwardEvents() []resource.Event {
	one := func(action idp.Action, target, connector string, before, after map[string]any) resource.Event {
		return resource.Event{Actor: "dana@example.com", At: stamped(noon), Action: string(action), Target: target, Connector: connector, Outcome: "done", Before: before, After: after}
	}
	list := []resource.Event{
		one(idp.ActionMemberAdd, "engineers", "", nil, map[string]any{"member": "ada@example.com", "expires_at": stamped(noon.Add(time.Hour))}),
		one(idp.ActionMemberRemove, "engineers", "", map[string]any{"member": "ada@example.com"}, nil),
		one(idp.ActionMemberRemove, "engineers", "", nil, map[string]any{"user": "u_1"}),
		one(idp.ActionGrant, "aws-a", "aws-a", nil, map[string]any{"group": "engineers"}),
		one(idp.ActionRevoke, "aws-a", "aws-a", map[string]any{"group": "engineers"}, nil),
		one(idp.ActionRevoke, "engineers", "aws-a", nil, nil),
		one(idp.ActionLaunch, "aws-a", "aws-a", nil, nil),
		one(idp.ActionSignIn, "", "", nil, nil),
		one(idp.ActionLockdown, "", "", nil, map[string]any{"lockdown": true}),
	}
	list[6].Outcome, list[6].Reason = "refused", string(idp.NotGranted)
	list[7].Outcome, list[7].Reason = "refused", "wrong password"
	return list
}

func tokenSamples() []sampleOf {
	blank := newForm("", map[string]string{"name": "", "scope": "read", "lifetime": "1h"}, tokensPath)
	wrong := form{Values: map[string]string{"name": "", "scope": "write", "lifetime": "12h"}, Problems: idp.Problems{{Field: "name", Reason: "is not a name"}}}
	list := []resource.Token{
		{ID: "0123456789abcdef", Name: "<b>laptop</b>", Owner: "dana@example.com", Scope: "write", CreatedAt: stamped(noon), ExpiresAt: stamped(noon.Add(time.Hour)), LastUsed: stamped(noon)},
		{ID: "fedcba9876543210", Name: "AWS IAM", Owner: "arn:aws:sts::111122223333:assumed-role/GatepostOwner", Scope: "read", CreatedAt: stamped(noon), ExpiresAt: stamped(noon.Add(time.Hour))},
	}
	made := &tokenMade{Name: "<b>laptop</b>", Secret: copyable{"token", "token", "gp_0123"}, Ends: momentOf(stamped(noon.Add(time.Hour))), Use: copyable{"token-use", "Lines for a shell", "export GATEPOST_TOKEN=gp_0123"}}
	return []sampleOf{
		{"tokens", 200, tokensPageOf(blank, list, "dana@example.com", true, nil)},
		{"tokens-own", 200, tokensPageOf(blank, list[:1], "dana@example.com", false, nil)},
		{"tokens-none", 200, tokensPageOf(blank, nil, "dana@example.com", true, nil)},
		{"tokens-made", 200, tokensPageOf(blank, list[:1], "dana@example.com", false, made)},
		{"tokens-wrong", http.StatusUnprocessableEntity, tokensPageOf(wrong, nil, "dana@example.com", false, nil)},
	}
}

func settingsSamples() []sampleOf {
	p := settingsPage{
		URL: copyable{"address", "address", "https://sso.example.com"}, Version: "1.2.3", MayLock: true, Phrase: phrase, MaySet: true,
		Form:           newForm(`"settings.0"`, settingsValues(resource.Settings{}), settingsPath),
		Administrators: []administratorRow{{"dana@example.com", "<b>Dana</b>", userPath("dana@example.com"), []chip{{"Owner", plain}}}, {"vera@example.com", "", userPath("vera@example.com"), []chip{{"Viewer", plain}, {"Suspended", bad}}}},
	}
	looked, wrong, locked, lockedViewer := p, p, p, p
	looked.MayLock, looked.MaySet, looked.MoreUsers = false, false, true
	wrong.TypedProblem = "That is not the phrase. Nothing is done."
	locked.Lockdown = true
	lockedViewer.Lockdown, lockedViewer.MayLock = true, false
	return []sampleOf{
		{"settings", 200, p},
		{"settings-viewer", 200, looked},
		{"settings-wrong", http.StatusUnprocessableEntity, wrong},
		{"settings-lockdown", 200, locked},
		{"settings-lockdown-viewer", 200, lockedViewer},
		{"locked", 200, lockedPage{Again: "/signin?next=/admin/settings"}},
	}
}

func TestEventsAreToldAsSentences(t *testing.T) {
	want := []string{
		"put ada@example.com into the group engineers", "took ada@example.com out of the group engineers", "took somebody out of the group engineers",
		"opened the connector aws-a to engineers", "closed the connector aws-a to engineers", "closed the connector aws-a to engineers",
		"could not open aws-a", "could not sign in", "locked everything down",
	}
	for i, e := range awkwardEvents() {
		got := strings.TrimPrefix(sentence(e), "dana@example.com ")
		if got != want[i] {
			t.Errorf("event %d says %q, want %q", i, got, want[i])
		}
	}
}
