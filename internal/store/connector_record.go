package store

import (
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// maxConnector leaves room beside a connector for the rest of its transaction.
const maxConnector = 300 << 10

type connectorRecord struct {
	ID              string            `json:"id"`
	Slug            string            `json:"slug"`
	Kind            string            `json:"kind"`
	Label           string            `json:"label"`
	Description     string            `json:"description,omitempty"`
	Image           string            `json:"image,omitempty"`
	Shown           bool              `json:"shown"`
	Active          bool              `json:"active"`
	Used            bool              `json:"used,omitempty"`
	URL             string            `json:"url,omitempty"`
	EntityID        string            `json:"entity_id,omitempty"`
	Partition       string            `json:"partition,omitempty"`
	Region          string            `json:"region,omitempty"`
	RelayState      string            `json:"relay_state,omitempty"`
	RelayStates     []string          `json:"relay_states,omitempty"`
	Roles           []roleRecord      `json:"roles,omitempty"` // of a store that was written before there were pairs; read, never written
	Pairs           *pairsRecord      `json:"pairs,omitempty"`
	Attributes      []attributeRecord `json:"attributes,omitempty"`
	SessionDuration time.Duration     `json:"session_duration,omitempty"` // nanoseconds
	EndWithSession  bool              `json:"end_with_session,omitempty"`
	SignResponse    bool              `json:"sign_response,omitempty"`
	AWSChooser      bool              `json:"aws_chooser,omitempty"`
	ConfirmCross    bool              `json:"confirm_cross,omitempty"`
	Groups          []string          `json:"groups,omitempty"`
	CreatedAt       time.Time         `json:"created_at"`
	UpdatedAt       time.Time         `json:"updated_at"`
}

type roleRecord struct {
	RoleARN     string   `json:"role"`
	ProviderARN string   `json:"provider"`
	Groups      []string `json:"groups,omitempty"`
}

type attributeRecord struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func connectorItem(c *idp.Connector) (Item, error) {
	r := connectorRecord{
		ID: c.ID, Slug: c.Slug, Kind: string(c.Kind), Label: c.Label, Description: c.Description, Image: c.Image,
		Shown: c.Shown, Active: c.Active, Used: c.Used, URL: c.URL, EntityID: c.EntityID, Partition: c.Partition, Region: c.Region,
		RelayState: c.RelayState, RelayStates: c.RelayStates, SessionDuration: c.SessionDuration,
		EndWithSession: c.EndWithSession, SignResponse: c.SignResponse, AWSChooser: c.AWSChooser, ConfirmCross: c.ConfirmCross,
		Groups: c.Groups, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
	r.Pairs = pairsOf(c.Partition, c.Roles)
	for _, rule := range c.Attributes {
		r.Attributes = append(r.Attributes, attributeRecord(rule))
	}
	data, err := encode(r)
	if err != nil {
		return Item{}, err
	}
	if len(data) > maxConnector {
		return Item{}, fmt.Errorf("a connector of %d bytes, at most %d: %w", len(data), maxConnector, ErrTooLarge)
	}
	return Item{Key: connectorKey(c.Slug), Data: data}, nil
}

func connectorFrom(item *Item) (*idp.Connector, error) {
	r, err := decode[connectorRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read connector: %w", err)
	}
	c := &idp.Connector{
		ID: r.ID, Slug: r.Slug, Kind: idp.Kind(r.Kind), Label: r.Label, Description: r.Description, Image: r.Image,
		Shown: r.Shown, Active: r.Active, Used: r.Used, URL: r.URL, EntityID: r.EntityID, Partition: r.Partition, Region: r.Region,
		RelayState: r.RelayState, RelayStates: r.RelayStates, SessionDuration: r.SessionDuration,
		EndWithSession: r.EndWithSession, SignResponse: r.SignResponse, AWSChooser: r.AWSChooser, ConfirmCross: r.ConfirmCross,
		Groups: r.Groups, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: item.Version,
	}
	c.Roles, err = r.Pairs.roles(r.Partition)
	if err != nil {
		return nil, fmt.Errorf("read connector: %w", err)
	}
	for _, role := range r.Roles {
		c.Roles = append(c.Roles, idp.Role(role))
	}
	for _, rule := range r.Attributes {
		c.Attributes = append(c.Attributes, idp.AttributeRule(rule))
	}
	return c, nil
}

// ConnectorSummary is a connector's line in the list: what a list can show and
// search without reading the connector.
type ConnectorSummary struct {
	Slug        string
	Kind        idp.Kind
	Label       string
	Description string
	Image       string
	Shown       bool
	Active      bool
}

type summaryRecord struct {
	Kind        string `json:"kind"`
	Label       string `json:"label"`
	Description string `json:"description,omitempty"`
	Image       string `json:"image,omitempty"`
	Shown       bool   `json:"shown"`
	Active      bool   `json:"active"`
}

func summaryItem(c *idp.Connector) (Item, error) {
	data, err := encode(summaryRecord{string(c.Kind), c.Label, c.Description, c.Image, c.Shown, c.Active})
	return Item{Key: summaryKey(c.Slug), Data: data}, err
}

func summaryFrom(item *Item) (*ConnectorSummary, error) {
	r, err := decode[summaryRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read connector summary: %w", err)
	}
	return &ConnectorSummary{item.Key.Sort, idp.Kind(r.Kind), r.Label, r.Description, r.Image, r.Shown, r.Active}, nil
}
