package console

import "github.com/gatepost/gatepost/internal/admin"

// routes are the console's paths, below Root.
func routes() []route {
	const one = "/connectors/{connector}"
	return []route{
		{"", overview, nil, ""},

		{"/connectors", connectors, bulk, admin.OpConnector},
		{"/connectors/new", connectorNew, create, admin.OpConnector},
		{one, connector, saveTile, admin.OpConnector},
		{one + "/activate", nil, activate, admin.OpConnector},
		{one + "/deactivate", nil, deactivate, admin.OpConnector},
		{one + "/delete", nil, remove, admin.OpConnector},
		{one + "/image", showImage, saveImage, admin.OpConnector},
		{one + "/image/delete", nil, removeImage, admin.OpConnector},
		{one + "/metadata", showMetadata, nil, ""},
		{one + "/key", nil, saveKey, admin.OpConnector},
		{one + "/key/make", nil, makeKey, admin.OpConnector},
		{one + tabSSO, connectorSSO, saveSSO, admin.OpConnector},
		{one + tabRoles, connectorRoles, saveRoles, admin.OpConnector},
		{one + tabGroups, connectorGroups, saveGroups, admin.OpConnector},
		{one + tabAccess, access, nil, ""},
		{one + tabActivity, activity, nil, ""},
		{one + tabTest, test, runTest, admin.OpTest},
	}
}
