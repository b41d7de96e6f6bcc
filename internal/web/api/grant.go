package api

import (
	"context"
	"net/http"

	"github.com/gatepost/gatepost/internal/admin"
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
		method: http.MethodPut, path: path, id: "grant", tag: tag, summary: "Open a connector to a group", gives: schema[warnings](a), also: []int{http.StatusNoContent},
		about: "200 with warnings where people of the group would be refused, else 204; it is open to the group in both cases.",
	}, func(ctx context.Context, c *call, in *grantPath) (*warned, error) {
		err := c.Grant(ctx, in.Slug, in.Group)
		if err != nil {
			return nil, err
		}
		return c.warn(ctx, admin.About{Connector: in.Slug, Group: in.Group})
	})
	route(a, spec{
		method: http.MethodDelete, path: path, id: "revoke", tag: tag, summary: "Close a connector to a group, from the next request on",
	}, func(ctx context.Context, c *call, in *grantPath) (*done, error) {
		return &done{}, c.Revoke(ctx, in.Slug, in.Group)
	})
}
