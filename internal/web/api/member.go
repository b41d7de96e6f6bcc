package api

import (
	"context"
	"net/http"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/api/strict"
)

type memberPath struct {
	GroupPath
	Email string `path:"email" doc:"The person's email, percent-encoded, in any case."`
}

type memberPage struct {
	GroupPage
	Search string `query:"q" maxLength:"200" doc:"Words that must all be somewhere in email and name, in any case."`
}

// members adds the routes of who is in a group. A membership is a plain fact, like
// a grant.
func (a *api) members() {
	const one, tag = "/groups/{name}/members/{email}", "groups"
	route(a, spec{method: http.MethodGet, path: "/groups/{name}/members", id: "list-members", tag: tag, summary: "List the people in a group"}, listMembers)
	route(a, spec{
		method: http.MethodPut, path: one, id: "add-member", tag: tag, summary: "Put a person into a group, perhaps until a time", gives: schema[warnings](a), also: []int{http.StatusNoContent},
		about: "To do it again replaces the end. 200 with warnings where a connector that the group opens would refuse the person, or may because the end is less than 15 minutes away, else 204; the person is in the group in both cases.",
		takes: &body{kinds: []string{jsonKind}, shape: schema[memberEnd](a), optional: true},
	}, addMember)
	route(a, spec{
		method: http.MethodDelete, path: one, id: "remove-member", tag: tag, summary: "Take a person out of a group",
	}, func(ctx context.Context, c *call, in *memberPath) (*done, error) {
		return &done{}, c.RemoveMember(ctx, in.Name, in.Email)
	})
}

func listMembers(ctx context.Context, c *call, in *memberPage) (*paged[resource.Member], error) {
	list, next, err := c.Members(ctx, in.Name, admin.List{Search: in.Search, Limit: in.Limit, Cursor: in.Cursor})
	return pageOf(list, next), err
}

// memberEnd says when a membership ends.
type memberEnd struct {
	ExpiresAt string `json:"expires_at,omitempty"`
}

func addMember(ctx context.Context, c *call, in *memberPath) (*warned, error) {
	var m memberEnd
	var err error
	if len(c.body) > 0 {
		m, err = strict.Decode[memberEnd](c.body)
	}
	if err != nil {
		return nil, err
	}
	until, problems := idp.ReadEnd("expires_at", m.ExpiresAt)
	if len(problems) > 0 {
		return nil, problems
	}
	err = c.AddMember(ctx, in.Name, in.Email, until)
	if err != nil {
		return nil, err
	}
	return c.warn(ctx, admin.About{Group: in.Name, User: in.Email})
}
