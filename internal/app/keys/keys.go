// Package keys wires the function that makes and keeps signing keys. It is not on
// the internet: administrators' functions and commands invoke it.
package keys

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/gatepost/gatepost/internal/app/custody"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/tables"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/desk"
)

// Needs are the variables that the function cannot do without.
func Needs() []string {
	return []string{environment.URL, environment.ConfigTable, environment.ActivityTable, environment.SignerRoles, environment.Stack}
}

// Function is what the runtime calls.
type Function func(context.Context, json.RawMessage) (json.RawMessage, error)

// New makes the function.
func New(c environment.Config, log *slog.Logger) (Function, error) {
	config := c.AWS()
	store := tables.Open(config, c)
	d := &desk.Desk{
		Keeper: &keys.Keeper{
			Custodians: custody.Open(config, c).All(),
			Default:    c.MadeIn(),
			Uploads:    idp.CustodySecrets,
			Store:      store,
			Now:        time.Now,
		},
		Store: store,
		URL:   c.URL.String(),
		Now:   time.Now,
		Done:  note(log),
	}
	return d.Handle, nil
}

// note logs how each operation ended: never what was sent.
func note(log *slog.Logger) func(ctx context.Context, op, slug string, err error) {
	return func(ctx context.Context, op, slug string, err error) {
		if err != nil {
			log.WarnContext(ctx, "operation failed", "op", op, "connector", slug, "error", err)
			return
		}
		log.InfoContext(ctx, "operation done", "op", op, "connector", slug)
	}
}
