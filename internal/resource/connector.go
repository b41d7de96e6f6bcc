package resource

import (
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Connector is a connector as the outside sees it. In a file that creates one,
// what is left out has its default.
type Connector struct {
	Slug            string      `json:"slug" yaml:"slug"`
	Kind            string      `json:"kind,omitempty" yaml:"kind,omitempty"`
	Label           string      `json:"label" yaml:"label"`
	Description     string      `json:"description" yaml:"description"`
	ImageURL        string      `json:"image_url" yaml:"image_url"`
	Shown           *bool       `json:"shown,omitempty" yaml:"shown,omitempty"`
	Active          bool        `json:"active" yaml:"active"`
	URL             string      `json:"url,omitempty" yaml:"url,omitempty"`
	EntityID        string      `json:"entity_id,omitempty" yaml:"entity_id,omitempty"`
	Partition       string      `json:"partition,omitempty" yaml:"partition,omitempty"`
	Region          string      `json:"region" yaml:"region"`
	RelayState      string      `json:"relay_state" yaml:"relay_state"`
	RelayStates     []string    `json:"relay_states" yaml:"relay_states"`
	Roles           []Role      `json:"roles" yaml:"roles"`
	Attributes      []Attribute `json:"attributes" yaml:"attributes"`
	SessionDuration string      `json:"session_duration,omitempty" yaml:"session_duration,omitempty"`
	EndWithSession  bool        `json:"end_with_session" yaml:"end_with_session"`
	SignResponse    bool        `json:"sign_response" yaml:"sign_response"`
	AWSChooser      bool        `json:"aws_chooser" yaml:"aws_chooser"`
	ConfirmCross    *bool       `json:"confirm_cross_site,omitempty" yaml:"confirm_cross_site,omitempty"`
	Groups          []string    `json:"groups" yaml:"groups"`
	Key             *Key        `json:"key,omitempty" yaml:"key,omitempty"`
	Version         uint64      `json:"version,omitempty" yaml:"version,omitempty"`
	CreatedAt       string      `json:"created_at,omitempty" yaml:"created_at,omitempty"`
	UpdatedAt       string      `json:"updated_at,omitempty" yaml:"updated_at,omitempty"`
	ETag            string      `json:"-" yaml:"-"` // names this version of it, and is never used again
}

// Role is one pair of role and provider. Groups that are empty say that it is open
// to all of the connector's; nil says nothing of them, which is enough for a role
// that is new or open to all, and not for one that was kept to some. What is stored
// is never shown with nil.
type Role struct {
	RoleARN     string   `json:"role_arn" yaml:"role_arn"`
	ProviderARN string   `json:"provider_arn" yaml:"provider_arn"`
	Groups      []string `json:"groups,omitzero" yaml:"groups" required:"true"`
}

// Attribute is one attribute rule.
type Attribute struct {
	Name  string `json:"name" yaml:"name"`
	Value string `json:"value" yaml:"value"`
}

// Key is what is shown of a connector's key: never a part of it.
type Key struct {
	Custody     string `json:"custody,omitempty" yaml:"custody,omitempty"`
	Source      string `json:"source,omitempty" yaml:"source,omitempty"`
	State       string `json:"state,omitempty" yaml:"state,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty" yaml:"fingerprint,omitempty"` // SHA-256 of the public key
	NotBefore   string `json:"not_before,omitempty" yaml:"not_before,omitempty"`
	NotAfter    string `json:"not_after,omitempty" yaml:"not_after,omitempty"`
}

// FromConnector shows a connector; names maps the IDs of its groups to names.
// key is nil where there is none.
func FromConnector(c *idp.Connector, key *idp.Key, names map[string]string) Connector {
	shown := Connector{
		Slug: c.Slug, Kind: string(c.Kind), Label: c.Label, Description: c.Description, ImageURL: c.ImagePath(),
		Shown: &c.Shown, Active: c.Active, URL: c.URL,
		Groups: namesOf(names, c.Groups), Version: c.Version, ETag: etag(c.ID, c.Version), CreatedAt: Stamp(c.CreatedAt), UpdatedAt: Stamp(c.UpdatedAt),
	}
	if c.Kind != idp.KindAWS {
		return shown
	}
	shown.EntityID, shown.Partition, shown.Region = c.EntityID, c.Partition, c.Region
	shown.RelayState, shown.RelayStates = c.RelayState, append([]string{}, c.RelayStates...)
	shown.EndWithSession, shown.SignResponse, shown.AWSChooser = c.EndWithSession, c.SignResponse, c.AWSChooser
	shown.ConfirmCross = &c.ConfirmCross
	if c.SessionDuration > 0 {
		shown.SessionDuration = short(c.SessionDuration)
	}
	shown.Roles = make([]Role, 0, len(c.Roles))
	for _, role := range c.Roles {
		shown.Roles = append(shown.Roles, Role{RoleARN: role.RoleARN, ProviderARN: role.ProviderARN, Groups: namesOf(names, role.Groups)})
	}
	shown.Attributes = make([]Attribute, 0, len(c.Attributes))
	for _, rule := range c.Attributes {
		shown.Attributes = append(shown.Attributes, Attribute(rule))
	}
	shown.Key = FromKey(key)
	return shown
}

// FromKey shows a key; nil is a key in the state none.
func FromKey(key *idp.Key) *Key {
	if key == nil {
		return &Key{State: string(idp.KeyNone)}
	}
	return &Key{
		Custody: string(key.Custody), Source: string(key.Source), State: string(key.State),
		Fingerprint: key.Current.Fingerprint, NotBefore: Stamp(key.Current.NotBefore), NotAfter: Stamp(key.Current.NotAfter),
	}
}

// Domain is the connector that the shape describes, without its groups: those
// are names here and IDs there, and are granted apart.
func (c *Connector) Domain() (idp.Connector, error) {
	var problems idp.Problems
	d := idp.Connector{
		Slug: c.Slug, Kind: idp.Kind(c.Kind), Label: c.Label, Description: c.Description,
		Shown: c.Shown == nil || *c.Shown, URL: c.URL,
		EntityID: c.EntityID, Partition: c.Partition, Region: c.Region, RelayState: c.RelayState, RelayStates: c.RelayStates,
		EndWithSession: c.EndWithSession, SignResponse: c.SignResponse, AWSChooser: c.AWSChooser,
		ConfirmCross: c.ConfirmCross == nil || *c.ConfirmCross,
	}
	if c.SessionDuration != "" {
		duration, err := time.ParseDuration(c.SessionDuration)
		if err != nil {
			problems = append(problems, idp.Problem{Field: "session_duration", Value: c.SessionDuration, Reason: "is not a duration", Remedy: "write it as 1h, 90m or 3600s"})
		}
		d.SessionDuration = duration
	}
	for _, role := range c.Roles {
		d.Roles = append(d.Roles, idp.Role{RoleARN: role.RoleARN, ProviderARN: role.ProviderARN})
	}
	for _, rule := range c.Attributes {
		d.Attributes = append(d.Attributes, idp.AttributeRule(rule))
	}
	return d, problems.Err()
}

// short is a duration as people write it: 1h and not 1h0m0s.
func short(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return d.Truncate(time.Hour).String()[:len(d.String())-len("0m0s")]
	case d%time.Minute == 0:
		return d.String()[:len(d.String())-len("0s")]
	}
	return d.String()
}
