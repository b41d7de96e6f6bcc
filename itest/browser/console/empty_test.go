package console

import (
	"path/filepath"
	"testing"

	"github.com/gatepost/gatepost/itest/server"
)

// An installation with one owner and nothing else says what to do first.
func TestAnEmptyInstallationLeadsItsFirstOwner(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	server.Start(t, data).Stop(t) // makes the folder
	server.Must(t, password+"\n", "--data", data, "user", "create", "ada@example.com", "--admin-role", "owner", "--password-stdin")
	s := server.Start(t, data)
	g := gallery{enter(t, s, "ada@example.com", "/admin"), s}
	g.states([]page{
		{name: "empty-overview", path: "/admin", shows: "First steps"},
		{name: "empty-connectors", path: "/admin/connectors", shows: "No connectors yet"},
		{name: "empty-connector-new", path: "/admin/connectors/new", shows: "There are no groups yet"},
		{name: "empty-groups", path: "/admin/groups", shows: "No groups yet"},
		{name: "empty-users", path: "/admin/users", shows: "ada@example.com"},
	})
	g.Open("/admin")
	g.Press("Make a connector")
	g.At("/admin/connectors/new")
	g.Type("Label", "AWS A")
	g.Type("AWS account ID", "111122223333")
	g.Press("Create the connector")
	g.Menu("Overview")
	g.Press("Open the connector to the group")
	g.Shows("There are no groups yet")
	g.Glance("console-empty-connector-groups")
}
