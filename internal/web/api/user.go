package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/api/strict"
)

// UserPath names a person.
type UserPath struct {
	Email string `path:"email" doc:"The person's email, percent-encoded, in any case."`
}

type userRead struct {
	UserPath
	Reading
}

type userChange struct {
	UserPath
	Matching
}

// users adds the routes of people themselves.
func (a *api) users() {
	const one, tag = "/users/{email}", "users"
	route(a, spec{method: http.MethodGet, path: "/users", id: "list-users", tag: tag, summary: "List people, by email"}, listUsers)
	route(a, spec{
		method: http.MethodPost, path: "/users", id: "create-user", tag: tag, summary: "Create a person", status: http.StatusCreated,
		about: "Without a password: POST …/password-link makes the link by which the person sets one.",
		takes: &body{kinds: []string{jsonKind}, shape: input[resource.User](a, "NewUser", "email")},
	}, createUser)
	route(a, spec{
		method: http.MethodGet, path: one, id: "get-user", tag: tag, summary: "Read a person", also: []int{http.StatusNotModified},
	}, getUser)
	route(a, spec{
		method: http.MethodPut, path: one, id: "replace-user", tag: tag, summary: "Replace a person's name, role, attributes and groups", match: true,
		about: "What is left out has its default, and groups become those that are named.",
		takes: &body{kinds: []string{jsonKind}, shape: input[resource.User](a, "UserInput")},
	}, replaceUser)
	route(a, spec{
		method: http.MethodPatch, path: one, id: "patch-user", tag: tag, summary: "Change parts of a person", match: true,
		about: "A merge patch of RFC 7396: null gives a member its default, and lists are replaced whole.",
		takes: &body{kinds: []string{patchKind}, shape: patches[resource.User](a, "UserPatch")},
	}, patchUser)
	route(a, spec{
		method: http.MethodDelete, path: one, id: "delete-user", tag: tag, summary: "Delete a person", match: true,
		about: "Every access ends with the first thing that is removed.",
	}, deleteUser)
}

func userForm() form[resource.User] {
	return form[resource.User]{
		fixed: []fixed{
			{"active", "use POST …/suspend or POST …/resume"},
			{"name_id", "AWS knows the person by it: create another person"},
			{"locked_by", "use POST or DELETE …/lockdown"}, {"unconfirmed", "leave it out: who may decide it confirms what they save"},
			{"version", "leave it out"}, {"created_at", "leave it out"}, {"updated_at", "leave it out"},
		},
		keep: func(next *resource.User, now resource.User) {
			if next.Email == "" {
				next.Email = now.Email
			}
			next.Active, next.NameID, next.LockedBy, next.Unconfirmed = now.Active, now.NameID, now.LockedBy, now.Unconfirmed
			next.Version, next.CreatedAt, next.UpdatedAt, next.ETag = now.Version, now.CreatedAt, now.UpdatedAt, now.ETag
		},
	}
}

// unknownUser are the members that nobody gives to a person who is being made.
func unknownUser() form[resource.User] {
	return form[resource.User]{fixed: []fixed{
		{"active", "create the person, and then POST …/suspend"}, {"locked_by", "leave it out"}, {"unconfirmed", "leave it out"},
		{"version", "leave it out"}, {"created_at", "leave it out"}, {"updated_at", "leave it out"},
	}}
}

func listUsers(ctx context.Context, c *call, in *listing) (*paged[resource.User], error) {
	return listed(c.Users(ctx, in.list()))
}

func createUser(ctx context.Context, c *call, _ *struct{}) (*created[savedUser], error) {
	in, err := strict.Decode[resource.User](c.body)
	if err != nil {
		return nil, err
	}
	err = unknownUser().unchanged(c.body, resource.User{Active: true})
	if err != nil {
		return nil, err
	}
	made, err := c.CreateUser(ctx, in)
	if err != nil {
		return nil, err
	}
	body, err := c.warnUser(ctx, made)
	return &created[savedUser]{ETag: made.ETag, Location: Root + "/users/" + url.PathEscape(made.Email), Body: body}, err
}

func getUser(ctx context.Context, c *call, in *userRead) (*read[resource.User], error) {
	one, err := c.User(ctx, in.Email)
	return found(c.request, one, one.ETag), err
}

func replaceUser(ctx context.Context, c *call, in *userChange) (*saved[savedUser], error) {
	return changeUser(ctx, c, in.Email, userForm().replace)
}

func patchUser(ctx context.Context, c *call, in *userChange) (*saved[savedUser], error) {
	return changeUser(ctx, c, in.Email, userForm().patch)
}

func changeUser(ctx context.Context, c *call, who string, changeOf func([]byte) (func(*resource.User) error, error)) (*saved[savedUser], error) {
	version, err := match(c.request)
	if err != nil {
		return nil, err
	}
	change, err := changeOf(c.body)
	if err != nil {
		return nil, err
	}
	now, err := c.UpdateUser(ctx, who, version, change)
	if err != nil {
		return nil, err
	}
	body, err := c.warnUser(ctx, now)
	return &saved[savedUser]{ETag: now.ETag, Body: body}, err
}

func deleteUser(ctx context.Context, c *call, in *userChange) (*done, error) {
	version, err := match(c.request)
	if err != nil {
		return nil, err
	}
	return &done{}, c.DeleteUser(ctx, in.Email, version)
}
