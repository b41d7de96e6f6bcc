package api

import (
	"context"
	"net/http"
)

type grantPath struct {
	SlugPath
	Group string `path:"group" doc:"The group's name."`
}

// grants adds the routes by which groups may open connectors. A grant is a plain
// fact: to make it again changes nothing, and nobody says which version it is of.
func (a *api) grants() {
	const path, tag = "/connectors/{slug}/grants/{group}", "connectors"
	route(a, spec{
		method: http.MethodPut, path: path, id: "grant", tag: tag, summary: "Open a connector to a group", status: http.StatusNoContent,
	}, func(ctx context.Context, c *call, in *grantPath) (*done, error) {
		return &done{}, c.Grant(ctx, in.Slug, in.Group)
	})
	route(a, spec{
		method: http.MethodDelete, path: path, id: "revoke", tag: tag, summary: "Close a connector to a group, from the next request on",
	}, func(ctx context.Context, c *call, in *grantPath) (*done, error) {
		return &done{}, c.Revoke(ctx, in.Slug, in.Group)
	})
}
