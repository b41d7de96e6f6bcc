package client

import (
	"context"
	"iter"
	"net/url"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

// Instance is the state of the whole installation.
func (c *Client) Instance(ctx context.Context) (resource.Instance, error) {
	value, _, err := read[resource.Instance](ctx, c, get("lockdown"))
	return value, err
}

// Who is who one is to the API: an email, the ARN of an AWS principal, or on an
// open store the name of the program.
type Who struct {
	Name  string `json:"name"`
	Role  string `json:"role"`
	Scope string `json:"scope"`
}

// WhoAmI tells who makes the requests of this client.
func (c *Client) WhoAmI(ctx context.Context) (Who, error) {
	value, _, err := read[Who](ctx, c, get("whoami"))
	return value, err
}

// Lockdown refuses every launch and ends all sessions and tokens, the one that
// this client uses among them.
func (c *Client) Lockdown(ctx context.Context) error { return c.done(ctx, post("lockdown")) }

// LiftLockdown puts the connectors back as they were.
func (c *Client) LiftLockdown(ctx context.Context) error { return c.done(ctx, remove("", "lockdown")) }

// EventQuery narrows the audit record. Its zero value is all of it.
type EventQuery struct {
	User      string // email
	Connector string // slug
	Since     time.Time
	Until     time.Time
}

// Events ranges over the audit record, the latest first.
func (c *Client) Events(ctx context.Context, q EventQuery) iter.Seq2[resource.Event, error] {
	values := url.Values{}
	for name, value := range map[string]string{"user": q.User, "connector": q.Connector, "since": stamp(q.Since), "until": stamp(q.Until)} {
		if value != "" {
			values.Set(name, value)
		}
	}
	k := get("events")
	k.query = values
	return all(ctx, c, k, untagged[resource.Event])
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Tokens ranges over the tokens of the config API that may be seen: one's own, or
// an owner's everybody's.
func (c *Client) Tokens(ctx context.Context) iter.Seq2[resource.Token, error] {
	return all(ctx, c, get("tokens"), untagged[resource.Token])
}

// CreateToken makes a token. Its secret is in the answer and nowhere else.
func (c *Client) CreateToken(ctx context.Context, in resource.TokenRequest) (resource.NewToken, error) {
	k, err := post("tokens").with(in)
	if err != nil {
		return resource.NewToken{}, err
	}
	value, _, err := read[resource.NewToken](ctx, c, k)
	return value, err
}

// RevokeToken ends a token at once.
func (c *Client) RevokeToken(ctx context.Context, id string) error {
	return c.done(ctx, remove("", "tokens", id))
}
