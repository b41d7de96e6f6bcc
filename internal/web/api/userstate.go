package api

import (
	"context"
	"net/http"

	"github.com/gatepost/gatepost/internal/resource"
)

type userPage struct {
	UserPath
	Paging
}

// userStates adds what is done with a person, and what is asked of them.
func (a *api) userStates() {
	const tag = "users"
	route(a, spec{
		method: http.MethodPost, path: "/users/{email}/suspend", id: "suspend-user", tag: tag, summary: "Close everything to a person and end their sessions",
	}, turnUser(func(ctx context.Context, c *call, who string) error { return c.SuspendUser(ctx, who) }))
	route(a, spec{
		method: http.MethodPost, path: "/users/{email}/resume", id: "resume-user", tag: tag, summary: "Let a suspended person sign in again",
	}, turnUser(func(ctx context.Context, c *call, who string) error { return c.ResumeUser(ctx, who) }))
	route(a, spec{
		method: http.MethodPost, path: "/users/{email}/password-link", id: "make-password-link", tag: tag, summary: "Make a one-time link to set a password by",
		about: "Whoever has the link sets the person's password: send it on a way that only they read. A password that is set by a link of helpdesk's opens no connector, unless the setting `helpdesk_resets_access` is on; the answer then has a `note`.",
	}, func(ctx context.Context, c *call, in *UserPath) (*plain[resource.Link], error) {
		link, err := c.PasswordLink(ctx, in.Email)
		return &plain[resource.Link]{link}, err
	})
	route(a, spec{
		method: http.MethodGet, path: "/users/{email}/sessions", id: "list-sessions", tag: tag, summary: "List a person's signed-in browsers",
	}, listSessions)
	route(a, spec{
		method: http.MethodPost, path: "/users/{email}/lockdown", id: "lock-user", tag: tag, status: http.StatusNoContent,
		summary: "Suspend a person and end their sessions, tokens and links at once",
	}, func(ctx context.Context, c *call, in *UserPath) (*done, error) {
		return &done{}, c.LockUser(ctx, in.Email)
	})
	route(a, spec{
		method: http.MethodDelete, path: "/users/{email}/lockdown", id: "unlock-user", tag: tag, summary: "Lift a person's lockdown",
	}, func(ctx context.Context, c *call, in *UserPath) (*done, error) {
		return &done{}, c.UnlockUser(ctx, in.Email)
	})
}

// turnUser does something to a person and answers with what they are then.
func turnUser(do func(context.Context, *call, string) error) func(context.Context, *call, *UserPath) (*saved[savedUser], error) {
	return func(ctx context.Context, c *call, in *UserPath) (*saved[savedUser], error) {
		err := do(ctx, c, in.Email)
		if err != nil {
			return nil, err
		}
		now, err := c.User(ctx, in.Email)
		if err != nil {
			return nil, err
		}
		body, err := c.warnUser(ctx, now)
		return &saved[savedUser]{ETag: now.ETag, Body: body}, err
	}
}

func listSessions(ctx context.Context, c *call, in *userPage) (*paged[resource.Session], error) {
	all, err := c.Sessions(ctx, in.Email)
	if err != nil {
		return nil, err
	}
	return cut(all, "sessions "+in.Email, in.Paging)
}
