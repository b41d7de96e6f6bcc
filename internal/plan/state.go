package plan

import (
	"context"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// State is what is stored, in the shapes of the config API, each with its ETag.
type State struct {
	Settings   resource.Settings
	Connectors []resource.Connector
	Groups     []resource.Group
	Users      []resource.User // with the groups they are in
	URL        string          // the address that people reach Gatepost by
	Lockdown   bool
}

// Load reads the state. What changes while it is read shows later, by its ETag.
func Load(ctx context.Context, from Reader) (State, error) {
	var s State
	in, err := from.Instance(ctx)
	if err != nil {
		return s, fmt.Errorf("read instance: %w", err)
	}
	s.URL, s.Lockdown = in.URL, in.Lockdown
	s.Settings, err = from.Settings(ctx)
	if err != nil {
		return s, fmt.Errorf("read settings: %w", err)
	}
	s.Connectors, err = pages(ctx, from.ConnectorPage)
	if err != nil {
		return s, fmt.Errorf("read connectors: %w", err)
	}
	s.Groups, err = pages(ctx, from.GroupPage)
	if err != nil {
		return s, fmt.Errorf("read groups: %w", err)
	}
	s.Users, err = pages(ctx, from.UserPage)
	if err != nil {
		return s, fmt.Errorf("read users: %w", err)
	}
	return s, nil
}

func pages[T any](ctx context.Context, read func(context.Context, string) ([]T, string, error)) ([]T, error) {
	var all []T
	cursor := ""
	for {
		page, next, err := read(ctx, cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if next == "" {
			return all, nil
		}
		cursor = next
	}
}

// Export is the file of what is stored: connectors and groups, and with people
// also them and who is in which group at the given time. It holds no secrets, and
// no files of keys. It fails with [ErrLockdown].
func Export(s State, people bool, now time.Time) (*File, error) {
	if s.Lockdown {
		return nil, ErrLockdown
	}
	f := &File{Version: FileVersion, Settings: storedSettings(s.Settings), Connectors: Section[Connector]{}, Groups: Section[Group]{}}
	for _, c := range s.Connectors {
		f.Connectors = append(f.Connectors, stored(c))
	}
	var members map[string]map[string]string
	if people {
		members = membersOf(s.Users, now)
		f.Users = Section[User]{}
	}
	for _, g := range s.Groups {
		group := Group{Name: g.Name, Description: g.Description}
		if people {
			group.Members = Section[Member]{}
			for email, until := range members[g.Name] {
				group.Members = append(group.Members, Member{Email: email, ExpiresAt: until})
			}
		}
		f.Groups = append(f.Groups, group)
	}
	if people {
		for _, u := range s.Users {
			f.Users = append(f.Users, storedUser(u))
		}
	}
	f.sort()
	return f, nil
}

func storedUser(u resource.User) User {
	shown := User{Email: u.Email, Name: u.Name, Active: u.Active, AdminRole: u.AdminRole, NameID: u.NameID}
	if len(u.Attributes) > 0 {
		shown.Attributes = u.Attributes
	}
	return shown
}

// membersOf are the live memberships: by group and email, when they end.
func membersOf(users []resource.User, now time.Time) map[string]map[string]string {
	members := map[string]map[string]string{}
	for _, u := range users {
		for _, m := range u.Groups {
			if !liveAt(m.ExpiresAt, now) {
				continue
			}
			if members[m.Name] == nil {
				members[m.Name] = map[string]string{}
			}
			members[m.Name][u.Email] = m.ExpiresAt
		}
	}
	return members
}

func liveAt(expires string, now time.Time) bool {
	return idp.Membership{Until: until(expires)}.Live(now)
}

// until is the time that a membership ends, zero for never. What is not a time was
// refused before; here it ends at once.
func until(expires string) time.Time {
	end, problems := idp.ReadEnd("", expires)
	if len(problems) > 0 {
		return time.Unix(0, 0)
	}
	return end
}
