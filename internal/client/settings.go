package client

import (
	"context"

	"github.com/gatepost/gatepost/internal/resource"
)

// Settings are what holds for the whole installation.
func (c *Client) Settings(ctx context.Context) (resource.Settings, error) {
	return c.settings(ctx, get("settings"))
}

// UpdateSettings changes the settings. They must be of the version match, or of
// that which is read where it is empty.
func (c *Client) UpdateSettings(ctx context.Context, match string, change func(*resource.Settings) error) (resource.Settings, error) {
	now, err := c.Settings(ctx)
	if err != nil {
		return now, err
	}
	if match == "" {
		match = now.ETag
	}
	err = change(&now)
	if err != nil {
		return now, err
	}
	k, err := patch("settings").with(now)
	if err != nil {
		return now, err
	}
	k.kind, k.match = mergePatchKind, match
	return c.settings(ctx, k)
}

func (c *Client) settings(ctx context.Context, k call) (resource.Settings, error) {
	value, got, err := read[resource.Settings](ctx, c, k)
	if err != nil {
		return value, err
	}
	value.ETag = got.header.Get("ETag")
	return value, nil
}
