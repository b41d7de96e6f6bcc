package console

import "github.com/gatepost/gatepost/internal/admin"

// peopleRoutes are the paths, below Root, of people, groups, events, tokens and
// settings.
func peopleRoutes() []route {
	const (
		person = "/users/{email}"
		group  = "/groups/{group}"
	)
	return []route{
		{"/users", users, nil, ""},
		{"/users/new", userNew, createUser, admin.OpUser},
		{"/users/import", userImport, runImport, admin.OpUser},
		{person, user, saveUser, admin.OpUser},
		{person + "/groups", userGroups, saveUserGroups, admin.OpMember},
		{person + "/access", userAccess, nil, ""},
		{person + "/sessions", userSessions, nil, ""},
		{person + "/activity", userActivity, nil, ""},
		{person + "/password-link", nil, passwordLink, admin.OpUserReset},
		{person + "/suspend", nil, suspend, admin.OpUser},
		{person + "/resume", nil, resume, admin.OpUserReset},
		{person + "/lockdown", nil, lock, admin.OpUserLock},
		{person + "/delete", nil, deleteUser, admin.OpUser},

		{"/groups", groups, nil, ""},
		{"/groups/-new", groupNew, createGroup, admin.OpGroup},
		{group, groupMembers, saveMembers, admin.OpMember},
		{group + "/connectors", groupConnectors, saveGroupConnectors, admin.OpConnector},
		{group + "/settings", groupSettings, saveGroup, admin.OpGroup},
		{group + "/delete", nil, deleteGroup, admin.OpGroup},

		{"/events", events, nil, ""},
		{"/events/export", exportEvents, nil, ""},
		{"/tokens", tokens, createToken, admin.OpTokenOwn},
		{"/tokens/{token}/revoke", nil, revokeToken, admin.OpTokenOwn},
		{"/settings", settings, saveSettings, admin.OpSettings},
		{"/settings/lockdown", nil, lockdown, admin.OpLockdown},
		{"/settings/lift", nil, liftLockdown, admin.OpLockdown},
	}
}
