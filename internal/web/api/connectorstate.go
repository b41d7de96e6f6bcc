package api

import (
	"context"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/metadata"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/api/strict"
)

type connectorPage struct {
	SlugPath
	Paging
}

// connectorStates adds what is done with a connector, and what is asked of it.
func (a *api) connectorStates() {
	const tag = "connectors"
	route(a, spec{
		method: http.MethodPost, path: "/connectors/{slug}/activate", id: "activate-connector", tag: tag, summary: "Open a connector for its groups",
		about: "Refused with every reason until a sign-in would work. People whose launch would be refused are in warnings.", gives: schema[savedConnector](a),
	}, turn(func(ctx context.Context, c *call, slug string) error { return c.ActivateConnector(ctx, slug) }))
	route(a, spec{
		method: http.MethodPost, path: "/connectors/{slug}/deactivate", id: "deactivate-connector", tag: tag,
		summary: "Close a connector for everybody, from the next request on", gives: schema[resource.Connector](a),
	}, turn(func(ctx context.Context, c *call, slug string) error { return c.DeactivateConnector(ctx, slug) }))
	route(a, spec{
		method: http.MethodGet, path: "/connectors/{slug}/metadata", id: "get-metadata", tag: tag, summary: "Read a connector's SAML metadata",
		about: "The document that AWS takes as a SAML provider. An inactive connector has one too, once its key is ready.",
		media: map[string]*huma.Schema{metadata.ContentType: {Type: huma.TypeString}},
	}, getMetadata)
	route(a, spec{
		method: http.MethodGet, path: "/connectors/{slug}/access", id: "list-access", tag: tag, summary: "List who can open a connector, in which role and by which group",
		about: "Who has a reason would be refused with it; people counts those who get in, refused those who do not for that reason, both without who is suspended.",
	}, listAccess)
	route(a, spec{
		method: http.MethodPost, path: "/connectors/{slug}/test", id: "test-connector", tag: tag, summary: "Test a connector as a person",
		about: "What would happen now, with AWS's verdict on each role's response. The response is for inspection: it is signed with a key that no account trusts.",
		takes: &body{kinds: []string{jsonKind}, shape: schema[testRequest](a, "user")},
	}, testConnector)
}

// turn does something to a connector and answers with what it is then.
func turn(do func(context.Context, *call, string) error) func(context.Context, *call, *SlugPath) (*saved[any], error) {
	return func(ctx context.Context, c *call, in *SlugPath) (*saved[any], error) {
		err := do(ctx, c, in.Slug)
		if err != nil {
			return nil, err
		}
		now, err := c.Connector(ctx, in.Slug)
		if err != nil {
			return nil, err
		}
		body := shown(now)
		if now.Active {
			body, err = c.warnConnector(ctx, admin.Saved{Connector: now})
		}
		return &saved[any]{ETag: now.ETag, Body: body}, err
	}
}

func getMetadata(ctx context.Context, c *call, in *SlugPath) (*raw, error) {
	document, err := c.Metadata(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	name := mime.FormatMediaType("attachment", map[string]string{"filename": metadata.FileName(in.Slug)})
	return &raw{ContentType: metadata.ContentType, Disposition: name, Body: document}, nil
}

// accessPage is a page of ways in, with how many people there are on all pages.
type accessPage struct {
	Items []resource.Access `json:"items" doc:"May be fewer than asked for, even none, before the end."`
	Next  string            `json:"next" doc:"The cursor of the next page. Only an empty one means the end."`
	resource.AccessCount
}

type accessAnswer struct{ Body accessPage }

func listAccess(ctx context.Context, c *call, in *connectorPage) (*accessAnswer, error) {
	all, err := c.Access(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	part, err := cut(all, "access "+in.Slug, in.Paging)
	if err != nil {
		return nil, err
	}
	return &accessAnswer{accessPage{part.Body.Items, part.Body.Next, resource.CountAccess(all)}}, nil
}

// testRequest names whom a connector is tested as.
type testRequest struct {
	User string `json:"user"`
}

func testConnector(ctx context.Context, c *call, in *SlugPath) (*plain[resource.Test], error) {
	who, err := strict.Decode[testRequest](c.body)
	if err != nil {
		return nil, err
	}
	result, err := c.Test(ctx, in.Slug, who.User)
	return &plain[resource.Test]{result}, err
}
