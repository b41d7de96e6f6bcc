package admin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// fits is how many of longRoles fit into one response with room to spare; twice as
// many do not.
const fits = 250

// longRoles are n roles with long names, open to the groups.
func longRoles(name string, n int, groups ...string) []resource.Role {
	list := make([]resource.Role, n)
	for i := range list {
		list[i] = role(fmt.Sprintf("%s%03d-%s", name, i, strings.Repeat("x", 45)), groups...)
	}
	return list
}

// largest has an active connector whose largest launch AWS takes.
func largest(t *testing.T, change func(*resource.Connector)) *desk {
	t.Helper()
	d := newStage(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	d.must(nil, a.DeactivateConnector(ctx, "aws-a"))
	d.must(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
		c.AWSChooser, c.Groups, c.Roles = true, []string{"open"}, longRoles("A", fits)
		change(c)
		return nil
	}))
	d.must(nil, a.ActivateConnector(ctx, "aws-a"))
	return d
}

// TestAChangeThatMakesALaunchTooLargeIsRefused whichever part of an active connector
// it changes, and is stored while the connector is inactive.
func TestAChangeThatMakesALaunchTooLargeIsRefused(t *testing.T) {
	more := longRoles("B", fits, "closed")
	for _, c := range []struct {
		name          string
		start, change func(*resource.Connector)
	}{
		{"more roles", func(*resource.Connector) {}, func(c *resource.Connector) { c.Roles = append(c.Roles, longRoles("B", fits)...) }},
		{"more roles for another group", func(*resource.Connector) {}, func(c *resource.Connector) {
			c.Groups, c.Roles = []string{"open", "closed"}, append(longRoles("A", fits, "open"), more...)
		}},
		{"a further group", func(c *resource.Connector) { c.Groups, c.Roles = nil, longRoles("A", 2*fits) }, func(c *resource.Connector) { c.Groups = []string{"open"} }},
		{"AWS's chooser", func(c *resource.Connector) { c.AWSChooser, c.Roles = false, longRoles("A", 2*fits) }, func(c *resource.Connector) { c.AWSChooser = true }},
		{"rules", func(c *resource.Connector) { c.Roles = longRoles("A", fits+130) }, func(c *resource.Connector) {
			for i := range 30 {
				c.Attributes = append(c.Attributes, resource.Attribute{Name: fmt.Sprintf("PrincipalTag:tag%d", i), Value: "${user.attributes.team}"})
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := largest(t, c.start)
			ctx, a := t.Context(), d.as(idp.AdminOwner)
			change := func() error {
				return only(a.UpdateConnector(ctx, "aws-a", "", func(r *resource.Connector) error {
					c.change(r)
					return nil
				}))
			}
			err := change()
			faulty(t, c.name, err, "aws_chooser")
			if err != nil && !strings.Contains(err.Error(), "100000") {
				t.Errorf("the reason is %v, without AWS's limit", err)
			}
			d.must(nil, a.DeactivateConnector(ctx, "aws-a"))
			d.must(nil, change())
			faulty(t, "activation", a.ActivateConnector(ctx, "aws-a"), "aws_chooser")
		})
	}
}

func TestAGrantThatMakesALaunchTooLargeIsRefused(t *testing.T) {
	d := largest(t, func(c *resource.Connector) { c.Groups, c.Roles = nil, longRoles("A", 2*fits) })
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	faulty(t, "the grant", a.Grant(ctx, "aws-a", "open"), "aws_chooser")
	d.must(nil, a.DeactivateConnector(ctx, "aws-a"))
	d.must(nil, a.Grant(ctx, "aws-a", "open"))
}

// TestARuleThatNobodyGetsInByIsRefused while the connector is active, as it is when it
// is activated.
func TestARuleThatNobodyGetsInByIsRefused(t *testing.T) {
	d := largest(t, func(*resource.Connector) {})
	err := only(d.as(idp.AdminOwner).UpdateConnector(t.Context(), "aws-a", "", func(c *resource.Connector) error {
		c.Attributes = []resource.Attribute{{Name: "RoleSessionName", Value: strings.Repeat("x", 60) + "${user.email}"}}
		return nil
	}))
	faulty(t, "the rule", err, "RoleSessionName")
}

// TestWhatWasTooLargeBeforeKeepsNobodyFromMendingSomethingElse: it was stored under
// older rules.
func TestWhatWasTooLargeBeforeKeepsNobodyFromMendingSomethingElse(t *testing.T) {
	d := newStage(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	c, err := d.Store.Connector(ctx, "aws-a")
	d.must(c, err)
	c.AWSChooser, c.Roles = true, nil
	for _, r := range longRoles("A", 2*fits-1) {
		c.Roles = append(c.Roles, idp.Role{RoleARN: r.RoleARN, ProviderARN: r.ProviderARN})
	}
	d.must(nil, d.Store.UpdateConnector(ctx, c, idp.Event{ID: idp.NewID("ev_"), At: d.Now(), Action: idp.ActionConnectorUpdate}))
	update := func(change func(*resource.Connector)) error {
		return only(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
			change(c)
			return nil
		}))
	}
	d.must(nil, update(func(c *resource.Connector) { c.Label = "Renamed" }))
	d.must(nil, a.Revoke(ctx, "aws-a", "closed"))
	d.must(nil, a.Grant(ctx, "aws-a", "closed"))
	faulty(t, "one more role", update(func(c *resource.Connector) { c.Roles = append(c.Roles, longRoles("B", 1)...) }), "aws_chooser")
	d.must(nil, update(func(c *resource.Connector) { c.Roles = c.Roles[:fits] }))
}
