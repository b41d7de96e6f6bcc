package main

import (
	"context"
	"io"
	"time"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

// agreeToWiden tells of the roles that a change opens to more groups than they were
// kept to, and what that does to people, and asks.
func (p *program) agreeToWiden(ctx context.Context, s *site, before, after resource.Connector, yes bool) error {
	wide := resource.Widened(before.Roles, after.Roles)
	if len(wide) == 0 {
		return nil
	}
	err := resource.Unsaid(before.Roles, after.Roles).Err()
	if err != nil {
		return err
	}
	for _, i := range wide {
		err := p.note("%s opens to all groups of the connector", after.Roles[i].RoleARN)
		if err != nil {
			return err
		}
	}
	after.Active = before.Active // does not change this way
	effect, err := plan.EffectsOf(before, after, func(group string) ([]resource.Member, error) {
		return client.Collect(s.Members(ctx, group))
	}, time.Now())
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.errs, effect.Text(plan.TextOptions{Color: colored(p.errs)}))
	if err != nil {
		return err
	}
	return p.confirm(ctx, "This is what will be done.", "yes", yes)
}
