package admin

import (
	"context"
	"errors"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// Export is what is stored, as the declarative file, with the people if asked for.
// It never holds a secret, and that it was made goes on record. In lockdown it is refused: no connector shows then
// whether it is active.
func (a *Administrator) Export(ctx context.Context, people bool) (*plan.File, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	state, err := plan.Load(ctx, site{a})
	if err != nil {
		return nil, err
	}
	if state.Lockdown {
		return nil, ErrLockdown
	}
	file, err := plan.Export(state, people, a.service.Now())
	if err != nil {
		return nil, err
	}
	e := a.service.event(a.actor, idp.ActionExport, "")
	e.After = map[string]any{"users": people}
	err = a.service.Store.PutEvent(ctx, e)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Plan is what has to be done for everything to be as a file asks, and the effect
// of that on people. It changes nothing.
func (a *Administrator) Plan(ctx context.Context, file *plan.File) (*plan.Plan, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	state, err := plan.Load(ctx, site{a})
	if err != nil {
		return nil, err
	}
	made, err := plan.Diff(state, file, plan.Options{Now: a.service.Now(), Self: a.actor.Name})
	if errors.Is(err, plan.ErrLockdown) {
		return nil, ErrLockdown
	}
	return made, err
}

// Apply does what a plan says, as far as enough lets it; see [plan.Plan.Apply]. The
// policy is asked for the kinds of all steps before the first, so that a file which
// the actor may not apply changes nothing, and again by each step.
func (a *Administrator) Apply(ctx context.Context, p *plan.Plan, enough func() bool) (plan.Report, error) {
	err := a.may(ctx, OpMember, "file")
	for _, step := range p.Steps {
		if err == nil {
			err = a.may(ctx, operationOf(step.Kind), "file")
		}
	}
	if err != nil {
		return plan.Report{Remaining: p.Steps}, err
	}
	return p.Apply(ctx, site{a}, plan.ApplyOptions{Enough: enough, Now: a.service.Now})
}

func operationOf(kind plan.Kind) Operation {
	switch kind {
	case plan.KindConnector:
		return OpConnector
	case plan.KindGroup:
		return OpGroup
	case plan.KindSettings:
		return OpSettings
	case plan.KindUser:
		return OpUser
	}
	return OpMember
}

// site is an administrator as package plan works through them.
type site struct{ *Administrator }

var (
	_ plan.Reader = site{}
	_ plan.Site   = site{}
)

func wholePage(cursor string) List { return List{Limit: store.MaxPage, Cursor: cursor} }

// ConnectorPage is a page of all connectors.
func (s site) ConnectorPage(ctx context.Context, cursor string) ([]resource.Connector, string, error) {
	return s.Connectors(ctx, wholePage(cursor))
}

// GroupPage is a page of all groups.
func (s site) GroupPage(ctx context.Context, cursor string) ([]resource.Group, string, error) {
	return s.Groups(ctx, wholePage(cursor))
}

// UserPage is a page of all people.
func (s site) UserPage(ctx context.Context, cursor string) ([]resource.User, string, error) {
	return s.Users(ctx, wholePage(cursor))
}

// MemberPage is a page of the people in a group.
func (s site) MemberPage(ctx context.Context, group, cursor string) ([]resource.Member, string, error) {
	return s.Members(ctx, group, wholePage(cursor))
}

// ReopenGroup lets new members and grants into a group again.
func (s site) ReopenGroup(ctx context.Context, name, match string) error {
	_, err := s.Administrator.ReopenGroup(ctx, name, match)
	return err
}

// CreateConnector creates a connector; what there is to know about it is left out.
func (s site) CreateConnector(ctx context.Context, in resource.Connector) (resource.Connector, error) {
	saved, err := s.Administrator.CreateConnector(ctx, in)
	return saved.Connector, err
}

// UpdateConnector changes a connector; what there is to know about it is left out.
func (s site) UpdateConnector(ctx context.Context, slug, match string, change func(*resource.Connector) error) (resource.Connector, error) {
	saved, err := s.Administrator.UpdateConnector(ctx, slug, match, change)
	return saved.Connector, err
}
