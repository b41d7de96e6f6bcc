package plan

import "github.com/gatepost/gatepost/internal/resource"

// FileVersion is the version of the format that this package reads and writes.
const FileVersion = 1

// Section is a list that a file may leave out. A nil one is left out, and what it
// would be about is left alone; an empty one asks that there be nothing.
type Section[T any] []T

// IsZero reports whether the section is left out.
func (s Section[T]) IsZero() bool { return s == nil }

// File is a declarative file, with its matrix spelled out.
type File struct {
	Version    int                `json:"version" yaml:"version"`
	Settings   *Settings          `json:"settings,omitempty" yaml:"settings,omitempty"` // nil for left out, and left alone
	Connectors Section[Connector] `json:"connectors,omitzero" yaml:"connectors,omitempty"`
	Groups     Section[Group]     `json:"groups,omitzero" yaml:"groups,omitempty"`
	Users      Section[User]      `json:"users,omitzero" yaml:"users,omitempty"`
}

// Settings are what holds for the whole installation.
type Settings struct {
	HelpdeskResetsAccess bool `json:"helpdesk_resets_access" yaml:"helpdesk_resets_access"`
}

// Connector is a connector as a file has it: the shape of the config API without
// what the server keeps of it.
type Connector struct {
	Slug            string               `json:"slug" yaml:"slug"`
	Kind            string               `json:"kind" yaml:"kind"` // aws by default
	Label           string               `json:"label" yaml:"label"`
	Description     string               `json:"description,omitempty" yaml:"description,omitempty"`
	Shown           bool                 `json:"shown" yaml:"shown"`   // true by default
	Active          bool                 `json:"active" yaml:"active"` // false by default: it opens for nobody
	URL             string               `json:"url,omitempty" yaml:"url,omitempty"`
	EntityID        string               `json:"entity_id,omitempty" yaml:"entity_id,omitempty"`
	Partition       string               `json:"partition,omitempty" yaml:"partition,omitempty"`
	Region          string               `json:"region,omitempty" yaml:"region,omitempty"`
	RelayState      string               `json:"relay_state,omitempty" yaml:"relay_state,omitempty"`
	RelayStates     []string             `json:"relay_states,omitempty" yaml:"relay_states,omitempty"`
	Roles           []resource.Role      `json:"roles,omitempty" yaml:"roles,omitempty"`
	Attributes      []resource.Attribute `json:"attributes,omitempty" yaml:"attributes,omitempty"`
	SessionDuration string               `json:"session_duration,omitempty" yaml:"session_duration,omitempty"`
	EndWithSession  bool                 `json:"end_with_session,omitempty" yaml:"end_with_session,omitempty"`
	SignResponse    bool                 `json:"sign_response,omitempty" yaml:"sign_response,omitempty"`
	AWSChooser      bool                 `json:"aws_chooser,omitempty" yaml:"aws_chooser,omitempty"`
	ConfirmCross    *bool                `json:"confirm_cross_site,omitempty" yaml:"confirm_cross_site,omitempty"` // true by default
	Groups          []string             `json:"groups" yaml:"groups"`                                             // that are granted it
	Key             *Key                 `json:"key,omitempty" yaml:"key,omitempty"`
	PrivateKeyFile  string               `json:"private_key_file,omitempty" yaml:"private_key_file,omitempty"` // of an uploaded key; never exported
	CertificateFile string               `json:"certificate_file,omitempty" yaml:"certificate_file,omitempty"`
}

// Key says how the connector's key is kept and where it comes from. Both are
// chosen when it is made and stay.
type Key struct {
	Custody string `json:"custody,omitempty" yaml:"custody,omitempty"`
	Source  string `json:"source,omitempty" yaml:"source,omitempty"` // generated or uploaded
}

// Group is a group as a file has it.
type Group struct {
	Name        string          `json:"name" yaml:"name"`
	Description string          `json:"description,omitempty" yaml:"description,omitempty"`
	Members     Section[Member] `json:"members,omitzero" yaml:"members,omitempty"`
}

// Member is a person's place in a group, perhaps until a time (RFC 3339).
type Member struct {
	Email     string `json:"email" yaml:"email"`
	ExpiresAt string `json:"expires_at,omitempty" yaml:"expires_at,omitempty"`
}

// User is a person as a file has them. The groups they are in are written with
// the groups, so that each fact has one place.
type User struct {
	Email      string            `json:"email" yaml:"email"`
	Name       string            `json:"name" yaml:"name"`
	Active     bool              `json:"active" yaml:"active"` // true by default
	AdminRole  string            `json:"admin_role,omitempty" yaml:"admin_role,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty" yaml:"attributes,omitempty"`
	NameID     string            `json:"name_id,omitempty" yaml:"name_id,omitempty"` // what AWS knows the person by; fixed for life
}
