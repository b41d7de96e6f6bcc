package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// images adds the routes of a tile's image.
func (a *api) images() {
	const path, tag = "/connectors/{slug}/image", "connectors"
	route(a, spec{
		method: http.MethodGet, path: path, id: "get-image", tag: tag, summary: "Read the image of a connector's tile",
		media: map[string]*huma.Schema{"image/png": binary()},
	}, func(ctx context.Context, c *call, in *SlugPath) (*raw, error) {
		image, err := c.Image(ctx, in.Slug)
		return &raw{ContentType: "image/png", Body: image}, err
	})
	route(a, spec{
		method: http.MethodPut, path: path, id: "put-image", tag: tag, summary: "Upload the image of a connector's tile", status: http.StatusNoContent,
		about: "A PNG or JPEG of at most 1 MiB and 2048 pixels a side, told by what it is; it is drawn anew, 256 pixels a side at most.",
		takes: &body{kinds: []string{"image/png", "image/jpeg"}},
	}, func(ctx context.Context, c *call, in *SlugPath) (*done, error) {
		return &done{}, c.PutImage(ctx, in.Slug, c.body)
	})
	route(a, spec{
		method: http.MethodDelete, path: path, id: "delete-image", tag: tag, summary: "Remove the image of a connector's tile",
	}, func(ctx context.Context, c *call, in *SlugPath) (*done, error) {
		return &done{}, c.DeleteImage(ctx, in.Slug)
	})
}

func binary() *huma.Schema { return &huma.Schema{Type: huma.TypeString, Format: "binary"} }
