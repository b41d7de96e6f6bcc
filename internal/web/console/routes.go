package console

// routes are the console's paths, below Root.
func routes() []route {
	const one = "/connectors/{connector}"
	return []route{
		{"", overview, nil},

		{"/connectors", connectors, bulk},
		{"/connectors/new", connectorNew, create},
		{one, connector, saveTile},
		{one + "/activate", nil, activate},
		{one + "/deactivate", nil, deactivate},
		{one + "/delete", nil, remove},
		{one + "/image", image, saveImage},
		{one + "/image/delete", nil, removeImage},
		{one + "/metadata", metadata, nil},
		{one + "/key", nil, saveKey},
		{one + "/key/make", nil, makeKey},
		{one + tabSSO, connectorSSO, saveSSO},
		{one + tabRoles, connectorRoles, saveRoles},
		{one + tabGroups, connectorGroups, saveGroups},
		{one + tabAccess, access, nil},
		{one + tabActivity, activity, nil},
		{one + tabTest, test, runTest},
	}
}
