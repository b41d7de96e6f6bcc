package plan

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Action is what a step does to its thing.
type Action string

// The actions.
const (
	Add     Action = "add"
	Change  Action = "change"
	Destroy Action = "destroy"
)

// Kind is the kind of thing that a step is about.
type Kind string

// The kinds.
const (
	KindConnector Kind = "connector"
	KindGroup     Kind = "group"
	KindUser      Kind = "user"
	KindMember    Kind = "member" // of a group: a person's place in it
	KindSettings  Kind = "settings"
)

// Field is one field that a step changes. Before is nil for what was not there,
// After for what will not be. Entries of lists stand by their names, such as
// roles["arn:…"]; values are texts and truths.
type Field struct {
	Name   string `json:"name"`
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
}

// Step is one change of one thing. It is done wholly or not at all.
type Step struct {
	Action Action  `json:"action"`
	Kind   Kind    `json:"kind"`
	Name   string  `json:"name"`            // slug, email or name of the group; settings for those
	Email  string  `json:"email,omitempty"` // of the member
	Fields []Field `json:"fields,omitempty"`
	ETag   string  `json:"-"` // of the thing as the plan found it; empty for one that is to be added, and for memberships

	phase phase
	do    func(ctx context.Context, r *run) error

	// Either may be nil. What the step's effect on people hangs on has to be as the
	// plan knows it right before the step; what it leaves is known after it.
	needs  func(r *run) basis
	leaves func(r *run)
}

// String says what the step does, for people.
func (s Step) String() string {
	if s.Kind == KindSettings {
		return "change the settings"
	}
	if s.Kind != KindMember {
		return fmt.Sprintf("%s %s %q", s.verb(), s.Kind, s.Name)
	}
	switch s.Action {
	case Add:
		return fmt.Sprintf("add %q to group %q", s.Email, s.Name)
	case Destroy:
		return fmt.Sprintf("remove %q from group %q", s.Email, s.Name)
	}
	return fmt.Sprintf("change how long %q is in group %q", s.Email, s.Name)
}

// verb is what is done to a thing, more exactly where it is one thing.
func (s Step) verb() string {
	if s.Kind != KindConnector || s.Action != Change || len(s.Fields) != 1 {
		return string(s.Action)
	}
	switch s.Fields[0] {
	case Field{"active", false, true}:
		return "activate"
	case Field{"active", true, false}:
		return "deactivate"
	}
	if s.Fields[0].Name == "key" {
		return "change key of"
	}
	return string(s.Action)
}

// phase is when a step has its turn. What closes access comes before what opens it;
// what others refer to is made before them and destroyed after them.
type phase int

const (
	settling        phase = iota // what holds for the whole installation
	deactivating                 // connectors that are to be inactive, or to go
	makingGroups                 // and changing them
	makingOwners                 // before any owner is demoted
	makingUsers                  // and changing them
	removingMembers              // before adding, for the limits of one person
	addingMembers
	makingConnectors // and changing them, with grants and keys
	activating
	destroyingConnectors
	destroyingUsers // before their groups: leaving a group makes another version of a person
	destroyingGroups
)

// Plan is what has to be done for the state to be as a file asks.
type Plan struct {
	Steps  []Step       `json:"steps"`  // in the order in which they are done
	Notes  idp.Problems `json:"-"`      // what to know: what the file asks and will not be so, and warnings
	Effect Effect       `json:"effect"` // on people, of all the steps together

	now   time.Time // as of which it was made
	state State
	again func(State, time.Time) (*Plan, error) // makes it anew
}

// Counts are how many connectors, groups and people a plan touches.
type Counts struct {
	Add     int `json:"add"`
	Change  int `json:"change"`
	Destroy int `json:"destroy"`
}

// Count counts things, not steps: a connector that is made and activated counts
// once, and who is in a group is a field of the group.
func (p *Plan) Count() Counts {
	var n Counts
	for _, b := range p.blocks() {
		switch b.action {
		case Add:
			n.Add++
		case Change:
			n.Change++
		case Destroy:
			n.Destroy++
		}
	}
	return n
}

// Empty reports whether there is nothing to do.
func (p *Plan) Empty() bool { return len(p.Steps) == 0 }

// block is one thing with all steps that are about it.
type block struct {
	action Action
	kind   Kind
	name   string
	steps  []Step
}

// blocks gathers the steps by thing, in the order of the sections of a file.
func (p *Plan) blocks() []*block {
	type thing struct {
		kind Kind
		name string
	}
	at := map[thing]*block{}
	sections := map[Kind][]*block{}
	for _, s := range p.Steps {
		kind, action := s.Kind, s.Action
		if kind == KindMember {
			kind, action = KindGroup, Change
		}
		b := at[thing{kind, s.Name}]
		if b == nil {
			b = &block{action: action, kind: kind, name: s.Name}
			at[thing{kind, s.Name}] = b
			sections[kind] = append(sections[kind], b)
		}
		if action != Change {
			b.action = action
		}
		b.steps = append(b.steps, s)
	}
	var all []*block
	for _, kind := range []Kind{KindSettings, KindConnector, KindGroup, KindUser} {
		slices.SortFunc(sections[kind], func(a, b *block) int { return cmp.Compare(a.name, b.name) })
		all = append(all, sections[kind]...)
	}
	return all
}
