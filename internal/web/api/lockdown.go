package api

import (
	"context"
	"net/http"

	"github.com/gatepost/gatepost/internal/resource"
)

// lockdown adds the routes by which an owner closes everything, and opens it again.
func (a *api) lockdown() {
	const path, tag = "/lockdown", "lockdown"
	route(a, spec{
		method: http.MethodGet, path: path, id: "get-lockdown", tag: tag, summary: "Tell the state of the installation",
	}, func(ctx context.Context, c *call, _ *struct{}) (*plain[resource.Instance], error) {
		in, err := c.Instance(ctx)
		in.Version = a.Version
		return &plain[resource.Instance]{in}, err
	})
	route(a, spec{
		method: http.MethodPost, path: path, id: "lock-down", tag: tag, summary: "Close every connector and end every session and token", status: http.StatusNoContent,
		about: "The sender's own are among them. An owner signs in again, and lifts it.",
	}, func(ctx context.Context, c *call, _ *struct{}) (*done, error) {
		return &done{}, c.Lockdown(ctx)
	})
	route(a, spec{
		method: http.MethodDelete, path: path, id: "lift-lockdown", tag: tag, summary: "Put the connectors back as they were",
		about: "Sessions and tokens that were ended stay so.",
	}, func(ctx context.Context, c *call, _ *struct{}) (*done, error) {
		return &done{}, c.LiftLockdown(ctx)
	})
}
