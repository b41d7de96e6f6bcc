package api

import (
	"context"
	"net/http"

	"github.com/gatepost/gatepost/internal/resource"
)

// groupStates adds what is done with a group before it is destroyed.
func (a *api) groupStates() {
	const tag = "groups"
	route(a, spec{
		method: http.MethodPost, path: "/groups/{name}/close", id: "close-group", tag: tag, summary: "Keep new members and grants out of a group that is about to be destroyed",
		about: "For ten minutes, or until the group is changed, opened again or deleted. What it opens stays open to those who are in it.", match: true,
	}, turnGroup((*call).CloseGroup))
	route(a, spec{
		method: http.MethodPost, path: "/groups/{name}/reopen", id: "reopen-group", tag: tag, summary: "Let new members and grants into a group again", match: true,
	}, turnGroup((*call).ReopenGroup))
}

// turnGroup does something to a group and answers with what it is then.
func turnGroup(do func(c *call, ctx context.Context, name, match string) (resource.Group, error)) func(context.Context, *call, *groupChange) (*saved[resource.Group], error) {
	return func(ctx context.Context, c *call, in *groupChange) (*saved[resource.Group], error) {
		version, err := match(c.request)
		if err != nil {
			return nil, err
		}
		now, err := do(c, ctx, in.Name, version)
		return &saved[resource.Group]{ETag: now.ETag, Body: now}, err
	}
}
