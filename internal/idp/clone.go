package idp

import (
	"maps"
	"slices"
)

// Clone is a copy of c that shares nothing with it.
func (c *Connector) Clone() *Connector {
	copied := *c
	copied.RelayStates = slices.Clone(c.RelayStates)
	copied.Attributes = slices.Clone(c.Attributes)
	copied.Groups = slices.Clone(c.Groups)
	copied.Roles = slices.Clone(c.Roles)
	for i := range copied.Roles {
		copied.Roles[i].Groups = slices.Clone(copied.Roles[i].Groups)
	}
	return &copied
}

// Clone is a copy of u that shares nothing with it.
func (u *User) Clone() *User {
	copied := *u
	copied.Attributes = maps.Clone(u.Attributes)
	copied.Groups = slices.Clone(u.Groups)
	return &copied
}
