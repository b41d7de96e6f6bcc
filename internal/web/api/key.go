package api

import (
	"context"
	"net/http"

	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/api/strict"
)

// keys adds the routes of a connector's key. No answer ever has a part of it.
func (a *api) keys() {
	const path, tag = "/connectors/{slug}/key", "keys"
	route(a, spec{
		method: http.MethodGet, path: path, id: "get-key", tag: tag, summary: "Read a connector's certificates",
	}, func(ctx context.Context, c *call, in *SlugPath) (*plain[resource.KeyView], error) {
		view, err := c.Key(ctx, in.Slug)
		return &plain[resource.KeyView]{view}, err
	})
	route(a, spec{
		method: http.MethodPost, path: path, id: "make-key", tag: tag, summary: "Make the key of a connector that has none", status: http.StatusCreated,
	}, func(ctx context.Context, c *call, in *SlugPath) (*plain[resource.Key], error) {
		key, err := c.MakeKey(ctx, in.Slug)
		return &plain[resource.Key]{key}, err
	})
	route(a, spec{
		method: http.MethodPut, path: path, id: "upload-key", tag: tag, summary: "Upload a connector's private key and certificate",
		about: "On a connector that was never active it takes the place of the key that is there.",
		takes: &body{kinds: []string{jsonKind}, shape: schema[keyUpload](a, "private_key", "certificate")},
	}, uploadKey)
}

// keyUpload is a private key and its certificate, both PEM.
type keyUpload struct {
	PrivateKey  string `json:"private_key"`
	Certificate string `json:"certificate"`
}

func uploadKey(ctx context.Context, c *call, in *SlugPath) (*plain[resource.Key], error) {
	files, err := strict.Decode[keyUpload](c.body)
	if err != nil {
		return nil, err
	}
	key, err := c.UploadKey(ctx, in.Slug, []byte(files.PrivateKey), []byte(files.Certificate))
	return &plain[resource.Key]{key}, err
}
