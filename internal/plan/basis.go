package plan

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

// basis is what the effect of a step on people hangs on, beside the thing that it
// changes. Both are names of groups.
type basis struct {
	members []string // whose members get something, or lose it
	doors   []string // somebody gets what these open, which may be less than is known
}

// check fails with [ErrMoved] when something is not as it is known.
func (r *run) check(ctx context.Context, b basis) error {
	now := r.now()
	for _, group := range b.members {
		seats, err := r.seats(ctx, group, now)
		if err != nil {
			return err
		}
		if !maps.Equal(seats, r.known.seats(group, now)) {
			return fmt.Errorf("%w: group %q has other members", ErrMoved, group)
		}
	}
	for _, group := range b.doors {
		doors, err := r.doors(ctx, group, now)
		if err != nil {
			return err
		}
		more := func(d door) bool { return !slices.Contains(r.known.doors(group, now), d) }
		if slices.ContainsFunc(doors, more) {
			return fmt.Errorf("%w: group %q opens more", ErrMoved, group)
		}
	}
	return nil
}

// seats are the live members of a group as they are stored.
func (r *run) seats(ctx context.Context, group string, now time.Time) (map[string]seat, error) {
	members, err := pages(ctx, func(ctx context.Context, cursor string) ([]resource.Member, string, error) {
		return r.site.MemberPage(ctx, group, cursor)
	})
	if err != nil {
		return nil, err
	}
	seats := map[string]seat{}
	for _, m := range members {
		if liveAt(m.ExpiresAt, now) {
			seats[m.Email] = seat{m.Active, until(m.ExpiresAt).UTC()}
		}
	}
	return seats, nil
}

// doors are what a group opens, as it is stored.
func (r *run) doors(ctx context.Context, group string, now time.Time) ([]door, error) {
	slugs, err := r.site.GroupConnectors(ctx, group)
	if err != nil {
		return nil, err
	}
	var connectors []resource.Connector
	for _, slug := range slugs {
		c, err := r.site.Connector(ctx, slug)
		if err != nil {
			return nil, err
		}
		connectors = append(connectors, c)
	}
	return doorsTo(group, slices.Values(connectors), now), nil
}

// doorsTo are the doors that open to a group, sorted.
func doorsTo(group string, connectors iter.Seq[resource.Connector], now time.Time) []door {
	var doors []door
	for r := range connectors {
		if !slices.Contains(r.Groups, group) {
			continue
		}
		shape := fromShape(r)
		c, _ := shape.domain() // what cannot be read of it decides nothing here
		doors = append(doors, opened(&c, group, now)...)
	}
	slices.SortFunc(doors, door.compare)
	return doors
}

// samePlan makes the plan again, from what is stored now: what is left to do must
// be what this one has left, and what the members of a group lose with it, too.
func (r *run) samePlan(ctx context.Context, group string) error {
	now := r.now()
	stored, err := Load(ctx, r.site)
	if err != nil {
		return err
	}
	again, err := r.again(stored, now)
	if err != nil {
		return fmt.Errorf("%w: it cannot be made again: %w", ErrMoved, err)
	}
	if !slices.EqualFunc(again.Steps, r.left, sameStep) {
		return fmt.Errorf("%w: something else is left to do", ErrMoved)
	}
	c := comparison{was: worldOf(r.known.state(), now), is: worldOf(stored, now)}
	c.moved = movedGroups(c.was.doors, c.is.doors)
	for _, same := range c.classes() {
		for _, email := range same.emails {
			if _, member := r.known.members[group][email]; member {
				return fmt.Errorf("%w: %q would lose something else with group %q", ErrMoved, email, group)
			}
		}
	}
	return nil
}

func sameStep(a, b Step) bool {
	return a.Action == b.Action && a.Kind == b.Kind && a.Name == b.Name && a.Email == b.Email && reflect.DeepEqual(a.Fields, b.Fields)
}
