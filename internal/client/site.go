package client

import (
	"context"

	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

// Site is the API as package plan works on it: every ETag is the one of lists, so
// that those of lists and of single things can be compared.
type Site struct{ *Client }

var (
	_ plan.Reader = Site{}
	_ plan.Site   = Site{}
)

// ConnectorPage is a page of all connectors.
func (s Site) ConnectorPage(ctx context.Context, cursor string) ([]resource.Connector, string, error) {
	return onePage(ctx, s.Client, get("connectors"), cursor, tagConnector)
}

// GroupPage is a page of all groups.
func (s Site) GroupPage(ctx context.Context, cursor string) ([]resource.Group, string, error) {
	return onePage(ctx, s.Client, get("groups"), cursor, tagGroup)
}

// UserPage is a page of all people.
func (s Site) UserPage(ctx context.Context, cursor string) ([]resource.User, string, error) {
	return onePage(ctx, s.Client, get("users"), cursor, tagUser)
}

// Connector is one connector.
func (s Site) Connector(ctx context.Context, slug string) (resource.Connector, error) {
	c, err := s.Client.Connector(ctx, slug)
	tagConnector(&c)
	return c, err
}

// CreateConnector creates a connector; what there is to know about it is left out.
func (s Site) CreateConnector(ctx context.Context, in resource.Connector) (resource.Connector, error) {
	saved, err := s.Client.CreateConnector(ctx, in)
	tagConnector(&saved.Connector)
	return saved.Connector, err
}

// UpdateConnector changes a connector; what there is to know about it is left out.
func (s Site) UpdateConnector(ctx context.Context, slug, match string, change func(*resource.Connector) error) (resource.Connector, error) {
	saved, err := s.Client.UpdateConnector(ctx, slug, match, change)
	tagConnector(&saved.Connector)
	return saved.Connector, err
}

// CreateGroup creates a group.
func (s Site) CreateGroup(ctx context.Context, in resource.Group) (resource.Group, error) {
	g, err := s.Client.CreateGroup(ctx, in)
	tagGroup(&g)
	return g, err
}

// UpdateGroup changes a group.
func (s Site) UpdateGroup(ctx context.Context, name, match string, change func(*resource.Group) error) (resource.Group, error) {
	g, err := s.Client.UpdateGroup(ctx, name, match, change)
	tagGroup(&g)
	return g, err
}

// CloseGroup keeps new members and grants out of a group.
func (s Site) CloseGroup(ctx context.Context, name, match string) (resource.Group, error) {
	g, err := s.Client.CloseGroup(ctx, name, match)
	tagGroup(&g)
	return g, err
}

// ReopenGroup lets new members and grants in again.
func (s Site) ReopenGroup(ctx context.Context, name, match string) error {
	_, err := s.Client.ReopenGroup(ctx, name, match)
	return err
}

// GroupConnectors are the slugs of the connectors that a group opens.
func (s Site) GroupConnectors(ctx context.Context, name string) ([]string, error) {
	return Collect(all(ctx, s.Client, get("groups", name, "connectors"), untagged[string]))
}

// MemberPage is a page of the people in a group.
func (s Site) MemberPage(ctx context.Context, group, cursor string) ([]resource.Member, string, error) {
	return onePage(ctx, s.Client, get("groups", group, "members"), cursor, untagged[resource.Member])
}

// User is one person.
func (s Site) User(ctx context.Context, email string) (resource.User, error) {
	u, err := s.Client.User(ctx, email)
	tagUser(&u)
	return u, err
}

// CreateUser creates a person.
func (s Site) CreateUser(ctx context.Context, in resource.User) (resource.User, error) {
	u, err := s.Client.CreateUser(ctx, in)
	tagUser(&u)
	return u, err
}

// UpdateUser changes a person.
func (s Site) UpdateUser(ctx context.Context, email, match string, change func(*resource.User) error) (resource.User, error) {
	u, err := s.Client.UpdateUser(ctx, email, match, change)
	tagUser(&u)
	return u, err
}
