package client

import (
	"context"
	"iter"
	"net/url"

	"github.com/gatepost/gatepost/internal/resource"
)

// Users ranges over people by email.
func (c *Client) Users(ctx context.Context, l List) iter.Seq2[resource.User, error] {
	k := get("users")
	k.query = l.query()
	return all(ctx, c, k, tagUser)
}

// User reads one person.
func (c *Client) User(ctx context.Context, email string) (resource.User, error) {
	return c.user(ctx, get("users", email))
}

// CreateUser creates a person without a password.
func (c *Client) CreateUser(ctx context.Context, in resource.User) (resource.User, error) {
	k, err := post("users").with(in)
	if err != nil {
		return resource.User{}, err
	}
	return c.user(ctx, k)
}

// UpdateUser changes a person's name, administrator role, attributes and groups.
// For match see [Client.UpdateConnector].
func (c *Client) UpdateUser(ctx context.Context, email, match string, change func(*resource.User) error) (resource.User, error) {
	now, err := c.User(ctx, email)
	if err != nil {
		return resource.User{}, err
	}
	k, err := edited(put("users", email), &now, match, userVersion(&now), change)
	if err != nil {
		return resource.User{}, err
	}
	return c.user(ctx, k)
}

func (c *Client) user(ctx context.Context, k call) (resource.User, error) {
	value, got, err := read[resource.User](ctx, c, k)
	if err != nil {
		return value, err
	}
	value.ETag = got.header.Get("ETag")
	return value, nil
}

// SuspendUser closes everything to a person and ends their sessions.
func (c *Client) SuspendUser(ctx context.Context, email string) error {
	return c.done(ctx, post("users", email, "suspend"))
}

// ResumeUser lets a suspended person sign in again.
func (c *Client) ResumeUser(ctx context.Context, email string) error {
	return c.done(ctx, post("users", email, "resume"))
}

// DeleteUser deletes a person.
func (c *Client) DeleteUser(ctx context.Context, email, match string) error {
	match, err := matched(match, func() (resource.User, error) { return c.User(ctx, email) }, userVersion)
	if err != nil {
		return err
	}
	return c.done(ctx, remove(match, "users", email))
}

// PasswordLink makes a one-time link by which a person sets a password.
func (c *Client) PasswordLink(ctx context.Context, email string) (resource.Link, error) {
	value, _, err := read[resource.Link](ctx, c, post("users", email, "password-link"))
	return value, err
}

// LockUser suspends a person and ends their sessions, tokens and links.
func (c *Client) LockUser(ctx context.Context, email string) error {
	return c.done(ctx, post("users", email, "lockdown"))
}

// UnlockUser takes the lock from a person.
func (c *Client) UnlockUser(ctx context.Context, email string) error {
	return c.done(ctx, remove("", "users", email, "lockdown"))
}

// ImportUsers creates and changes people from a CSV file; a dry run only tells
// what it would do.
func (c *Client) ImportUsers(ctx context.Context, csv []byte, dryRun bool) (resource.Import, error) {
	k := post("users", "import")
	k.kind, k.body = "text/csv", csv
	if dryRun {
		k.query = url.Values{"dry_run": {"true"}}
	}
	value, _, err := read[resource.Import](ctx, c, k)
	return value, err
}
