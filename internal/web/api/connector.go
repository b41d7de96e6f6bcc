package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/api/strict"
)

// SlugPath names a connector. It and its likes are exported for the framework, which
// reads embedded structs by reflection.
type SlugPath struct {
	Slug string `path:"slug" doc:"The connector's slug."`
}

type connectorRead struct {
	SlugPath
	Reading
}

type connectorChange struct {
	SlugPath
	Matching
}

// connectors adds the routes of connectors themselves.
func (a *api) connectors() {
	const one = "/connectors/{slug}"
	answer := schema[savedConnector](a)
	route(a, spec{
		method: http.MethodGet, path: "/connectors", id: "list-connectors", tag: "connectors", summary: "List connectors, by slug",
		media: jsonMedia[page[resource.Connector]](a),
	}, listConnectors)
	route(a, spec{
		method: http.MethodPost, path: "/connectors", id: "create-connector", tag: "connectors", summary: "Create a connector", status: http.StatusCreated,
		about: "It is inactive, and its key is made unless key.source is uploaded. With account_id in place of roles, one role is proposed: SAML-User, " +
			"trusting the provider Gatepost, in that account; without a slug, one is made from the label.",
		takes: &body{kinds: []string{jsonKind}, shape: input[newConnector](a, "NewConnector")}, gives: answer,
	}, createConnector)
	route(a, spec{
		method: http.MethodGet, path: one, id: "get-connector", tag: "connectors", summary: "Read a connector",
		gives: schema[resource.Connector](a), also: []int{http.StatusNotModified},
	}, getConnector)
	route(a, spec{
		method: http.MethodPut, path: one, id: "replace-connector", tag: "connectors", summary: "Replace a connector", match: true,
		about: "What is left out has its default, and groups become those that are named. Members that do not change this way may be sent back as they were read.",
		takes: &body{kinds: []string{jsonKind}, shape: input[resource.Connector](a, "ConnectorInput")}, gives: answer,
	}, replaceConnector)
	route(a, spec{
		method: http.MethodPatch, path: one, id: "patch-connector", tag: "connectors", summary: "Change parts of a connector", match: true,
		about: "A merge patch of RFC 7396: null gives a member its default, and lists are replaced whole.",
		takes: &body{kinds: []string{patchKind}, shape: patches[resource.Connector](a, "ConnectorPatch")}, gives: answer,
	}, patchConnector)
	route(a, spec{
		method: http.MethodDelete, path: one, id: "delete-connector", tag: "connectors", summary: "Delete an inactive connector and its key", match: true,
	}, deleteConnector)
}

// newConnector is what a connector is made from.
type newConnector struct {
	resource.Connector
	AccountID string `json:"account_id,omitempty"`
}

// savedConnector is a connector as it was saved, with what to know about it.
type savedConnector struct {
	resource.Connector
	Warnings []resource.Warning `json:"warnings,omitempty"`
}

// connectorForm is how connectors are changed.
func connectorForm() form[resource.Connector] {
	return form[resource.Connector]{
		fixed: []fixed{
			{"slug", "AWS accounts know a connector by its slug: create another connector"},
			{"kind", "create another connector"},
			{"key", "upload one with PUT …/key"},
			{"active", "use POST …/activate or POST …/deactivate"},
			{"image_url", "use PUT …/image or DELETE …/image"},
			{"version", "leave it out"}, {"created_at", "leave it out"}, {"updated_at", "leave it out"},
		},
		keep: func(next *resource.Connector, now resource.Connector) {
			next.Slug, next.Kind, next.Key, next.Active, next.ImageURL = now.Slug, now.Kind, now.Key, now.Active, now.ImageURL
			next.Version, next.CreatedAt, next.UpdatedAt, next.ETag = now.Version, now.CreatedAt, now.UpdatedAt, now.ETag
		},
	}
}

// unborn are the members that nobody gives to a connector that is being made.
func unborn() form[resource.Connector] {
	return form[resource.Connector]{fixed: []fixed{
		{"active", "create it, and then POST …/activate"},
		{"image_url", "create it, and then PUT …/image"},
		{"version", "leave it out"}, {"created_at", "leave it out"}, {"updated_at", "leave it out"},
	}}
}

func listConnectors(ctx context.Context, c *call, in *listing) (*paged[any], error) {
	list, next, err := c.Connectors(ctx, in.list())
	items := make([]any, 0, len(list))
	for _, one := range list {
		items = append(items, shown(one))
	}
	return listed(items, next, err)
}

func createConnector(ctx context.Context, c *call, _ *struct{}) (*created[any], error) {
	in, err := strict.Decode[newConnector](c.body)
	if err != nil {
		return nil, err
	}
	err = unborn().unchanged(c.body, resource.Connector{})
	if err != nil {
		return nil, err
	}
	err = propose(&in)
	if err != nil {
		return nil, err
	}
	made, err := c.CreateConnector(ctx, in.Connector)
	if err != nil {
		return nil, err
	}
	body, err := c.warnConnector(ctx, made)
	return &created[any]{ETag: made.Connector.ETag, Location: Root + "/connectors/" + url.PathEscape(made.Connector.Slug), Body: body}, err
}

func getConnector(ctx context.Context, c *call, in *connectorRead) (*read[any], error) {
	one, err := c.Connector(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	return found(c.request, shown(one), one.ETag), nil
}

func replaceConnector(ctx context.Context, c *call, in *connectorChange) (*saved[any], error) {
	return changeConnector(ctx, c, in.Slug, connectorForm().replace)
}

func patchConnector(ctx context.Context, c *call, in *connectorChange) (*saved[any], error) {
	return changeConnector(ctx, c, in.Slug, connectorForm().patch)
}

func changeConnector(ctx context.Context, c *call, slug string, changeOf func([]byte) (func(*resource.Connector) error, error)) (*saved[any], error) {
	version, err := match(c.request)
	if err != nil {
		return nil, err
	}
	change, err := changeOf(c.body)
	if err != nil {
		return nil, err
	}
	done, err := c.UpdateConnector(ctx, slug, version, change)
	if err != nil {
		return nil, err
	}
	body, err := c.warnConnector(ctx, done)
	return &saved[any]{ETag: done.Connector.ETag, Body: body}, err
}

func deleteConnector(ctx context.Context, c *call, in *connectorChange) (*done, error) {
	version, err := match(c.request)
	if err != nil {
		return nil, err
	}
	return &done{}, c.DeleteConnector(ctx, in.Slug, version)
}

// bookmark is a connector that only leads somewhere: it has none of what AWS
// needs.
type bookmark struct {
	Slug        string             `json:"slug"`
	Kind        string             `json:"kind"`
	Label       string             `json:"label"`
	Description string             `json:"description"`
	ImageURL    string             `json:"image_url"`
	Shown       *bool              `json:"shown"`
	Active      bool               `json:"active"`
	URL         string             `json:"url"`
	Groups      []string           `json:"groups"`
	Version     uint64             `json:"version"`
	CreatedAt   string             `json:"created_at"`
	UpdatedAt   string             `json:"updated_at"`
	Warnings    []resource.Warning `json:"warnings,omitempty"`
}

// shown is a connector as it is answered.
func shown(c resource.Connector) any { return withWarnings(c, nil) }

func withWarnings(c resource.Connector, warnings []resource.Warning) any {
	if c.Kind != string(idp.KindBookmark) {
		return savedConnector{Connector: c, Warnings: warnings}
	}
	return bookmark{
		Slug: c.Slug, Kind: c.Kind, Label: c.Label, Description: c.Description, ImageURL: c.ImageURL, Shown: c.Shown, Active: c.Active,
		URL: c.URL, Groups: c.Groups, Version: c.Version, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Warnings: warnings,
	}
}
