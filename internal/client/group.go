package client

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

// Groups ranges over groups by name.
func (c *Client) Groups(ctx context.Context, l List) iter.Seq2[resource.Group, error] {
	k := get("groups")
	k.query = l.query()
	return all(ctx, c, k, tagGroup)
}

// Group reads one group.
func (c *Client) Group(ctx context.Context, name string) (resource.Group, error) {
	return c.group(ctx, get("groups", name))
}

// CreateGroup creates a group.
func (c *Client) CreateGroup(ctx context.Context, in resource.Group) (resource.Group, error) {
	k, err := post("groups").with(in)
	if err != nil {
		return resource.Group{}, err
	}
	return c.group(ctx, k)
}

// UpdateGroup changes the name and the description of a group; nobody gains or
// loses access by it. For match see [Client.UpdateConnector].
func (c *Client) UpdateGroup(ctx context.Context, name, match string, change func(*resource.Group) error) (resource.Group, error) {
	now, err := c.Group(ctx, name)
	if err != nil {
		return resource.Group{}, err
	}
	k, err := edited(put("groups", name), &now, match, groupVersion(&now), change)
	if err != nil {
		return resource.Group{}, err
	}
	return c.group(ctx, k)
}

func (c *Client) group(ctx context.Context, k call) (resource.Group, error) {
	value, got, err := read[resource.Group](ctx, c, k)
	if err != nil {
		return value, err
	}
	value.ETag = got.header.Get("ETag")
	return value, nil
}

// DeleteGroup deletes a group with its grants and memberships. When not all of it
// is gone yet, to do it again goes on.
func (c *Client) DeleteGroup(ctx context.Context, name, match string) (bool, error) {
	match, err := matched(match, func() (resource.Group, error) { return c.Group(ctx, name) }, groupVersion)
	if err != nil {
		return false, err
	}
	got, err := c.send(ctx, remove(match, "groups", name))
	if err != nil {
		return false, err
	}
	return got.status != http.StatusAccepted, nil
}

// CloseGroup keeps new members and grants out of a group for some minutes, until it
// is changed, opened again or deleted. For match see [Client.UpdateConnector].
func (c *Client) CloseGroup(ctx context.Context, name, match string) (resource.Group, error) {
	return c.turnGroup(ctx, name, "close", match)
}

// ReopenGroup lets new members and grants in again.
func (c *Client) ReopenGroup(ctx context.Context, name, match string) (resource.Group, error) {
	return c.turnGroup(ctx, name, "reopen", match)
}

func (c *Client) turnGroup(ctx context.Context, name, verb, match string) (resource.Group, error) {
	match, err := matched(match, func() (resource.Group, error) { return c.Group(ctx, name) }, groupVersion)
	if err != nil {
		return resource.Group{}, err
	}
	k := post("groups", name, verb)
	k.match = match
	return c.group(ctx, k)
}

// Members ranges over the people in a group, by email.
func (c *Client) Members(ctx context.Context, group string) iter.Seq2[resource.Member, error] {
	return all(ctx, c, get("groups", group, "members"), untagged[resource.Member])
}

// AddMember puts a person into a group, until a time unless it is zero.
func (c *Client) AddMember(ctx context.Context, group, email string, until time.Time) error {
	body := map[string]string{}
	if !until.IsZero() {
		body["expires_at"] = until.UTC().Format(time.RFC3339)
	}
	k, err := put("groups", group, "members", email).with(body)
	if err != nil {
		return err
	}
	return c.done(ctx, k)
}

// RemoveMember takes a person out of a group.
func (c *Client) RemoveMember(ctx context.Context, group, email string) error {
	return c.done(ctx, remove("", "groups", group, "members", email))
}
