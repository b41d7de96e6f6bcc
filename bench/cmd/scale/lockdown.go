package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/gatepost/gatepost/bench/internal/counted"
	"github.com/gatepost/gatepost/bench/internal/figures"
	"github.com/gatepost/gatepost/bench/internal/process"
)

// closing is a lockdown of the filled store, and its lifting.
type closing struct {
	Milliseconds float64       `json:"ms"`            // of the request
	Before       string        `json:"launch_before"` // what a launch is answered
	After        string        `json:"launch_after"`
	Fresh        string        `json:"launch_after_new_sign_in"`
	Token        string        `json:"token_after"` // what the API answers the token that closed everything
	LiftSeconds  float64       `json:"lift_seconds"`
	Calls        counted.Calls `json:"calls"`
	LiftCalls    counted.Calls `json:"lift_calls"`
}

const password = "as long as the city is wide"

// lockdown closes everything over the API while somebody is signed in, and opens
// it again on the folder. Then it does both once more to count the writes.
func (b *bench) lockdown(ctx context.Context) error {
	in, err := b.open(byAPI)
	if err != nil {
		return err
	}
	who, err := in.someone(ctx)
	err = errors.Join(err, in.close())
	if err != nil {
		return err
	}
	local := b.program.with("GATEPOST_DATA", b.path(byAPI))
	_, err = local.run(ctx, password+"\n", "user", "set-password", who.email)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, b.path(byAPI))
	if err != nil {
		return err
	}
	err = errors.Join(b.report.Lockdown.watch(ctx, s, b.token, who), s.Stop())
	if err != nil {
		return fmt.Errorf("lockdown: %w", err)
	}
	lifted, err := local.run(ctx, "", "lockdown", "--lift")
	if err != nil {
		return err
	}
	b.report.Lockdown.LiftSeconds = lifted.wall.Seconds()
	return b.countLockdown(ctx)
}

// watch locks down, with a launch right before and right after.
func (c *closing) watch(ctx context.Context, s *process.Server, token string, who visit) error {
	v, err := newVisitor(s.URL, token)
	if err != nil {
		return err
	}
	err = v.signIn(ctx, who.email)
	if err != nil {
		return err
	}
	c.Before, err = v.launch(ctx, who.slug)
	if err != nil {
		return err
	}
	took, err := v.closeAll(ctx)
	if err != nil {
		return err
	}
	c.Milliseconds = figures.Milliseconds(took)
	c.After, err = v.launch(ctx, who.slug)
	if err != nil {
		return err
	}
	c.Token, err = v.whoAmI(ctx)
	if err != nil {
		return err
	}
	err = v.signIn(ctx, who.email)
	if err != nil {
		return err
	}
	c.Fresh, err = v.launch(ctx, who.slug)
	return err
}

func (b *bench) countLockdown(ctx context.Context) error {
	in, err := b.open(byAPI)
	if err != nil {
		return err
	}
	in.tables.Reset()
	locked := in.Lockdown(ctx)
	b.report.Lockdown.Calls = in.tables.Reset()
	lifted := in.LiftLockdown(ctx)
	b.report.Lockdown.LiftCalls = in.tables.Reset()
	return errors.Join(locked, lifted, in.close())
}
