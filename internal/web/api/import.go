package api

import (
	"context"
	"net/http"

	"github.com/gatepost/gatepost/internal/resource"
)

type importQuery struct {
	DryRun bool `query:"dry_run" default:"false" doc:"Tell what would be done, and do nothing."`
}

// imports adds the route that makes many people out of a file.
func (a *api) imports() {
	route(a, spec{
		method: http.MethodPost, path: "/users/import", id: "import-users", tag: "users", summary: "Create and change people from a CSV file",
		about: "The first line names the columns. A line that cannot be followed keeps no other from being followed. It stops after 20 seconds: import the " +
			"file again from the first line on that says later. It warns, as each change of a person does, of those whom it made or changed and whose launch would be refused; a dry run does not.",
		takes: &body{kinds: []string{csvKind}},
	}, func(ctx context.Context, c *call, in *importQuery) (*plain[resource.Import], error) {
		told, err := c.ImportUsers(ctx, c.body, in.DryRun)
		return &plain[resource.Import]{told}, err
	})
}
