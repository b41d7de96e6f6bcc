package store

import (
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

type userRecord struct {
	ID         string             `json:"id"`
	Email      string             `json:"email"`
	Name       string             `json:"name,omitempty"`
	Active     bool               `json:"active"`
	NameID     string             `json:"name_id"`
	AdminRole  string             `json:"admin_role,omitempty"`
	Attributes map[string]string  `json:"attributes,omitempty"`
	Groups     []membershipRecord `json:"groups,omitempty"`

	// Added later: a person who was stored without them is locked by nobody, and
	// confirmed as they are.
	LockedBy    string   `json:"locked_by,omitempty"`
	Unconfirmed []string `json:"unconfirmed,omitempty"`

	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

type membershipRecord struct {
	GroupID string    `json:"group"`
	Until   time.Time `json:"until,omitzero"`
}

func userItem(u *idp.User) (Item, error) {
	r := userRecord{
		ID: u.ID, Email: u.Email, Name: u.Name, Active: u.Active, NameID: u.NameID, AdminRole: string(u.AdminRole),
		Attributes: u.Attributes, LockedBy: string(u.LockedBy), Unconfirmed: u.Unconfirmed, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
	}
	for _, m := range u.Groups {
		r.Groups = append(r.Groups, membershipRecord{m.GroupID, m.Until.UTC()})
	}
	data, err := encode(r)
	return Item{Key: userKey(u.ID), Data: data}, err
}

func userFrom(item *Item) (*idp.User, error) {
	r, err := decode[userRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read user: %w", err)
	}
	u := &idp.User{
		ID: r.ID, Email: r.Email, Name: r.Name, Active: r.Active, NameID: r.NameID, AdminRole: idp.AdminRole(r.AdminRole),
		Attributes: r.Attributes, LockedBy: idp.AdminRole(r.LockedBy), Unconfirmed: r.Unconfirmed, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: item.Version,
	}
	for _, m := range r.Groups {
		u.Groups = append(u.Groups, idp.Membership{GroupID: m.GroupID, Until: m.Until})
	}
	return u, nil
}
