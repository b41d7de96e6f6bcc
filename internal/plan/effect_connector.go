package plan

import (
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

// EffectsOf is the effect of a change of one connector on the members of its groups.
// They are read, by the name of the group, unless before and after plainly open the
// same to each of them.
func EffectsOf(before, after resource.Connector, members func(group string) ([]resource.Member, error), now time.Time) (Effect, error) {
	if before.Active == after.Active && (!before.Active || sameDoors(before, after)) {
		return Effect{}, nil
	}
	people := map[string]*resource.User{}
	for _, group := range sorted(slices.Concat(before.Groups, after.Groups)) {
		list, err := members(group)
		if err != nil {
			return Effect{}, err
		}
		for _, m := range list {
			if people[m.Email] == nil {
				people[m.Email] = &resource.User{Email: m.Email, Active: m.Active}
			}
			people[m.Email].Groups = append(people[m.Email].Groups, resource.Membership{Name: group, ExpiresAt: m.ExpiresAt})
		}
	}
	var users []resource.User
	for _, u := range people {
		users = append(users, *u)
	}
	was := State{Connectors: []resource.Connector{before}, Users: users}
	is := State{Connectors: []resource.Connector{after}, Users: users}
	return Effects(was, is, now), nil
}

// sameDoors reports whether two states of a connector plainly open the same to the
// same groups.
func sameDoors(a, b resource.Connector) bool {
	same := func(x, y []string) bool { return slices.Equal(sorted(x), sorted(y)) }
	return same(a.Groups, b.Groups) && slices.EqualFunc(a.Roles, b.Roles, func(x, y resource.Role) bool {
		return x.RoleARN == y.RoleARN && same(x.Groups, y.Groups)
	})
}
