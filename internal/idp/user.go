package idp

import (
	"fmt"
	"slices"
	"time"
)

// Limits of one person.
const (
	MaxMemberships    = 200
	MaxUserAttributes = 50
	MaxUnconfirmed    = 2*MaxUserAttributes + 2 // all of one set removed for all of another, email and name
)

// AdminRole is what a person may do in the administration; empty for most
// people, who may do nothing there.
type AdminRole string

// The administrator roles. A viewer reads; helpdesk looks after people, a
// connector administrator after connectors and groups; an owner does everything.
const (
	AdminNone       AdminRole = ""
	AdminViewer     AdminRole = "viewer"
	AdminHelpdesk   AdminRole = "helpdesk"
	AdminConnectors AdminRole = "connector-admin"
	AdminOwner      AdminRole = "owner"
)

// Outranks reports whether r comes before other among those who let people in again
// whom somebody locked out: owners before connector administrators before helpdesk.
func (r AdminRole) Outranks(other AdminRole) bool {
	return slices.Index(adminRoles, r) > slices.Index(adminRoles, other)
}

var adminRoles = []AdminRole{AdminNone, AdminViewer, AdminHelpdesk, AdminConnectors, AdminOwner}

// User is a person who signs in. The username is the email.
type User struct {
	ID         string // random, for life
	Email      string // in the form of [NormalEmail]
	Name       string
	Active     bool   // false: suspended, and every session ends
	NameID     string // opaque, random, for life: what AWS knows the person by
	AdminRole  AdminRole
	Attributes map[string]string
	Groups     []Membership

	// LockedBy is the administrator role of who locked the person out, the highest of
	// several: no lower one lets them in again. Empty for nobody.
	LockedBy AdminRole

	// Unconfirmed are the fields of the person's identity (see [IdentityChanges]),
	// sorted and at most [MaxUnconfirmed], that helpdesk has set, changed or removed
	// and nobody who decides about access has confirmed. No rule that names one tells
	// AWS anything.
	Unconfirmed []string

	CreatedAt time.Time
	UpdatedAt time.Time
	Version   uint64
}

// Membership is a person's place in a group, perhaps until a time.
type Membership struct {
	GroupID string
	Until   time.Time // zero: no end
}

// Live reports whether the membership counts at the given time.
func (m Membership) Live(now time.Time) bool { return m.Until.IsZero() || now.Before(m.Until) }

// InGroup reports whether u is a live member of the group at the given time.
func (u *User) InGroup(groupID string, now time.Time) bool {
	return slices.ContainsFunc(u.Groups, func(m Membership) bool { return m.GroupID == groupID && m.Live(now) })
}

// Validate tells everything that keeps u from being stored.
func (u *User) Validate() error {
	var ps Problems
	ps.checkEmail("email", u.Email)
	ps.checkText("name", u.Name, 0, MaxName)
	if !slices.Contains(adminRoles, u.AdminRole) {
		ps.add("admin_role", string(u.AdminRole), "is not an administrator role", "use viewer, helpdesk, connector-admin, owner, or leave it empty")
	}
	ps.checkMany("groups", len(u.Groups), MaxMemberships)
	ps.checkMany("attributes", len(u.Attributes), MaxUserAttributes)
	for key, value := range u.Attributes {
		field := fmt.Sprintf("attributes[%q]", clip(key))
		if !attributePattern.matches(key) {
			ps.add(field, key, "is not an attribute name", "use 1 to 64 letters, digits and . _ -, beginning with a letter")
		}
		ps.checkText(field, value, 0, MaxAttributeValue)
	}
	return ps.Err()
}

// Group is a set of people that connectors are granted to. JumpCloud calls it a
// tag. Connectors and people refer to it by ID, so that it can be renamed.
type Group struct {
	ID          string
	Name        string
	Description string

	Closed Closed // to new members and grants; changing the group ends it

	CreatedAt time.Time
	UpdatedAt time.Time
	Version   uint64
}

// Closed says that a group is about to be destroyed: until it is, or is not, it
// takes no new members and no new grants. Zero is open.
type Closed struct {
	By    string // the actor
	Until time.Time
}

// ClosedFor is how long a group stays closed that nobody destroys or opens: whoever
// closed it may be gone.
const ClosedFor = 10 * time.Minute

// At reports whether it holds at the given time.
func (c Closed) At(now time.Time) bool { return now.Before(c.Until) }

// Validate tells everything that keeps g from being stored.
func (g *Group) Validate() error {
	var ps Problems
	ps.checkGroupName("name", g.Name)
	ps.checkText("description", g.Description, 0, MaxDescription)
	return ps.Err()
}

// Grant binds a connector to a group: its members may open the connector.
type Grant struct {
	Slug    string
	GroupID string
}
