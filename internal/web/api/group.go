package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/api/strict"
)

// GroupPath names a group.
type GroupPath struct {
	Name string `path:"name" doc:"The group's name."`
}

type groupRead struct {
	GroupPath
	Reading
}

type groupChange struct {
	GroupPath
	Matching
}

// GroupPage asks for a page of what belongs to a group.
type GroupPage struct {
	GroupPath
	Paging
}

// groups adds the routes of groups themselves.
func (a *api) groups() {
	const one, tag = "/groups/{name}", "groups"
	route(a, spec{method: http.MethodGet, path: "/groups", id: "list-groups", tag: tag, summary: "List groups, by name"}, listGroups)
	route(a, spec{
		method: http.MethodPost, path: "/groups", id: "create-group", tag: tag, summary: "Create a group", status: http.StatusCreated,
		takes: &body{kinds: []string{jsonKind}, shape: input[resource.Group](a, "NewGroup", "name")},
	}, createGroup)
	route(a, spec{
		method: http.MethodGet, path: one, id: "get-group", tag: tag, summary: "Read a group", also: []int{http.StatusNotModified},
	}, getGroup)
	route(a, spec{
		method: http.MethodPut, path: one, id: "replace-group", tag: tag, summary: "Replace a group's name and description", match: true,
		about: "A group that is renamed stays what it is: nobody gains or loses access.",
		takes: &body{kinds: []string{jsonKind}, shape: input[resource.Group](a, "GroupInput")},
	}, replaceGroup)
	route(a, spec{
		method: http.MethodPatch, path: one, id: "patch-group", tag: tag, summary: "Change a group's name or description", match: true,
		takes: &body{kinds: []string{patchKind}, shape: patches[resource.Group](a, "GroupPatch")},
	}, patchGroup)
	route(a, spec{
		method: http.MethodDelete, path: one, id: "delete-group", tag: tag, summary: "Delete a group, its grants and its memberships", match: true, also: []int{http.StatusAccepted},
		about: "202 when more is left than one request removes: what is left works until the request is repeated.",
	}, deleteGroup)
	route(a, spec{
		method: http.MethodGet, path: "/groups/{name}/connectors", id: "list-group-connectors", tag: tag, summary: "List the slugs of the connectors that a group opens",
	}, listGroupConnectors)
}

func groupForm() form[resource.Group] {
	return form[resource.Group]{
		fixed: []fixed{{"closed_by", "leave it out"}, {"closed_until", "leave it out"}, {"version", "leave it out"}, {"created_at", "leave it out"}, {"updated_at", "leave it out"}},
		keep: func(next *resource.Group, now resource.Group) {
			if next.Name == "" {
				next.Name = now.Name
			}
			next.ClosedBy, next.ClosedUntil = now.ClosedBy, now.ClosedUntil
			next.Version, next.CreatedAt, next.UpdatedAt, next.ETag = now.Version, now.CreatedAt, now.UpdatedAt, now.ETag
		},
	}
}

func listGroups(ctx context.Context, c *call, in *listing) (*paged[resource.Group], error) {
	return listed(c.Groups(ctx, in.list()))
}

func createGroup(ctx context.Context, c *call, _ *struct{}) (*created[resource.Group], error) {
	in, err := strict.Decode[resource.Group](c.body)
	if err != nil {
		return nil, err
	}
	err = groupForm().unchanged(c.body, resource.Group{})
	if err != nil {
		return nil, err
	}
	made, err := c.CreateGroup(ctx, in)
	if err != nil {
		return nil, err
	}
	return &created[resource.Group]{ETag: made.ETag, Location: Root + "/groups/" + url.PathEscape(made.Name), Body: made}, nil
}

func getGroup(ctx context.Context, c *call, in *groupRead) (*read[resource.Group], error) {
	one, err := c.Group(ctx, in.Name)
	return found(c.request, one, one.ETag), err
}

func replaceGroup(ctx context.Context, c *call, in *groupChange) (*saved[savedGroup], error) {
	return changeGroup(ctx, c, in.Name, groupForm().replace)
}

func patchGroup(ctx context.Context, c *call, in *groupChange) (*saved[savedGroup], error) {
	return changeGroup(ctx, c, in.Name, groupForm().patch)
}

func changeGroup(ctx context.Context, c *call, name string, changeOf func([]byte) (func(*resource.Group) error, error)) (*saved[savedGroup], error) {
	version, err := match(c.request)
	if err != nil {
		return nil, err
	}
	change, err := changeOf(c.body)
	if err != nil {
		return nil, err
	}
	now, err := c.UpdateGroup(ctx, name, version, change)
	if err != nil {
		return nil, err
	}
	body, err := c.warnGroup(ctx, now)
	return &saved[savedGroup]{ETag: now.ETag, Body: body}, err
}

// gone is the answer to a deletion that may take more than one request.
type gone struct{ Status int }

func deleteGroup(ctx context.Context, c *call, in *groupChange) (*gone, error) {
	version, err := match(c.request)
	if err != nil {
		return nil, err
	}
	whole, err := c.DeleteGroup(ctx, in.Name, version)
	if err != nil {
		return nil, err
	}
	if !whole {
		return &gone{http.StatusAccepted}, nil
	}
	return &gone{http.StatusNoContent}, nil
}

func listGroupConnectors(ctx context.Context, c *call, in *GroupPage) (*paged[string], error) {
	all, err := c.GroupConnectors(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	return cut(all, "connectors "+in.Name, in.Paging)
}
