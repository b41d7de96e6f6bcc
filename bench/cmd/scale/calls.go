package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/gatepost/gatepost/bench/internal/counted"
	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/plan"
)

// pageCalls is how often pages of one list call the store.
type pageCalls struct {
	List  string                `json:"list"`
	Calls map[int]counted.Calls `json:"calls"` // by the limit of the page
}

var limits = []int{10, 50, pageSize}

// pageCalls counts the calls for the first page of each list.
func (b *bench) pageCalls(ctx context.Context) error {
	in, err := b.open(byAPI)
	if err != nil {
		return err
	}
	lists := map[string]func(limit int) error{
		"connectors": func(limit int) error { return failed(in.Connectors(ctx, admin.List{Limit: limit})) },
		"groups":     func(limit int) error { return failed(in.Groups(ctx, admin.List{Limit: limit})) },
		"users":      func(limit int) error { return failed(in.Users(ctx, admin.List{Limit: limit})) },
		"events":     func(limit int) error { return failed(in.Events(ctx, admin.EventQuery{Limit: limit})) },
	}
	for _, name := range order {
		made, err := in.count(name, lists[name])
		if err != nil {
			return errors.Join(err, in.close())
		}
		b.report.Calls = append(b.report.Calls, made)
	}
	return in.close()
}

func (in *inside) count(name string, read func(limit int) error) (pageCalls, error) {
	made := pageCalls{List: name, Calls: map[int]counted.Calls{}}
	for _, limit := range limits {
		in.tables.Reset()
		err := read(limit)
		if err != nil {
			return made, fmt.Errorf("%s in pages of %d: %w", name, limit, err)
		}
		made.Calls[limit] = in.tables.Reset()
	}
	return made, nil
}

// failed is the error of reading a page.
func failed[T any](_ []T, _ string, err error) error { return err }

// stepCalls is how often one step of apply calls the store, on average.
type stepCalls struct {
	Name  string        `json:"name"`
	Steps int           `json:"steps"`
	Calls counted.Calls `json:"calls"` // of all steps together
}

// smallCity is enough to meet every kind of step.
var smallCity = size{Connectors: 20, Groups: 20, Users: 200}

// stepCalls applies a small city, and its changes, in this process.
func (b *bench) stepCalls(ctx context.Context) error {
	in, err := b.open("small")
	if err != nil {
		return err
	}
	for _, f := range []*plan.File{city(smallCity, b.seed), changed(smallCity, b.seed)} {
		made, err := in.apply(ctx, f)
		if err != nil {
			return errors.Join(err, in.close())
		}
		b.report.Steps = append(b.report.Steps, made...)
	}
	return in.close()
}

func (in *inside) apply(ctx context.Context, f *plan.File) ([]stepCalls, error) {
	p, err := in.Plan(ctx, f)
	if err != nil {
		return nil, err
	}
	var all []stepCalls
	at := 0 // the step that was done last
	note := func() bool {
		all = addStep(all, kindOf(p.Steps[at].String()), in.tables.Reset())
		at++
		return false
	}
	in.tables.Reset()
	_, err = in.Apply(ctx, p, note) // which asks before each step but the first
	if err != nil {
		return nil, err
	}
	note()
	return all, nil
}

// addStep adds one step to those of its kind. What costs nothing was done with
// another step: people are made with their memberships.
func addStep(all []stepCalls, name string, calls counted.Calls) []stepCalls {
	if calls == (counted.Calls{}) {
		return all
	}
	for i := range all {
		if all[i].Name == name {
			all[i].Steps++
			all[i].Calls = all[i].Calls.Plus(calls)
			return all
		}
	}
	return append(all, stepCalls{name, 1, calls})
}
