package matrix

import (
	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
)

// deed is one thing that an administrator does, as the config API and the command
// line take it. {own}, {other}, {export} and {upload} stand for what the world has.
type deed struct {
	id      string // of the operation in docs/openapi.json
	what    string // further, where there are several of an operation
	request string // method and path below the root
	body    string
	status  int // where it is allowed
	command string
	needs   []need
	refused string // what a refusal reads like that is no 403: a status, or words of an answer
}

// to is a need of an operation on something of which the policy asks nothing.
func to(op admin.Operation) need { return need{op: op} }

// toAdministrator is a need of an operation on an administrator.
func toAdministrator(op admin.Operation) need {
	return need{op, admin.Target{Administrator: true}}
}

// toOpening is a need of an operation on a group that opens a connector.
func toOpening(op admin.Operation) need { return need{op, admin.Target{Opens: true}} }

func readings() []deed {
	read := []need{to(admin.OpRead)}
	return []deed{
		{id: "list-connectors", request: "GET /connectors", status: 200, command: "connector list", needs: read},
		{id: "get-connector", request: "GET /connectors/aws-a", status: 200, command: "connector show aws-a", needs: read},
		{id: "list-access", request: "GET /connectors/aws-a/access", status: 200, command: "connector access aws-a", needs: read},
		{id: "get-image", request: "GET /connectors/aws-a/image", status: 200, needs: read},
		{id: "get-key", request: "GET /connectors/aws-a/key", status: 200, command: "key show --connector aws-a", needs: read},
		{id: "get-metadata", request: "GET /connectors/aws-a/metadata", status: 200, command: "connector metadata aws-a", needs: read},
		{id: "list-groups", request: "GET /groups", status: 200, command: "group list", needs: read},
		{id: "get-group", request: "GET /groups/open", status: 200, needs: read},
		{id: "list-members", request: "GET /groups/open/members", status: 200, command: "group members open", needs: read},
		{id: "list-group-connectors", request: "GET /groups/open/connectors", status: 200, needs: read},
		{id: "list-users", request: "GET /users", status: 200, command: "user list", needs: read},
		{id: "get-user", request: "GET /users/alice@example.com", status: 200, command: "user show alice@example.com", needs: read},
		{id: "get-user", what: "an administrator", request: "GET /users/olive@example.com", status: 200, command: "user show olive@example.com", needs: read},
		{id: "list-sessions", request: "GET /users/alice@example.com/sessions", status: 200, needs: read},
		{id: "list-events", request: "GET /events?limit=1", status: 200, command: "events --since 1h", needs: read},
		{id: "list-tokens", request: "GET /tokens", status: 200, command: "token list", needs: read},
		{id: "whoami", request: "GET /whoami", status: 200, needs: read},
		{id: "get-lockdown", request: "GET /lockdown", status: 200, needs: read},
		{id: "export-config", request: "GET /config?users=true", status: 200, command: "export --users", needs: read},
		{id: "apply-config", what: "as a dry run", request: "POST /config?dry_run=true", body: "{export}", status: 200, command: "diff -f {export}", needs: read},
		{
			id: "test-connector", request: "POST /connectors/aws-a/test", body: `{"user":"bob@example.com"}`, status: 200,
			command: "connector test aws-a --user bob@example.com", needs: []need{to(admin.OpTest)},
		},
	}
}

func connecting() []deed {
	needs := []need{to(admin.OpConnector)}
	return []deed{
		{
			id: "create-connector", request: "POST /connectors", body: `{"slug":"aws-d","label":"New","account_id":"` + account + `","key":{"source":"uploaded"}}`, status: 201,
			command: "connector create aws-d --label New --upload-key --role " + roleARN + "," + providerARN, needs: needs,
		},
		{id: "replace-connector", request: "PUT /connectors/aws-b", body: `{"label":"New"}`, status: 200, needs: needs},
		{id: "patch-connector", request: "PATCH /connectors/aws-a", body: `{"label":"New"}`, status: 200, command: "connector update aws-a --label New", needs: needs},
		{id: "delete-connector", request: "DELETE /connectors/aws-c", status: 204, command: "connector delete aws-c", needs: needs},
		{id: "activate-connector", request: "POST /connectors/aws-c/activate", status: 200, command: "connector activate aws-c", needs: needs},
		{id: "deactivate-connector", request: "POST /connectors/aws-a/deactivate", status: 200, command: "connector deactivate aws-a", needs: needs},
		{id: "make-key", request: "POST /connectors/aws-b/key", status: 201, needs: needs},
		{
			id: "upload-key", request: "PUT /connectors/aws-b/key", body: "{upload}", status: 200,
			command: "key upload --connector aws-b --private-key {private} --certificate {certificate}", needs: needs,
		},
		{id: "grant", request: "PUT /connectors/aws-a/grants/closed", status: 204, command: "connector grant aws-a closed", needs: needs},
		{id: "revoke", request: "DELETE /connectors/aws-a/grants/open", status: 204, command: "connector revoke aws-a open", needs: needs},
		{id: "put-image", request: "PUT /connectors/aws-a/image", body: onePixel, status: 204, needs: needs},
		{id: "delete-image", request: "DELETE /connectors/aws-a/image", status: 204, needs: needs},
		{id: "apply-config", what: "of nothing", request: "POST /config", body: `{"version":1}`, status: 200, needs: []need{to(admin.OpMember)}},
		{
			id: "apply-config", what: "of a person", request: "POST /config", body: "{export}", status: 200,
			command: "apply -f {export} --yes", needs: []need{to(admin.OpUser)},
		},
	}
}

func grouping() []deed {
	group, member := []need{to(admin.OpGroup)}, []need{to(admin.OpMember)}
	opening := []need{toOpening(admin.OpMember)}
	return []deed{
		{id: "create-group", request: "POST /groups", body: `{"name":"new"}`, status: 201, command: "group create new", needs: group},
		{id: "replace-group", request: "PUT /groups/closed", body: `{"description":"new"}`, status: 200, needs: group},
		{id: "patch-group", request: "PATCH /groups/closed", body: `{"description":"new"}`, status: 200, command: "group update closed --description new", needs: group},
		{id: "delete-group", request: "DELETE /groups/closed", status: 204, command: "group delete closed", needs: group},
		{id: "close-group", request: "POST /groups/closed/close", status: 200, needs: group},
		{id: "reopen-group", request: "POST /groups/closed/reopen", status: 200, needs: group},
		{id: "add-member", request: "PUT /groups/closed/members/alice@example.com", status: 204, command: "group add-member closed alice@example.com", needs: member},
		{id: "remove-member", request: "DELETE /groups/closed/members/bob@example.com", status: 204, command: "group remove-member closed bob@example.com", needs: member},
		{
			id: "add-member", what: "to a group that opens a connector", request: "PUT /groups/open/members/alice@example.com", status: 204,
			command: "group add-member open alice@example.com", needs: opening,
		},
		{
			id: "remove-member", what: "from a group that opens a connector", request: "DELETE /groups/open/members/bob@example.com", status: 204,
			command: "group remove-member open bob@example.com", needs: opening,
		},
		{
			id: "add-member", what: "who is an administrator", request: "PUT /groups/closed/members/owner@example.com", status: 204,
			command: "group add-member closed owner@example.com", needs: []need{toAdministrator(admin.OpMember)},
		},
		{
			id: "remove-member", what: "who is an administrator", request: "DELETE /groups/closed/members/olive@example.com", status: 204,
			command: "group remove-member closed olive@example.com", needs: []need{toAdministrator(admin.OpMember)},
		},
	}
}

func looking() []deed {
	person, everyone := []need{to(admin.OpUser)}, []need{to(admin.OpAdministrators)}
	joining, opening := []need{to(admin.OpUser), to(admin.OpMember)}, []need{to(admin.OpUser), toOpening(admin.OpMember)}
	identity := []need{to(admin.OpUser), toOpening(admin.OpIdentity)}
	all := []deed{
		{id: "create-user", request: "POST /users", body: `{"email":"new@example.com"}`, status: 201, command: "user create new@example.com", needs: person},
		{id: "create-user", what: "in a group", request: "POST /users", body: `{"email":"new@example.com","groups":[{"name":"closed"}]}`, status: 201, needs: joining},
		{id: "create-user", what: "in a group that opens a connector", request: "POST /users", body: `{"email":"new@example.com","groups":[{"name":"open"}]}`, status: 201, needs: opening},
		{
			id: "create-user", what: "as an administrator", request: "POST /users", body: `{"email":"new@example.com","admin_role":"viewer"}`, status: 201,
			command: "user create new@example.com --admin-role viewer", needs: everyone,
		},
		{id: "patch-user", what: "into a group", request: "PATCH /users/alice@example.com", body: `{"groups":[{"name":"closed"}]}`, status: 200, needs: joining},
		{id: "patch-user", what: "into a group that opens a connector", request: "PATCH /users/alice@example.com", body: `{"groups":[{"name":"open"}]}`, status: 200, needs: opening},
		{id: "replace-user", what: "out of a group that opens a connector", request: "PUT /users/bob@example.com", body: `{"name":"Bob"}`, status: 200, needs: opening},
		{
			id: "patch-user", what: "to be an administrator", request: "PATCH /users/alice@example.com", body: `{"admin_role":"viewer"}`, status: 200,
			command: "user update alice@example.com --admin-role viewer", needs: everyone,
		},
		{
			id: "patch-user", what: "to be none", request: "PATCH /users/olive@example.com", body: `{"admin_role":""}`, status: 200,
			command: "user update olive@example.com --admin-role=", needs: everyone,
		},
		{id: "replace-user", what: "to be an administrator", request: "PUT /users/alice@example.com", body: `{"admin_role":"owner"}`, status: 200, needs: everyone},
		{id: "patch-user", what: "to be known otherwise", request: "PATCH /users/alice@example.com", body: `{"attributes":{"team":"red"}}`, status: 200, needs: []need{to(admin.OpUser), to(admin.OpIdentity)}},
		{id: "patch-user", what: "to be known otherwise where a connector is open", request: "PATCH /users/bob@example.com", body: `{"attributes":{"team":"red"}}`, status: 200, needs: identity},
		{id: "patch-user", what: "to have another email where a connector is open", request: "PATCH /users/bob@example.com", body: `{"email":"bobby@example.com"}`, status: 200, needs: identity},
		{
			id: "import-users", what: "to be known otherwise where a connector is open", request: "POST /users/import", body: "email,attributes.team\nbob@example.com,red\n", status: 200,
			needs: identity, refused: `"does":"fail"`,
		},
		{
			id: "import-users", request: "POST /users/import", body: "email,name\nalice@example.com,Alice Again\n", status: 200,
			command: "user import {csv}", needs: person,
		},
		{id: "import-users", what: "as a dry run", request: "POST /users/import?dry_run=true", body: "email,name\nalice@example.com,Alice Again\n", status: 200, needs: person},
		{
			id: "import-users", what: "of an administrator", request: "POST /users/import", body: "email,name\nolive@example.com,Olive Again\n", status: 200,
			needs: []need{toAdministrator(admin.OpUser)}, refused: `"does":"fail"`,
		},
		{
			id: "import-users", what: "into a group", request: "POST /users/import", body: "email,groups\nalice@example.com,closed\n", status: 200,
			needs: joining, refused: `"does":"fail"`,
		},
		{
			id: "import-users", what: "into a group that opens a connector", request: "POST /users/import", body: "email,groups\nalice@example.com,open\n", status: 200,
			needs: opening, refused: `"does":"fail"`,
		},
	}
	for _, one := range []struct {
		email, what string
		target      admin.Target
	}{
		{alice, "", admin.Target{}},
		{bob, "to whom a connector is open", admin.Target{Opens: true}},
		{olive, "who is an administrator", admin.Target{Administrator: true}},
		{mallory, "whom an owner locked out", admin.Target{LockedBy: idp.AdminOwner}},
	} {
		all = append(all, onPerson(one.email, one.what, one.target)...)
	}
	return all
}

// onPerson is what is done to one person.
func onPerson(email, what string, target admin.Target) []deed {
	path, kept := "/users/"+email, map[string]string{olive: `,"admin_role":"viewer","groups":[{"name":"closed"}]`, bob: `,"groups":[{"name":"open"},{"name":"closed"}]`}
	user, reset, lock := need{admin.OpUser, target}, need{admin.OpUserReset, target}, need{admin.OpUserLock, target}
	rename, link, linking := []need{user, {admin.OpIdentity, target}}, 200, "user password-link "+email
	if email == mallory {
		link, linking = 422, "" // a password would open nothing
	}
	return []deed{
		{id: "replace-user", what: what, request: "PUT " + path, body: `{"name":"New"` + kept[email] + `}`, status: 200, needs: rename},
		{id: "patch-user", what: what, request: "PATCH " + path, body: `{"name":"New"}`, status: 200, command: "user update " + email + " --name New", needs: rename},
		{id: "delete-user", what: what, request: "DELETE " + path, status: 204, command: "user delete " + email, needs: []need{user}},
		{id: "suspend-user", what: what, request: "POST " + path + "/suspend", status: 200, command: "user suspend " + email, needs: []need{user}},
		{id: "resume-user", what: what, request: "POST " + path + "/resume", status: 200, command: "user resume " + email, needs: []need{reset}},
		{id: "make-password-link", what: what, request: "POST " + path + "/password-link", status: link, command: linking, needs: []need{reset}},
		{id: "lock-user", what: what, request: "POST " + path + "/lockdown", status: 204, command: "lockdown " + email + " --yes", needs: []need{lock}},
		{id: "unlock-user", what: what, request: "DELETE " + path + "/lockdown", status: 204, command: "lockdown " + email + " --lift", needs: []need{reset}},
	}
}

func ruling() []deed {
	own, lockdown := []need{to(admin.OpTokenOwn)}, []need{to(admin.OpLockdown)}
	return []deed{
		{id: "create-token", request: "POST /tokens", body: `{"name":"new"}`, status: 201, command: "token create --name new", needs: own},
		{id: "revoke-token", what: "of one's own", request: "DELETE /tokens/{own}", status: 204, command: "token revoke {own}", needs: own},
		{
			id: "revoke-token", what: "of somebody else", request: "DELETE /tokens/{other}", status: 204,
			command: "token revoke {other}", needs: []need{to(admin.OpTokenAny)}, refused: "404", // they do not see it
		},
		{id: "get-settings", request: "GET /settings", status: 200, command: "settings show", needs: []need{to(admin.OpRead)}},
		{
			id: "patch-settings", request: "PATCH /settings", body: `{"helpdesk_resets_access":true}`, status: 200,
			command: "settings update --helpdesk-resets-access", needs: []need{to(admin.OpSettings)},
		},
		{id: "lock-down", request: "POST /lockdown", status: 204, command: "lockdown --yes", needs: lockdown},
		{id: "lift-lockdown", request: "DELETE /lockdown", status: 204, command: "lockdown --lift", needs: lockdown},
	}
}
