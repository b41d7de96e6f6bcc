package plan

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func (d *differ) planGroups() {
	if d.file.Groups == nil {
		return
	}
	for _, want := range d.file.Groups {
		have := d.groups[want.Name]
		switch {
		case have == nil:
			d.addGroup(want)
		case have.Description != want.Description:
			d.changeGroup(want, *have)
		}
	}
	there := d.groupsAfter()
	for _, name := range slices.Sorted(maps.Keys(d.groups)) {
		if !there[name] {
			d.destroyGroup(*d.groups[name])
		}
	}
}

func (d *differ) addGroup(want Group) {
	var fields []Field
	if want.Description != "" {
		fields = []Field{{"description", nil, want.Description}}
	}
	d.steps = append(d.steps, Step{
		Action: Add, Kind: KindGroup, Name: want.Name, Fields: fields, phase: makingGroups,
		do: func(ctx context.Context, r *run) error {
			_, err := r.site.CreateGroup(ctx, resource.Group{Name: want.Name, Description: want.Description})
			return err
		},
	})
}

func (d *differ) changeGroup(want Group, have resource.Group) {
	d.steps = append(d.steps, Step{
		Action: Change, Kind: KindGroup, Name: want.Name, Fields: []Field{{"description", have.Description, want.Description}}, ETag: have.ETag, phase: makingGroups,
		do: func(ctx context.Context, r *run) error {
			_, err := r.site.UpdateGroup(ctx, want.Name, have.ETag, func(shape *resource.Group) error {
				shape.Description = want.Description
				return nil
			})
			return err
		},
	})
}

func (d *differ) destroyGroup(have resource.Group) {
	var fields []Field
	if have.Description != "" {
		fields = []Field{{"description", have.Description, nil}}
	}
	d.steps = append(d.steps, Step{
		Action: Destroy, Kind: KindGroup, Name: have.Name, Fields: fields, ETag: have.ETag, phase: destroyingGroups,
		do:     func(ctx context.Context, r *run) error { return r.destroyGroup(ctx, have) },
		leaves: func(r *run) { delete(r.known.members, have.Name) },
	})
}

func (d *differ) planUsers() {
	if d.file.Users == nil {
		return
	}
	listed := map[string]bool{}
	for _, want := range d.file.Users {
		listed[want.Email] = true
		have := d.users[want.Email]
		if have == nil {
			d.addUser(want)
			continue
		}
		d.changeUser(want, *have)
	}
	for _, email := range slices.Sorted(maps.Keys(d.users)) {
		if !listed[email] {
			d.destroyUser(*d.users[email])
		}
	}
}

// turn is when a person has their turn.
func (u *User) turn() phase {
	if u.Active && u.AdminRole == string(idp.AdminOwner) {
		return makingOwners
	}
	return makingUsers
}

// addUser adds a person with the groups that the file puts them into, as far as
// one write goes; [differ.planMembers] adds the rest.
func (d *differ) addUser(want User) {
	other, taken := d.nameIDs[want.NameID]
	if want.NameID != "" && taken {
		d.problem(fmt.Sprintf("users[%q].name_id", want.Email), want.NameID, "is what AWS knows "+other+" by", "leave it out")
	}
	shape := resource.User{Email: want.Email, Name: want.Name, Active: true, AdminRole: want.AdminRole, Attributes: want.Attributes, NameID: want.NameID}
	d.steps = append(d.steps, Step{
		Action: Add, Kind: KindUser, Name: want.Email, Fields: newUserFields(&want), phase: want.turn(),
		do: func(ctx context.Context, r *run) error {
			in := shape
			in.Groups = r.joining[want.Email]
			made, err := r.site.CreateUser(ctx, in)
			if err != nil {
				return err
			}
			r.joined[want.Email] = made.Groups
			if want.Active {
				return nil
			}
			return r.site.SuspendUser(ctx, want.Email)
		},
		needs: func(r *run) basis { return basis{doors: namesOf(r.joining[want.Email])} },
		leaves: func(r *run) {
			r.known.active[want.Email] = want.Active
			for _, m := range r.joining[want.Email] {
				r.known.join(m.Name, want.Email, m.ExpiresAt)
			}
		},
	})
}

func namesOf(groups []resource.Membership) []string {
	names := make([]string, len(groups))
	for i, m := range groups {
		names[i] = m.Name
	}
	return names
}

func (d *differ) changeUser(want User, have resource.User) {
	before := storedUser(have)
	switch {
	case want.NameID == "":
		want.NameID = before.NameID
	case want.NameID != before.NameID:
		d.problem(fmt.Sprintf("users[%q].name_id", want.Email), want.NameID, "is not what AWS knows the person by, which stays for life", "leave it out")
	}
	fields := changed(before.facts(), want.facts())
	update := len(fields) > 0
	if want.Active != before.Active {
		fields = append(fields, Field{"active", before.Active, want.Active})
	}
	if len(fields) == 0 {
		return
	}
	d.steps = append(d.steps, Step{
		Action: Change, Kind: KindUser, Name: want.Email, Fields: fields, ETag: have.ETag, phase: want.turn(),
		do: func(ctx context.Context, r *run) error { return r.changeUser(ctx, want, have, update) },
		needs: func(*run) basis {
			if have.Active || !want.Active {
				return basis{}
			}
			return basis{doors: namesOf(have.Groups)}
		},
		leaves: func(r *run) { r.known.active[want.Email] = want.Active },
	})
}

func (d *differ) destroyUser(have resource.User) {
	before := storedUser(have)
	d.steps = append(d.steps, Step{
		Action: Destroy, Kind: KindUser, Name: have.Email, Fields: gone(newUserFields(&before)), ETag: have.ETag, phase: destroyingUsers,
		do:     func(ctx context.Context, r *run) error { return r.site.DeleteUser(ctx, have.Email, have.ETag) },
		leaves: func(r *run) { r.known.forget(have.Email) },
	})
}

// planMembers plans memberships of people and groups that stay. A membership that
// the file wants and that has ended is as good as none.
func (d *differ) planMembers() {
	for _, g := range d.file.Groups {
		if g.Members == nil {
			continue
		}
		wanted := map[string]bool{}
		for _, m := range g.Members {
			if !liveAt(m.ExpiresAt, d.Now) {
				continue
			}
			wanted[m.Email] = true
			before, there := d.members[g.Name][m.Email]
			if !there || before != m.ExpiresAt {
				d.steps = append(d.steps, addition(g.Name, m, before, there))
			}
		}
		for _, email := range slices.Sorted(maps.Keys(d.members[g.Name])) {
			if !wanted[email] && d.stays(email) {
				d.steps = append(d.steps, removal(g.Name, email, d.members[g.Name][email]))
			}
		}
	}
}

func (d *differ) stays(email string) bool {
	if d.file.Users == nil {
		return true
	}
	_, found := slices.BinarySearchFunc(d.file.Users, email, func(u User, email string) int {
		switch {
		case u.Email < email:
			return -1
		case u.Email > email:
			return 1
		}
		return 0
	})
	return found
}

func addition(group string, m Member, before string, there bool) Step {
	s := Step{Action: Add, Kind: KindMember, Name: group, Email: m.Email, phase: addingMembers}
	if there {
		s.Action, s.Fields = Change, []Field{{"expires_at", before, m.ExpiresAt}}
	} else if m.ExpiresAt != "" {
		s.Fields = []Field{{"expires_at", nil, m.ExpiresAt}}
	}
	s.do = func(ctx context.Context, r *run) error {
		done, err := r.membership(ctx, group, m.Email, stay{there, before}, stay{true, m.ExpiresAt})
		if done || err != nil {
			return err
		}
		return r.site.AddMember(ctx, group, m.Email, until(m.ExpiresAt))
	}
	s.needs = func(*run) basis { return basis{doors: []string{group}} }
	s.leaves = func(r *run) { r.known.join(group, m.Email, m.ExpiresAt) }
	return s
}

func removal(group, email, before string) Step {
	s := Step{Action: Destroy, Kind: KindMember, Name: group, Email: email, phase: removingMembers}
	s.do = func(ctx context.Context, r *run) error {
		done, err := r.membership(ctx, group, email, stay{true, before}, stay{})
		if done || err != nil {
			return err
		}
		return r.site.RemoveMember(ctx, group, email)
	}
	s.leaves = func(r *run) { delete(r.known.members[group], email) }
	return s
}
