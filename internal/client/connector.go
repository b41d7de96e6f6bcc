package client

import (
	"context"
	"iter"

	"github.com/gatepost/gatepost/internal/resource"
)

// Saved is a connector as it was stored, with what to know about it.
type Saved struct {
	resource.Connector
	Warnings []resource.Warning `json:"warnings"`
}

// Connectors ranges over connectors by slug.
func (c *Client) Connectors(ctx context.Context, l List) iter.Seq2[resource.Connector, error] {
	k := get("connectors")
	k.query = l.query()
	return all(ctx, c, k, tagConnector)
}

// Connector reads one connector.
func (c *Client) Connector(ctx context.Context, slug string) (resource.Connector, error) {
	value, got, err := read[resource.Connector](ctx, c, get("connectors", slug))
	if err != nil {
		return value, err
	}
	value.ETag = got.header.Get("ETag")
	return value, nil
}

// CreateConnector creates a connector, and its key unless that will be uploaded.
func (c *Client) CreateConnector(ctx context.Context, in resource.Connector) (Saved, error) {
	k, err := post("connectors").with(in)
	if err != nil {
		return Saved{}, err
	}
	return c.saveConnector(ctx, k)
}

// UpdateConnector changes a connector by way of its shape; its groups become those
// of the shape. It is refused when the connector is not of the version match, or
// when somebody else is quicker; an empty match asks for no version.
func (c *Client) UpdateConnector(ctx context.Context, slug, match string, change func(*resource.Connector) error) (Saved, error) {
	now, err := c.Connector(ctx, slug)
	if err != nil {
		return Saved{}, err
	}
	k, err := edited(put("connectors", slug), &now, match, connectorVersion(&now), change)
	if err != nil {
		return Saved{}, err
	}
	return c.saveConnector(ctx, k)
}

func (c *Client) saveConnector(ctx context.Context, k call) (Saved, error) {
	saved, got, err := read[Saved](ctx, c, k)
	if err != nil {
		return Saved{}, err
	}
	saved.ETag = got.header.Get("ETag")
	return saved, nil
}

// ActivateConnector opens a connector for its groups, if a sign-in would work.
func (c *Client) ActivateConnector(ctx context.Context, slug string) error {
	return c.done(ctx, post("connectors", slug, "activate"))
}

// DeactivateConnector closes a connector for everybody, at once.
func (c *Client) DeactivateConnector(ctx context.Context, slug string) error {
	return c.done(ctx, post("connectors", slug, "deactivate"))
}

// DeleteConnector deletes an inactive connector and its key.
func (c *Client) DeleteConnector(ctx context.Context, slug, match string) error {
	match, err := matched(match, func() (resource.Connector, error) { return c.Connector(ctx, slug) }, connectorVersion)
	if err != nil {
		return err
	}
	return c.done(ctx, remove(match, "connectors", slug))
}

// Metadata is the SAML metadata of a connector.
func (c *Client) Metadata(ctx context.Context, slug string) ([]byte, error) {
	got, err := c.send(ctx, get("connectors", slug, "metadata"))
	if err != nil {
		return nil, err
	}
	return got.body, nil
}

// Grant opens a connector to a group. To do it again changes nothing.
func (c *Client) Grant(ctx context.Context, slug, group string) error {
	return c.done(ctx, put("connectors", slug, "grants", group))
}

// Revoke closes a connector to a group.
func (c *Client) Revoke(ctx context.Context, slug, group string) error {
	return c.done(ctx, remove("", "connectors", slug, "grants", group))
}

// Access ranges over everybody who can open a connector, with each role and the
// group by which.
func (c *Client) Access(ctx context.Context, slug string) iter.Seq2[resource.Access, error] {
	return all(ctx, c, get("connectors", slug, "access"), untagged[resource.Access])
}

// Test tells what would happen if a person opened a connector now.
func (c *Client) Test(ctx context.Context, slug, email string) (resource.Test, error) {
	k, err := post("connectors", slug, "test").with(map[string]string{"user": email})
	if err != nil {
		return resource.Test{}, err
	}
	value, _, err := read[resource.Test](ctx, c, k)
	return value, err
}

// Key is what is known of a connector's key, with its certificates.
func (c *Client) Key(ctx context.Context, slug string) (resource.KeyView, error) {
	value, _, err := read[resource.KeyView](ctx, c, get("connectors", slug, "key"))
	return value, err
}

// MakeKey makes the key of a connector that has none.
func (c *Client) MakeKey(ctx context.Context, slug string) (resource.Key, error) {
	value, _, err := read[resource.Key](ctx, c, post("connectors", slug, "key"))
	return value, err
}

// UploadKey hands over a private key and its certificate, both PEM.
func (c *Client) UploadKey(ctx context.Context, slug string, privateKey, certificate []byte) (resource.Key, error) {
	k, err := put("connectors", slug, "key").with(map[string]string{"private_key": string(privateKey), "certificate": string(certificate)})
	if err != nil {
		return resource.Key{}, err
	}
	value, _, err := read[resource.Key](ctx, c, k)
	return value, err
}
