package console

import (
	"net/http"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// sampleOf is one page in one state.
type sampleOf struct {
	name   string
	status int
	page   content
}

const iam = "arn:aws:iam::111122223333:"

func stamped(t time.Time) string { return resource.Stamp(t) }

// production is an active connector with all that one can have.
func production() resource.Connector {
	yes := true
	return resource.Connector{
		Slug: "aws-production", Kind: "aws", Label: "AWS production", Description: "Where customers live.", Shown: &yes, Active: true,
		EntityID: "https://sso.example.com/metadata/aws-production", Partition: "aws", SessionDuration: "4h", ConfirmCross: &yes,
		Roles: []resource.Role{
			{RoleARN: iam + "role/SAML-User", ProviderARN: iam + "saml-provider/Gatepost", Groups: []string{}},
			{RoleARN: "arn:aws:iam::444455556666:role/team/Admin", ProviderARN: "arn:aws:iam::444455556666:saml-provider/Gatepost", Groups: []string{"on-call"}},
		},
		Attributes: []resource.Attribute{{Name: "RoleSessionName", Value: "${user.email}"}, {Name: "PrincipalTag:team", Value: "${user.attributes.team}"}},
		Groups:     []string{"engineers", "on-call"},
		Key:        &resource.Key{Custody: "kms", Source: "generated", State: "ready", Fingerprint: strings.Repeat("ab", 32), NotBefore: stamped(noon.AddDate(-1, 0, 0)), NotAfter: stamped(noon.AddDate(2, 0, 0))},
		Version:    7, ETag: `"c_1.7"`,
	}
}

// draft is a connector that lacks everything.
func draft() resource.Connector {
	return resource.Connector{Slug: "sandbox", Kind: "aws", Label: "Sandbox", EntityID: "https://sso.example.com/metadata/sandbox", Partition: "aws", Key: &resource.Key{State: "none"}, ETag: `"c_2.1"`}
}

func bookmark() resource.Connector {
	return resource.Connector{Slug: "wiki", Kind: "bookmark", Label: "Wiki", URL: "https://wiki.example.com/start", Active: true, Groups: []string{"engineers"}, ImageURL: "wiki-0123456789ab.png", ETag: `"c_3.2"`}
}

// expired is production with a certificate that ended, inactive and open to nobody.
func expired() resource.Connector {
	c := production()
	c.Slug, c.Label, c.Active, c.Groups = "old", `<b>"Old"</b>`, false, nil
	c.Roles = c.Roles[:1]
	c.Key.NotAfter = stamped(noon.AddDate(0, 0, -1))
	return c
}

// ending is production with a certificate that ends soon.
func endingSoon() resource.Connector {
	c := production()
	c.Slug, c.Label = "data-lake", "Data lake"
	c.Key.NotAfter = stamped(noon.AddDate(0, 0, 21))
	return c
}

func sampleEvents() []resource.Event {
	return []resource.Event{
		{
			ID: "ev_1", At: stamped(noon), Actor: "bob@example.com", Action: string(idp.ActionConnectorUpdate), Target: "aws-production", Connector: "aws-production", Outcome: "done",
			SourceIP: "192.0.2.7", UserAgent: "Mozilla/5.0", RequestID: "r1",
			Before: map[string]any{"label": "AWS", "shown": true, "roles": []any{map[string]any{"role_arn": iam + "role/Old", "groups": nil}}},
			After:  map[string]any{"label": "<i>AWS</i>", "shown": false, "roles": []any{map[string]any{"role_arn": iam + "role/New", "groups": []any{"engineers"}}}},
		},
		{ID: "ev_2", At: stamped(noon.Add(-time.Hour)), Actor: "alice@example.com", Action: string(idp.ActionLaunch), Target: "aws-production", Connector: "aws-production", RoleARN: iam + "role/SAML-User", Outcome: "issuing", AssertionID: "_abc"},
		{ID: "ev_3", At: stamped(noon.Add(-2 * time.Hour)), Actor: "mallory@example.com", Action: string(idp.ActionLaunch), Target: "aws-production", Connector: "aws-production", Outcome: "refused", Reason: "no group in common", SourceIP: "198.51.100.1"},
		{At: stamped(noon.Add(-3 * time.Hour)), Action: "moon.land", Target: "here", Outcome: "failed"},
	}
}

func look(c resource.Connector, tab string) about   { return aboutOf(c, tab, noon, notMine) }
func change(c resource.Connector, tab string) about { return aboutOf(c, tab, noon, right{}) }

var instance = resource.Instance{URL: "https://sso.example.com"}

func samples() []sampleOf {
	var all []sampleOf
	for _, list := range [][]sampleOf{overviewSamples(), listSamples(), detailSamples(), ssoSamples(), roleSamples(), peopleSamples(), testSamples(), confirmSamples(), directorySamples()} {
		all = append(all, list...)
	}
	return all
}

func overviewSamples() []sampleOf {
	busy := overviewPageOf(tally{Connectors: []resource.Connector{production(), draft(), expired(), endingSoon(), bookmark()}, More: true}, sample{100, true}, sample{13, false}, []attention{{chip{"Refuses people", mild}, "Production", "/admin/connectors/aws-a/access"}}, noon)
	busy.Events = eventLines(sampleEvents())
	return []sampleOf{
		{"overview-first", 200, overviewPageOf(tally{}, sample{n: 1}, sample{}, nil, noon)},
		{"overview-half", 200, overviewPageOf(tally{Connectors: []resource.Connector{draft()}}, sample{n: 3}, sample{n: 1}, nil, noon)},
		{"overview", 200, busy},
		{"overview-calm", 200, overviewPageOf(tally{Connectors: []resource.Connector{production()}}, sample{n: 2}, sample{n: 1}, nil, noon)},
	}
}

func listSamples() []sampleOf {
	found := []resource.Connector{production(), draft(), expired(), endingSoon(), bookmark()}
	wrong := connectorsPageOf(found, "", nil, noon, true)
	wrong.Problem = "Tick the connectors to delete."
	fresh := form{Values: map[string]string{"kind": "aws", "partition": "aws", "shown": "on", "key.source": "generated"}}
	for _, name := range newControls {
		fresh.Values[name] += ""
	}
	bad := form{Values: map[string]string{}, Problems: idp.Problems{
		{Field: "slug", Value: "admin", Reason: "is a reserved word", Remedy: "choose another"},
		{Field: "account", Value: "12", Reason: "is not an AWS account ID", Remedy: "give its 12 digits"},
		{Field: "groups[3]", Value: "<gone>", Reason: "there is no such group", Remedy: "create the group first"},
	}}
	for name, value := range fresh.Values {
		bad.Values[name] = value
	}
	bad.Values["label"], bad.Values["account"], bad.Values["slug"], bad.Values["groups[on-call]"], bad.Values["private_key"] = `"AWS"`, "12", "admin", "on", "SECRET"
	var many []choice
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "on-call"} {
		many = append(many, choice{name, "People of " + name})
	}
	return []sampleOf{
		{"connectors", 200, connectorsPageOf(found, "next", map[string]string{"cursor": "here", "q": "aws & co", "done": "saved"}, noon, true)},
		{"connectors-viewer", 200, connectorsPageOf(found[:2], "", nil, noon, false)},
		{"connectors-none", 200, connectorsPageOf(nil, "", nil, noon, true)},
		{"connectors-nothing-matches", 200, connectorsPageOf(nil, "", map[string]string{"q": "<azure>"}, noon, true)},
		{"connectors-look-further", 200, connectorsPageOf(nil, "next", map[string]string{"q": "azure"}, noon, true)},
		{"connectors-problem", http.StatusUnprocessableEntity, wrong},
		{"new", 200, newPageOf(fresh, instance.URL, nil, "")},
		{"new-wrong", http.StatusUnprocessableEntity, newPageOf(bad, instance.URL, many, "There are more groups than can be shown here.")},
	}
}

func detailSamples() []sampleOf {
	active := connectorPageOf(change(production(), tabOverview), production(), instance)
	refused := connectorPageOf(change(draft(), tabOverview), draft(), instance)
	refused.Refusals = []fault{{Anchor: "/admin/connectors/sandbox/sso#key", Name: "Key", Text: "There is no key that is ready."}}
	locked := production()
	locked.Active = false
	image := connectorPageOf(change(bookmark(), tabOverview), bookmark(), instance)
	image.ImageProblem, image.TypedProblem = "Is neither PNG nor JPEG.", "That is not the connector’s name."
	conflicted := connectorPageOf(change(production(), tabOverview), production(), instance)
	conflicted.Form = form{Match: `"c_1.6"`, Values: map[string]string{"label": "Mine", "description": "Where customers live.", "shown": "on"}, Back: "/admin/connectors/aws-production",
		was: map[string]string{"label": "AWS", "description": "Where customers live.", "shown": "on"}}
	conflicted.Form.refused(&admin.Stale{ETag: `"c_1.7"`, Current: production(), Changes: sampleEvents()[:1]}, ofConnector(tileValues))
	return []sampleOf{
		{"connector", 200, active},
		{"connector-viewer", 200, connectorPageOf(look(expired(), tabOverview), expired(), instance)},
		{"connector-refused", http.StatusUnprocessableEntity, refused},
		{"connector-lockdown", 200, connectorPageOf(change(locked, tabOverview), locked, resource.Instance{URL: instance.URL, Lockdown: true})},
		{"connector-bookmark", http.StatusUnprocessableEntity, image},
		{"connector-conflict", http.StatusPreconditionFailed, conflicted},
	}
}

func ssoSamples() []sampleOf {
	key := resource.KeyView{Key: *production().Key, Certificates: []resource.Certificate{
		{PEM: "-----BEGIN CERTIFICATE-----\n", Subject: "CN=Gatepost aws-production", Serial: "1f", Fingerprint: strings.Repeat("cd", 32), NotBefore: stamped(noon.AddDate(-1, 0, 0)), NotAfter: stamped(noon.AddDate(0, 0, 21))},
		{PEM: "-----BEGIN CERTIFICATE-----\n", Subject: "CN=Gatepost aws-production", Serial: "2f", Fingerprint: strings.Repeat("ef", 32), NotBefore: stamped(noon), NotAfter: stamped(noon.AddDate(3, 0, 0))},
	}}
	none := ssoPageOf(change(draft(), tabSSO), draft(), resource.KeyView{Key: resource.Key{State: "none"}}, noon)
	none.Upload.Problems = idp.Problems{{Field: "private_key", Reason: "is not PEM, or is damaged", Remedy: "copy it whole"}}
	none.KeyProblem = "The key was not taken. See below what is wrong with it."
	uploaded := expired()
	uploaded.Key.Source, uploaded.Key.Custody = "uploaded", "secretsmanager"
	return []sampleOf{
		{"sso", 200, ssoPageOf(change(production(), tabSSO), production(), key, noon)},
		{"sso-none", http.StatusUnprocessableEntity, none},
		{"sso-viewer", 200, ssoPageOf(look(uploaded, tabSSO), uploaded, resource.KeyView{Key: *uploaded.Key, Certificates: []resource.Certificate{{NotAfter: uploaded.Key.NotAfter}}}, noon)},
	}
}

func roleSamples() []sampleOf {
	c := production()
	wrong := newForm(c.ETag, roleValues(c), "/admin/connectors/aws-production/roles")
	wrong.Problems = idp.Problems{
		{Field: "roles[0].role_arn", Value: "x", Reason: "is not the ARN of a role", Remedy: "write it in full"},
		{Field: "roles[1].groups[0]", Value: "gone", Reason: "there is no such group", Remedy: "create the group first"},
		{Field: "attributes[1].value", Value: "${", Reason: "has a ${ without its }", Remedy: "close it"},
		{Field: "roles", Reason: "has too many entries", Remedy: "use at most 500"},
	}
	written := newForm(c.ETag, valuesOfRoles(c.Roles, nil, true), "")
	blind := c
	blind.Attributes = []resource.Attribute{{Name: "RoleSessionName", Value: "SSO-User"}}
	return []sampleOf{
		{"roles", 200, rolesPageOf(change(c, tabRoles), c, newForm(c.ETag, roleValues(c), ""))},
		{"roles-wrong", http.StatusUnprocessableEntity, rolesPageOf(change(c, tabRoles), c, wrong)},
		{"roles-written", 200, rolesPageOf(change(c, tabRoles), c, written)},
		{"roles-viewer", 200, rolesPageOf(look(blind, tabRoles), blind, newForm(blind.ETag, roleValues(blind), ""))},
	}
}

func peopleSamples() []sampleOf {
	c := production()
	f := newForm(c.ETag, groupValues(c), "/admin/connectors/aws-production/groups")
	choices := []choice{{"engineers", ""}, {"on-call", "Who is woken at night"}, {"auditors", ""}}
	kept := f
	kept.Problems = keptRoles(resource.Connector{Roles: c.Roles})
	ways := []resource.Access{
		{Email: "alice@example.com", Name: "Alice", Active: true, RoleARN: iam + "role/SAML-User", Group: "engineers"},
		{Email: "bob@example.com", Name: "<b>Bob</b>", Active: false, RoleARN: "arn:aws:iam::444455556666:role/team/Admin", Group: "on-call", ExpiresAt: stamped(noon.Add(8 * time.Hour)), SessionEnds: stamped(noon.Add(time.Hour))},
		{Email: "carol@example.com", Active: true, RoleARN: iam + "role/SAML-User", Group: "on-call", ExpiresAt: stamped(noon.Add(9 * time.Minute)), SessionEnds: stamped(noon.Add(9 * time.Minute)), Warning: "SessionNotOnOrAfter is less than 15 minutes away"},
	}
	next := pages("/admin/connectors/aws-production/activity", map[string]string{"cursor": "x"}, "y")
	return []sampleOf{
		{"groups", 200, groupsPageOf(change(c, tabGroups), c, f, choices, "")},
		{"groups-wrong", http.StatusUnprocessableEntity, groupsPageOf(change(c, tabGroups), c, kept, choices, "")},
		{"groups-viewer", 200, groupsPageOf(look(c, tabGroups), c, f, choices, "")},
		{"groups-none", 200, groupsPageOf(change(draft(), tabGroups), draft(), form{}, nil, "")},
		{"access", 200, accessPageOf(look(c, tabAccess), c, ways, "")},
		{"access-bookmark", 200, accessPageOf(look(bookmark(), tabAccess), bookmark(), ways[:1], "alice")},
		{"access-nothing-matches", 200, accessPageOf(look(c, tabAccess), c, ways, "zoe")},
		{"access-nobody", 200, accessPageOf(look(draft(), tabAccess), draft(), nil, "")},
		{"activity", 200, connectorActivityPage{about: look(c, tabActivity), Events: eventLines(sampleEvents()), Pager: next}},
		{"activity-none", 200, connectorActivityPage{about: look(c, tabActivity)}},
	}
}

func testSamples() []sampleOf {
	c := production()
	role := resource.TestRole{RoleARN: iam + "role/SAML-User", ProviderARN: iam + "saml-provider/Gatepost", Groups: []string{"engineers"}, Accepted: true, SessionName: "alice@example.com", ExpiresAt: stamped(noon.Add(time.Hour))}
	ending := role
	ending.ExpiresAt, ending.Until = stamped(noon.Add(10*time.Minute)), stamped(noon.Add(10*time.Minute))
	ending.Warnings = []resource.Finding{{Says: "Your request included an invalid SAML response. To logout, click here.", Cause: "SessionNotOnOrAfter is less than 15 minutes away", Remedy: "give the membership at least 15 minutes"}}
	refused := role
	refused.Accepted, refused.SessionName, refused.ExpiresAt = false, "", ""
	refused.Findings = []resource.Finding{{Says: "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}", Cause: "the session name has an apostrophe", Remedy: "use ${user.id}"}}
	page := func(c resource.Connector, t resource.Test) connectorTestPage {
		return connectorTestPage{about: look(c, tabTest), Form: newForm("", map[string]string{"user": t.Email}, ""), Result: resultOf(c, t)}
	}
	wrong := connectorTestPage{about: look(c, tabTest), Form: form{Values: map[string]string{"user": "<nobody>"}, Problems: idp.Problems{{Field: "user", Value: "<nobody>", Reason: "there is no such person", Remedy: "give the email of a person"}}}}
	return []sampleOf{
		{"test", 200, connectorTestPage{about: look(c, tabTest), Form: newForm("", map[string]string{"user": ""}, "")}},
		{"test-wrong", http.StatusUnprocessableEntity, wrong},
		{"test-good", 200, page(c, resource.Test{Email: "alice@example.com", Granted: true, Accepted: true, Roles: []resource.TestRole{role}, Assertion: "<saml:Assertion/>", Response: "PHNhbWw+"})},
		{"test-ending", 200, page(c, resource.Test{Email: "alice@example.com", Granted: true, Accepted: true, Roles: []resource.TestRole{ending}})},
		{"test-aws-refuses", 200, page(c, resource.Test{Email: "o'brien@example.com", Granted: true, Roles: []resource.TestRole{refused}})},
		{"test-gatepost-refuses", 200, page(c, resource.Test{Email: "alice@example.com", Reason: string(idp.InactiveConnector), Accepted: true, Roles: []resource.TestRole{role}})},
		{"test-bookmark", 200, page(bookmark(), resource.Test{Email: "alice@example.com", Granted: true, Accepted: true})},
	}
}

func confirmSamples() []sampleOf {
	var many []string
	for _, name := range strings.Fields("a b c d e f g h i j k l m n o p q r s t u v w") {
		many = append(many, name+"@example.com")
	}
	effects := plan.Effect{
		Lose: 123, Losses: []plan.Opening{{Way: plan.Way{RoleARN: iam + "role/SAML-User"}, People: 123, Emails: many}, {Way: plan.Way{RoleARN: iam + "role/Other"}, People: 1, Emails: many[:1]}},
		Gain: 1, Gains: []plan.Opening{{Way: plan.Way{Connector: "wiki"}, People: 1, Emails: []string{"z@example.com"}}},
	}
	trail := []link{{"Connectors", connectorsPath}, {"AWS production", connectorsPath + "/aws-production"}}
	return []sampleOf{
		{"confirm-effects", 200, confirmPage{
			Section: connectorsPath, Trail: trail, Title: "Change who can open AWS production?", Changes: setLines("Groups", []string{"a"}, []string{"<b>"}), Effects: told(effects),
			Action: connectorsPath + "/aws-production/groups", Hidden: again(map[string]string{"match": `"c_1.7"`, "groups[<b>]": "on", "typed": "x", "confirmed": "old"}, "digest"), Button: "Save", Back: connectorsPath,
		}},
		{"confirm-typed", http.StatusUnprocessableEntity, confirmPage{
			Section: connectorsPath, Trail: trail[:1], Title: "Delete 2 connectors?", Problem: "That is not the number.", Text: "Their grants and keys go with them.", Things: []string{"A (a)", "<B> (b)"},
			Action: connectorsPath, Typed: "2", TypedLabel: "Type how many", Button: "Delete", Danger: true, Back: connectorsPath, Keep: "Keep them",
		}},
	}
}
