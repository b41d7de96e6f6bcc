package api

import (
	"context"
	"net/http"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// savedUser is a person as they were saved, with what to know about it.
type savedUser struct {
	resource.User
	Warnings []resource.Warning `json:"warnings,omitempty"`
}

// savedGroup is a group as it was saved, with what to know about it.
type savedGroup struct {
	resource.Group
	Warnings []resource.Warning `json:"warnings,omitempty"`
}

// warned is the answer to a change of a plain fact, which is done in any case.
type warned struct {
	Status int
	Body   warnings
}

type warnings struct {
	Warnings []resource.Warning `json:"warnings"`
}

// warn answers with what to know, or without a body where that is nothing.
func (c *call) warn(ctx context.Context, about admin.About) (*warned, error) {
	list, err := c.Warnings(ctx, about)
	if len(list) == 0 {
		return &warned{Status: http.StatusNoContent}, err
	}
	return &warned{http.StatusOK, warnings{list}}, err
}

// warnUser is a person with the connectors that would refuse them.
func (c *call) warnUser(ctx context.Context, u resource.User) (savedUser, error) {
	list, err := c.Warnings(ctx, admin.About{User: u.Email})
	return savedUser{u, list}, err
}

// warnGroup is a group with the people whom the connectors that it opens would refuse.
func (c *call) warnGroup(ctx context.Context, g resource.Group) (savedGroup, error) {
	list, err := c.Warnings(ctx, admin.About{Group: g.Name})
	return savedGroup{g, list}, err
}

// warnConnector is a connector with what is known of it, and the people whom it
// would refuse.
func (c *call) warnConnector(ctx context.Context, s admin.Saved) (any, error) {
	list, err := c.Warnings(ctx, admin.About{Connector: s.Connector.Slug})
	return withWarnings(s.Connector, append(resource.WarningsOf(s.Warnings), list...)), err
}
