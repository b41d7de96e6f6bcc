package client

import (
	"context"

	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

// Site is the API as package plan works on it.
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

// CreateConnector creates a connector; what there is to know about it is left out.
func (s Site) CreateConnector(ctx context.Context, in resource.Connector) (resource.Connector, error) {
	saved, err := s.Client.CreateConnector(ctx, in)
	return saved.Connector, err
}

// UpdateConnector changes a connector; what there is to know about it is left out.
func (s Site) UpdateConnector(ctx context.Context, slug, match string, change func(*resource.Connector) error) (resource.Connector, error) {
	saved, err := s.Client.UpdateConnector(ctx, slug, match, change)
	return saved.Connector, err
}
