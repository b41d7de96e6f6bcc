package resource

import (
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// User is a person as the outside sees them.
type User struct {
	Email      string            `json:"email" yaml:"email"`
	Name       string            `json:"name" yaml:"name"`
	Active     bool              `json:"active" yaml:"active"`
	AdminRole  string            `json:"admin_role" yaml:"admin_role"`
	Attributes map[string]string `json:"attributes" yaml:"attributes"`
	Groups     []Membership      `json:"groups" yaml:"groups"`
	NameID     string            `json:"name_id,omitempty" yaml:"name_id,omitempty"`     // what AWS knows the person by; fixed for life
	LockedBy   string            `json:"locked_by,omitempty" yaml:"locked_by,omitempty"` // the administrator role of who locked them out
	Version    uint64            `json:"version,omitempty" yaml:"version,omitempty"`
	CreatedAt  string            `json:"created_at,omitempty" yaml:"created_at,omitempty"`
	UpdatedAt  string            `json:"updated_at,omitempty" yaml:"updated_at,omitempty"`
	ETag       string            `json:"-" yaml:"-"` // names this version, and is never used again

	// Unconfirmed are the fields that helpdesk has set, changed or removed and nobody
	// who decides about access has confirmed, such as email or attributes.team: no rule
	// that names one tells AWS anything.
	Unconfirmed []string `json:"unconfirmed,omitempty" yaml:"unconfirmed,omitempty"`
}

// UnconfirmedWords are the unconfirmed fields as people are told of them, such as
// attribute team, or attribute team (removed).
func (u User) UnconfirmedWords() []string {
	var words []string
	for _, field := range u.Unconfirmed {
		word, gone := field, field == "name" && u.Name == ""
		if name, ok := strings.CutPrefix(field, "attributes."); ok {
			word, gone = "attribute "+name, u.Attributes[name] == ""
		}
		if gone {
			word += " (removed)"
		}
		words = append(words, word)
	}
	return words
}

// Membership is a person's place in a group.
type Membership struct {
	Name      string `json:"name" yaml:"name"`
	ExpiresAt string `json:"expires_at,omitempty" yaml:"expires_at,omitempty"`
}

// FromUser shows a person; names maps the IDs of their groups to names.
func FromUser(u *idp.User, names map[string]string) User {
	shown := User{
		Email: u.Email, Name: u.Name, Active: u.Active, AdminRole: string(u.AdminRole),
		Attributes: map[string]string{}, Groups: []Membership{}, NameID: u.NameID,
		LockedBy: string(u.LockedBy), Unconfirmed: slices.Clone(u.Unconfirmed),
		Version: u.Version, ETag: etag(u.ID, u.Version), CreatedAt: Stamp(u.CreatedAt), UpdatedAt: Stamp(u.UpdatedAt),
	}
	for key, value := range u.Attributes {
		shown.Attributes[key] = value
	}
	for _, m := range u.Groups {
		shown.Groups = append(shown.Groups, Membership{Name: nameOf(names, m.GroupID), ExpiresAt: Stamp(m.Until)})
	}
	return shown
}

// Group is a group as the outside sees it.
type Group struct {
	Name        string `json:"name" yaml:"name"`
	Description string `json:"description" yaml:"description"`
	ClosedBy    string `json:"closed_by,omitempty" yaml:"closed_by,omitempty"`       // who is about to destroy it
	ClosedUntil string `json:"closed_until,omitempty" yaml:"closed_until,omitempty"` // takes no new members and grants until then
	Version     uint64 `json:"version,omitempty" yaml:"version,omitempty"`
	CreatedAt   string `json:"created_at,omitempty" yaml:"created_at,omitempty"`
	UpdatedAt   string `json:"updated_at,omitempty" yaml:"updated_at,omitempty"`
	ETag        string `json:"-" yaml:"-"` // names this version, and is never used again
}

// FromGroup shows a group.
func FromGroup(g *idp.Group) Group {
	return Group{Name: g.Name, Description: g.Description, ClosedBy: g.Closed.By, ClosedUntil: Stamp(g.Closed.Until), Version: g.Version, ETag: etag(g.ID, g.Version), CreatedAt: Stamp(g.CreatedAt), UpdatedAt: Stamp(g.UpdatedAt)}
}
