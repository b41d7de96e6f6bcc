package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// Options are what a plan depends on beside the state and the file.
type Options struct {
	Now  time.Time          // needed: memberships end
	Self string             // email of the person who will apply; empty for one who has no account here
	Keys map[string]KeyPair // by slug: what private_key_file and certificate_file hold
}

// KeyPair is a private key and its certificate, PEM.
type KeyPair struct{ PrivateKey, Certificate []byte }

// Diff plans what has to be done for the state to be as the file asks. The error is
// [idp.Problems] when the file asks for what cannot be, or [ErrLockdown].
//
// A connector whose key was uploaded and is neither here nor among the options
// comes in inactive; a note says so.
func Diff(s State, f *File, o Options) (*Plan, error) {
	if s.Lockdown {
		return nil, ErrLockdown
	}
	d := newDiffer(s, f, o)
	d.checkRefs()
	d.checkOwners()
	d.planSettings()
	d.planConnectors()
	d.planGroups()
	d.planUsers()
	d.planMembers()
	if len(d.problems) > 0 {
		return nil, d.problems
	}
	slices.SortStableFunc(d.steps, func(a, b Step) int { return cmp.Compare(a.phase, b.phase) })
	after := d.after()
	d.noteRefused(after)
	return &Plan{
		Steps: d.steps, Notes: fold(d.notes), Effect: Effects(s, after, o.Now), now: o.Now, state: s,
		again: func(s State, now time.Time) (*Plan, error) {
			o.Now = now
			return Diff(s, f, o)
		},
	}, nil
}

// differ is a plan in the making.
type differ struct {
	Options
	state      State
	file       *File
	connectors map[string]*resource.Connector // that are stored, by slug
	groups     map[string]*resource.Group
	users      map[string]*resource.User
	nameIDs    map[string]string            // emails of those who are stored, by NameID
	members    map[string]map[string]string // that are stored and live, by group and email
	wanted     []Connector                  // as they will be

	steps    []Step
	notes    idp.Problems
	problems idp.Problems
}

func newDiffer(s State, f *File, o Options) *differ {
	d := &differ{
		Options: o, state: s, file: f.sorted(), members: membersOf(s.Users, o.Now),
		steps: []Step{}, connectors: map[string]*resource.Connector{}, groups: map[string]*resource.Group{}, users: map[string]*resource.User{}, nameIDs: map[string]string{},
	}
	for i := range s.Connectors {
		d.connectors[s.Connectors[i].Slug] = &s.Connectors[i]
	}
	for i := range s.Groups {
		d.groups[s.Groups[i].Name] = &s.Groups[i]
	}
	for i := range s.Users {
		d.users[s.Users[i].Email] = &s.Users[i]
		d.nameIDs[s.Users[i].NameID] = s.Users[i].Email
	}
	return d
}

func (d *differ) problem(field, value, reason, remedy string) {
	d.problems = append(d.problems, idp.Problem{Field: field, Value: value, Reason: reason, Remedy: remedy})
}

// checkRefs tells of names that lead neither to the file nor to what is stored.
// Those of sections that are in the file were told when it was read.
func (d *differ) checkRefs() {
	if d.file.Groups == nil {
		for _, c := range d.file.Connectors {
			for _, name := range c.Groups {
				if d.groups[name] == nil {
					d.problem(fmt.Sprintf("connectors[%q].groups", c.Slug), name, "is not a group that is there", "add it to groups, or create it first")
				}
			}
		}
	}
	if d.file.Users != nil {
		return
	}
	for _, g := range d.file.Groups {
		for _, m := range g.Members {
			if d.users[m.Email] == nil {
				d.problem(fmt.Sprintf("groups[%q].members", g.Name), m.Email, "is not a person who is there", "add them to users, or create them first")
			}
		}
	}
}

// checkOwners keeps the file from locking out everybody, or whoever applies it.
func (d *differ) checkOwners() {
	if d.file.Users == nil {
		return
	}
	owner := func(active bool, role string) bool { return active && role == string(idp.AdminOwner) }
	had := slices.ContainsFunc(d.state.Users, func(u resource.User) bool { return owner(u.Active, u.AdminRole) })
	has := slices.ContainsFunc(d.file.Users, func(u User) bool { return owner(u.Active, u.AdminRole) })
	if had && !has {
		d.problem("users", "", "has no active owner, so that nobody could administer Gatepost any more", "give somebody admin_role: owner")
	}
	self := d.users[d.Self]
	if self == nil {
		return
	}
	at := slices.IndexFunc(d.file.Users, func(u User) bool { return u.Email == d.Self })
	switch {
	case at < 0:
		d.problem("users", d.Self, "does not list you, who apply it", "add yourself, or have another owner apply the file")
	case self.Active && !d.file.Users[at].Active, self.AdminRole != d.file.Users[at].AdminRole:
		d.problem(fmt.Sprintf("users[%q]", d.Self), "", "would change what you, who apply it, may do", "have another owner apply the file")
	}
}

// after is the state when all is done.
func (d *differ) after() State {
	s := State{URL: d.state.URL}
	for name := range d.groupsAfter() {
		s.Groups = append(s.Groups, resource.Group{Name: name})
	}
	s.Connectors = d.connectorsAfter()
	s.Users = d.usersAfter()
	return s
}

func (d *differ) groupsAfter() map[string]bool {
	names := map[string]bool{}
	if d.file.Groups == nil {
		for name := range d.groups {
			names[name] = true
		}
		return names
	}
	for _, g := range d.file.Groups {
		names[g.Name] = true
	}
	return names
}

// connectorsAfter are the connectors when all is done. A group that goes takes its
// grants with it, and the roles that were open to it alone.
func (d *differ) connectorsAfter() []resource.Connector {
	var list []resource.Connector
	if d.file.Connectors != nil {
		for i := range d.wanted {
			list = append(list, d.wanted[i].shape())
		}
		return list
	}
	there := d.groupsAfter()
	left := func(groups []string) []string {
		return slices.DeleteFunc(slices.Clone(groups), func(name string) bool { return !there[name] })
	}
	for _, c := range d.state.Connectors {
		c.Groups = left(c.Groups)
		var roles []resource.Role
		for _, role := range c.Roles {
			open := left(role.Groups)
			if len(role.Groups) == 0 || len(open) > 0 {
				role.Groups = open
				roles = append(roles, role)
			}
		}
		c.Roles = roles
		list = append(list, c)
	}
	return list
}

func (d *differ) usersAfter() []resource.User {
	var list []resource.User
	if d.file.Users != nil {
		left := d.unconfirmed()
		for _, u := range d.file.Users {
			list = append(list, resource.User{Email: u.Email, Name: u.Name, Active: u.Active, Attributes: u.Attributes, Unconfirmed: left[u.Email]})
		}
	} else {
		for _, u := range d.state.Users {
			list = append(list, resource.User{Email: u.Email, Name: u.Name, Active: u.Active, Attributes: u.Attributes, Unconfirmed: u.Unconfirmed})
		}
	}
	groups := map[string][]resource.Membership{}
	there := d.groupsAfter()
	for name, members := range d.members {
		if there[name] && d.file.membersOf(name) == nil {
			for email, until := range members {
				groups[email] = append(groups[email], resource.Membership{Name: name, ExpiresAt: until})
			}
		}
	}
	for _, g := range d.file.Groups {
		for _, m := range g.Members {
			groups[m.Email] = append(groups[m.Email], resource.Membership{Name: g.Name, ExpiresAt: m.ExpiresAt})
		}
	}
	for i := range list {
		list[i].Groups = groups[list[i].Email]
	}
	return list
}

// membersOf is who the file asks to be in a group; nil when it does not say.
func (f *File) membersOf(name string) Section[Member] {
	i, found := slices.BinarySearchFunc(f.Groups, name, func(g Group, name string) int { return cmp.Compare(g.Name, name) })
	if !found {
		return nil
	}
	return f.Groups[i].Members
}
