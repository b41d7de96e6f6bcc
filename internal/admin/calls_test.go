package admin_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// Each call is one to DynamoDB, so that a file of thousands of people and
// connectors waits for them.
func TestWhatIsMadeAsksTheStoreAsOftenForManyGroupsAsForOne(t *testing.T) {
	d := newOffice(t)
	var names []string
	for i := range 50 {
		name := fmt.Sprintf("team-%02d", i)
		d.must(d.CreateGroup(t.Context(), owner, name, ""))
		names = append(names, name)
	}
	d.must(d.as(idp.AdminOwner).CreateConnector(t.Context(), resource.Connector{Slug: "wiki", Kind: "bookmark", URL: "https://wiki.example.com", Groups: names}))
	a := d.as(idp.AdminOwner)
	d.must(a.CreateUser(t.Context(), resource.User{Email: bob}))
	made := 0
	for what, of := range map[string]struct {
		most int
		make func(groups []string) error
	}{
		"a person": {6, func(groups []string) error {
			u := resource.User{Email: fmt.Sprintf("new%d@example.com", made)}
			for _, name := range groups {
				u.Groups = append(u.Groups, resource.Membership{Name: name})
			}
			_, err := a.CreateUser(t.Context(), u)
			return err
		}},
		"a connector": {9, func(groups []string) error {
			_, err := a.CreateConnector(t.Context(), resource.Connector{Slug: fmt.Sprintf("new-%d", made), Kind: "bookmark", URL: "https://example.com", Groups: groups})
			return err
		}},
		"a membership": {7, func(groups []string) error {
			return a.AddMember(t.Context(), groups[len(groups)-1], bob, time.Time{})
		}},
	} {
		count := func(groups []string) int {
			made++
			return d.tables.count(func() { d.must(nil, of.make(groups)) })
		}
		if one, many := count(names[:1]), count(names); one != many || one > of.most {
			t.Errorf("%s takes %d calls with one group and %d with %d, want at most %d", what, one, many, len(names), of.most)
		}
	}
}

func TestALockdownIsOneWriteHoweverManyConnectorsThereAre(t *testing.T) {
	d := newCity(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	count := func(do func(context.Context) error) [2]int {
		before := d.tables.written.Load()
		calls := d.tables.count(func() { d.must(nil, do(ctx)) })
		return [2]int{calls, int(d.tables.written.Load() - before)}
	}
	locked, lifted := count(a.Lockdown), count(a.LiftLockdown)
	if want := [2]int{2, 1}; locked != want || lifted != want {
		t.Errorf("calls, and writes among them: %v for a lockdown, %v for its lifting", locked, lifted)
	}
}
