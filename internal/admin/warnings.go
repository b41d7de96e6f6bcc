package admin

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// How far is looked for people whose launches would be refused: a change is
// answered in time, however many people and connectors it touches.
const (
	lookPeople     = 500
	lookConnectors = 50
	lookGroups     = idp.MaxGrants
	namedPeople    = 20 // by a warning
)

// About is what a change was of; its zero value is everything: a connector, a group, a person, a grant
// (connector and group) or a membership (group and person).
type About struct {
	Connector string // slug; empty for every one that the group opens, or the person's groups
	Group     string // name; empty for every one of the connector, or of the person
	User      string // email; empty for everybody in the groups
	Ends      bool   // it may have given memberships an end, as those of a person always may
}

// Warnings are the people whose launches would be refused after a change, with the
// reasons: by the connectors that the change was about, for the people that it was
// about. Who is suspended is not among them. At most 500 people and 50 connectors
// are looked at, and a warning says so where there are more.
//
// A change that is done must not seem to have failed: what cannot be looked at is a
// warning too, and what is gone is none.
//
// Where a membership may have been given an end ([About.Ends]), who is let in for
// less time than AWS's shortest session has is among them.
func (a *Administrator) Warnings(ctx context.Context, about About) ([]resource.Warning, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	ends := about.Ends || about.User != ""
	about.Ends = false // it is what is looked for, and not where
	return a.service.look(ctx, ends, func(o *outlook) error { return o.find(ctx, about) }), nil
}

// look tries the launches of the people at the connectors that find reads.
func (s *Service) look(ctx context.Context, ends bool, find func(*outlook) error) []resource.Warning {
	o := outlook{service: s, ends: ends}
	err := find(&o)
	if err == nil {
		err = o.try(ctx)
	}
	switch {
	case isNotFound(err):
		return nil
	case err != nil:
		return []resource.Warning{{Field: "people", Reason: "could not be looked at just now, so that nobody knows whose launches would be refused", Remedy: "look at who has access", People: []string{}}}
	}
	return o.warnings()
}

// lookTime is how long is looked after an import, which has had its own time.
const lookTime = 5 * time.Second

// importWarnings are the people whose launches would be refused, of those whom an
// import made or changed.
func (s *Service) importWarnings(ctx context.Context, rows []resource.ImportRow) []resource.Warning {
	var emails []string
	for _, row := range rows {
		if row.Does == doesCreate || row.Does == doesUpdate {
			emails = append(emails, row.Email)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	return s.look(ctx, true, func(o *outlook) error { return o.named(ctx, emails) })
}

// named reads people by their emails, and the connectors that are open to them.
func (o *outlook) named(ctx context.Context, emails []string) error {
	var groups []string
	for _, email := range firstOfAll(o, emails, lookPeople) {
		u, err := o.service.User(ctx, email)
		if isNotFound(err) {
			continue // deleted a moment ago
		}
		if err != nil {
			return err
		}
		o.people = append(o.people, u)
		for _, m := range o.service.live(u.Groups) {
			groups = append(groups, m.GroupID)
		}
	}
	slices.Sort(groups)
	return o.open(ctx, firstOfAll(o, slices.Compact(groups), lookGroups))
}

// open reads the connectors that the groups open.
func (o *outlook) open(ctx context.Context, groups []string) error {
	slugs, err := o.opened(ctx, groups)
	if err != nil {
		return err
	}
	o.connectors, err = o.service.Store.Connectors(ctx, slugs...)
	return err
}

// outlook are the people and the connectors of a change.
type outlook struct {
	service    *Service
	people     []*idp.User
	connectors []*idp.Connector
	ends       bool // ends that are near count
	short      bool // there are more than were looked at
	refused    map[refusedBy][]string
}

// refusedBy is a reason to refuse people.
type refusedBy struct{ connector, field, reason, remedy string }

// find reads what the change was about.
func (o *outlook) find(ctx context.Context, about About) error {
	var groups []string
	s := o.service
	if about.User != "" {
		u, err := s.User(ctx, about.User)
		if err != nil {
			return err
		}
		o.people = []*idp.User{u}
		for _, m := range s.live(u.Groups) {
			groups = append(groups, m.GroupID)
		}
	}
	if about.Connector != "" {
		c, err := s.Store.Connector(ctx, about.Connector)
		if err != nil {
			return err
		}
		o.connectors, groups = []*idp.Connector{c}, c.Groups
	}
	if about.Group != "" {
		g, err := s.Group(ctx, about.Group)
		if err != nil {
			return err
		}
		groups = []string{g.ID}
	}
	if about == (About{}) {
		var err error
		groups, err = o.all(ctx)
		if err != nil {
			return err
		}
	}
	groups = firstOfAll(o, groups, lookGroups)
	if about.Connector == "" && about != (About{}) {
		err := o.open(ctx, groups)
		if err != nil {
			return err
		}
	}
	o.connectors = slices.DeleteFunc(o.connectors, func(c *idp.Connector) bool { return c.Kind != idp.KindAWS })
	if about.User != "" || len(o.connectors) == 0 {
		return nil
	}
	return o.join(ctx, groups)
}

// all reads connectors, whatever they are open to, and returns their groups.
func (o *outlook) all(ctx context.Context) ([]string, error) {
	s := o.service
	list, next, err := s.Store.ListConnectors(ctx, store.List{Limit: lookConnectors})
	if err != nil {
		return nil, err
	}
	o.short = next != ""
	var slugs, groups []string
	for _, c := range list {
		slugs = append(slugs, c.Slug)
	}
	o.connectors, err = s.Store.Connectors(ctx, slugs...)
	for _, c := range o.connectors {
		groups = append(groups, c.Groups...)
	}
	slices.Sort(groups)
	return slices.Compact(groups), err
}

// opened are the slugs of the connectors that the groups open.
func (o *outlook) opened(ctx context.Context, groups []string) ([]string, error) {
	var all []string
	for _, group := range groups {
		slugs, err := o.service.Store.FirstGroupConnectors(ctx, group, lookConnectors+1)
		if err != nil {
			return nil, err
		}
		all = append(all, slugs...)
		slices.Sort(all)
		all = slices.Compact(all)
		if len(all) > lookConnectors {
			break
		}
	}
	return firstOfAll(o, all, lookConnectors), nil
}

// join reads the people in the groups.
func (o *outlook) join(ctx context.Context, groups []string) error {
	s := o.service
	seen := map[string]bool{}
	var ids []string
	for _, group := range groups {
		list := store.List{Limit: store.MaxPage}
		for len(ids) <= lookPeople {
			members, next, err := s.Store.Members(ctx, group, list)
			if err != nil {
				return err
			}
			for _, m := range members {
				if !seen[m.UserID] {
					ids = append(ids, m.UserID)
				}
				seen[m.UserID] = true
			}
			if next == "" {
				break
			}
			list.Cursor = next
		}
	}
	users, err := s.Store.Users(ctx, firstOfAll(o, ids, lookPeople)...)
	o.people = users
	return err
}

// firstOfAll are the first of a list, and a note where there are more.
func firstOfAll[T any](o *outlook, all []T, most int) []T {
	if len(all) <= most {
		return all
	}
	o.short = true
	return all[:most]
}

// try tries the launch of each person at each connector.
func (o *outlook) try(ctx context.Context) error {
	doors, err := o.service.doorsOf(ctx, o.connectors)
	if err != nil {
		return err
	}
	o.refused = map[refusedBy][]string{}
	for _, u := range o.people {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !u.Active {
			continue
		}
		for _, d := range doors {
			for _, p := range d.refuses(u) {
				by := refusedBy{d.connector.Slug, p.Field, "the launch of these people would be refused: " + p.Reason, p.Remedy}
				o.refused[by] = append(o.refused[by], u.Email)
			}
			if o.ends && o.service.endsEarly(d.connector, u) {
				by := refusedBy{d.connector.Slug, "expires_at", "the access of these people ends soon: " + awsfed.EarlyEndTerms, awsfed.EarlyEndRemedy}
				o.refused[by] = append(o.refused[by], u.Email)
			}
		}
	}
	return nil
}

// endsEarly reports whether the person's access has less left than AWS's shortest
// session. Who has it by another group for longer has it for longer.
func (s *Service) endsEarly(c *idp.Connector, u *idp.User) bool {
	for _, end := range s.endings(c, u) {
		if end.Early {
			return true
		}
	}
	return false
}

// warnings tells what was found, by connector.
func (o *outlook) warnings() []resource.Warning {
	var all []resource.Warning
	for _, by := range slices.SortedFunc(maps.Keys(o.refused), func(a, b refusedBy) int {
		return cmp.Or(cmp.Compare(a.connector, b.connector), cmp.Compare(a.field, b.field), cmp.Compare(a.reason, b.reason), cmp.Compare(a.remedy, b.remedy))
	}) {
		emails := o.refused[by]
		slices.Sort(emails)
		emails = slices.Compact(emails)
		all = append(all, resource.Warning{
			Connector: by.connector, Field: by.field, Reason: by.reason, Remedy: by.remedy,
			People: emails[:min(len(emails), namedPeople)], Count: len(emails), AtLeast: o.short,
		})
	}
	if more := len(all) - idp.MaxProblems; more > 0 {
		all = append(all[:idp.MaxProblems], resource.Warning{Field: "people", Reason: fmt.Sprintf("there are %d more reasons to refuse launches", more), Remedy: "mend these first", People: []string{}})
	}
	if o.short {
		all = append(all, resource.Warning{
			Field: "people", Reason: fmt.Sprintf("only the first %d people, %d connectors and %d groups were looked at: others may be refused too", lookPeople, lookConnectors, lookGroups),
			Remedy: "look at who has access", People: []string{},
		})
	}
	return all
}
