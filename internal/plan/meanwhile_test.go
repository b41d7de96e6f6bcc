package plan_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// meanwhile is a site on which somebody else does something right before one of the
// calls of a run.
type meanwhile struct {
	house
	call string
	do   func() error
}

func (m *meanwhile) before(call string) error {
	if m.do == nil || m.call != call {
		return nil
	}
	do := m.do
	m.do = nil
	return do()
}

func (m *meanwhile) CloseGroup(ctx context.Context, name, match string) (resource.Group, error) {
	err := m.before("close")
	if err != nil {
		return resource.Group{}, err
	}
	return m.house.CloseGroup(ctx, name, match)
}

func (m *meanwhile) DeleteGroup(ctx context.Context, name, match string) (bool, error) {
	err := m.before("delete")
	if err != nil {
		return false, err
	}
	return m.house.DeleteGroup(ctx, name, match)
}

const (
	world = "version: 1\ngroups: [{name: keeps, members: [{email: alice@example.com}]}, {name: goes, members: []}, {name: other, members: []}]\n" +
		"users: [{email: owner@example.com, admin_role: owner}, {email: alice@example.com}, {email: bob@example.com}]\nconnectors:\n"
	ways = "- slug: aws-a\n  active: true\n  groups: [keeps]\n" + rolePair + "- slug: aws-b\n  active: true\n  groups: [other]\n" + rolePair
)

// Nothing is done to people that the plan did not say, whatever others do between
// the plan and the yes, or between two calls of the run.
func TestApplyDoesToPeopleOnlyWhatItsPlanSays(t *testing.T) {
	const withoutGroup = "version: 1\ngroups: [{name: keeps}, {name: other}]\n"
	const granting = "version: 1\nconnectors:\n- slug: aws-a\n  active: true\n  groups: [keeps, other]\n" + rolePair + "- slug: aws-b\n  active: true\n  groups: [other]\n" + rolePair
	const joining = "version: 1\ngroups: [{name: keeps, members: [{email: alice@example.com}, {email: bob@example.com}]}, {name: goes}, {name: other}]\n"
	ctx := t.Context()
	join := func(group string) func(house) error {
		return func(h house) error { return h.AddMember(ctx, group, "bob@example.com", time.Time{}) }
	}
	grant := func(slug, group string) func(house) error {
		return func(h house) error { return h.Grant(ctx, slug, group) }
	}
	both := func(h house) error { return errors.Join(join("goes")(h), grant("aws-b", "goes")(h)) }
	for _, c := range []struct {
		name, file string
		first      func(house) error // before the plan
		call       string            // before which it is done; empty for right after the plan
		then       func(house) error
		step       string // before which the run stops
	}{
		{"a group to go gets a member and a grant", withoutGroup, nil, "", both, `destroy group "goes"`},
		{"a group to go gets a member", withoutGroup, nil, "", join("goes"), `destroy group "goes"`},
		{"a group to go gets a grant", withoutGroup, join("goes"), "", grant("aws-b", "goes"), `destroy group "goes"`},
		{"a group to go gets both right before it is closed", withoutGroup, nil, "close", both, `destroy group "goes"`},
		{"a member of a group to go loses the other way in", withoutGroup,
			func(h house) error { return errors.Join(both(h), join("other")(h)) }, "",
			func(h house) error { return h.RemoveMember(ctx, "other", "bob@example.com") }, `destroy group "goes"`},
		{"a group that is granted gets a member", granting, nil, "", join("other"), `change connector "aws-a"`},
		{"a group that somebody joins gets a connector", joining, nil, "", grant("aws-b", "keeps"), `add "bob@example.com" to group "keeps"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.apply(t, world+ways, plan.Options{})
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			if c.first != nil {
				must(c.first(h))
			}
			p, err := plan.Diff(h.look(t), read(t, c.file), plan.Options{Now: noon})
			must(err)
			m := &meanwhile{house: h, call: c.call, do: func() error { return c.then(h) }}
			if c.call == "" {
				m.do = nil
				must(c.then(h))
			}
			was := h.look(t)
			report, err := p.Apply(ctx, m, plan.ApplyOptions{})
			if !errors.Is(err, plan.ErrMoved) || !strings.HasPrefix(err.Error(), c.step) || len(report.Remaining) == 0 || report.Remaining[0].String() != c.step {
				t.Fatalf("ends with %v before %v", err, report.Remaining)
			}
			if c.call == "" {
				if e := plan.Effects(was, h.look(t), noon); e.Gain+e.Lose+e.Keep > 0 {
					t.Errorf("people gain or lose: %+v", e)
				}
			}
			must(h.AddMember(ctx, "goes", "owner@example.com", time.Time{})) // nothing is left closed
		})
	}
}

func TestAClosedGroupTakesNothingNewUntilItIsGone(t *testing.T) {
	h := newHouse(t)
	h.apply(t, world+ways, plan.Options{})
	ctx := t.Context()
	p, err := plan.Diff(h.look(t), read(t, "version: 1\ngroups: [{name: keeps}, {name: other}]\n"), plan.Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	var joined, granted, made error
	m := &meanwhile{house: h, call: "delete", do: func() error {
		joined = h.AddMember(ctx, "goes", "bob@example.com", time.Time{})
		granted = h.Grant(ctx, "aws-b", "goes")
		_, made = h.CreateUser(ctx, resource.User{Email: "new@example.com", Groups: []resource.Membership{{Name: "goes"}}})
		return nil
	}}
	_, err = p.Apply(ctx, m, plan.ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{"joining": joined, "granting": granted, "a new person": made} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = h.Group(ctx, "goes")
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the group: %v", err)
	}
}

// A run that is killed between closing and destroying leaves a group that the next
// run destroys, that a change opens at once, and that opens by itself in time.
func TestAGroupThatACrashLeftClosedComesBack(t *testing.T) {
	const file = "version: 1\ngroups: [{name: keeps}, {name: other}]\n"
	ctx := t.Context()
	crashed := func(t *testing.T) house {
		h := newHouse(t)
		h.apply(t, world+ways, plan.Options{})
		_, err := h.CloseGroup(ctx, "goes", "") // and no more of the run
		if err != nil {
			t.Fatal(err)
		}
		if err := h.AddMember(ctx, "goes", "bob@example.com", time.Time{}); !errors.Is(err, store.ErrClosed) {
			t.Fatal(err)
		}
		return h
	}
	t.Run("the next run", func(t *testing.T) {
		h := crashed(t)
		h.apply(t, file, plan.Options{})
		_, err := h.Group(ctx, "goes")
		if !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
	})
	t.Run("a change", func(t *testing.T) {
		h := crashed(t)
		_, err := h.UpdateGroup(ctx, "goes", "", func(*resource.Group) error { return nil })
		if err == nil {
			err = h.AddMember(ctx, "goes", "bob@example.com", time.Time{})
		}
		if err != nil {
			t.Error(err)
		}
	})
}
