package admin_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

const many = 250

// newCity is a desk with many connectors, groups and people. It goes past the use
// cases, which would take longer to fill it.
func newCity(t *testing.T) *desk {
	t.Helper()
	d := newOffice(t)
	ctx := t.Context()
	event := func() idp.Event {
		return idp.Event{ID: idp.NewID("ev_"), At: noon, Actor: "test", Action: idp.ActionConnectorCreate, Outcome: idp.OutcomeDone}
	}
	for i := range many {
		g := &idp.Group{ID: fmt.Sprintf("g_%03d", i), Name: fmt.Sprintf("team-%03d", i), Description: "Équipe"}
		c := &idp.Connector{
			ID: fmt.Sprintf("c_%03d", i), Slug: fmt.Sprintf("shop-%03d", i), Kind: idp.KindBookmark, URL: "https://example.com",
			Label: fmt.Sprintf("Shop %d", i), Description: "Öffentlich", Groups: []string{fmt.Sprintf("g_%03d", i%4)},
		}
		u := &idp.User{
			ID: fmt.Sprintf("u_%03d", i), Email: fmt.Sprintf("p%03d@city.example", i), Name: fmt.Sprintf("Person %d", i), Active: true, NameID: idp.NewID("n"),
			Groups: []idp.Membership{{GroupID: "g_000"}, {GroupID: fmt.Sprintf("g_%03d", i%4+1)}},
		}
		switch i {
		case 7:
			c.Label, c.Description, g.Description, u.Name = "PROD Europe", "the Payments account", "Payments people", "Zoë Ångström"
		case 249:
			c.Description, g.Description, u.Name = "payments, last", "payments, last", "Last PAYMENTS"
		}
		d.must(nil, d.Store.CreateGroup(ctx, g, event()))
		if i < 5 { // those that people and connectors refer to come first
			continue
		}
		d.must(nil, d.Store.CreateConnector(ctx, c, event()))
		d.must(nil, d.Store.CreateUser(ctx, u, event()))
	}
	return d
}

// page is one way to list: the names on a page, and the next cursor.
type page func(ctx context.Context, a *admin.Administrator, l admin.List) ([]string, string, error)

func named[T any](list []T, next string, err error, name func(T) string) ([]string, string, error) {
	var names []string
	for _, item := range list {
		names = append(names, name(item))
	}
	return names, next, err
}

var listings = map[string]page{
	"connectors": func(ctx context.Context, a *admin.Administrator, l admin.List) ([]string, string, error) {
		list, next, err := a.Connectors(ctx, l)
		return named(list, next, err, func(c resource.Connector) string { return c.Slug })
	},
	"groups": func(ctx context.Context, a *admin.Administrator, l admin.List) ([]string, string, error) {
		list, next, err := a.Groups(ctx, l)
		return named(list, next, err, func(g resource.Group) string { return g.Name })
	},
	"people": func(ctx context.Context, a *admin.Administrator, l admin.List) ([]string, string, error) {
		list, next, err := a.Users(ctx, l)
		return named(list, next, err, func(u resource.User) string { return u.Email })
	},
	"members": func(ctx context.Context, a *admin.Administrator, l admin.List) ([]string, string, error) {
		list, next, err := a.Members(ctx, "team-000", l)
		return named(list, next, err, func(m resource.Member) string { return m.Email })
	},
}

// walk is everything that a listing has, page by page.
func (d *desk) walk(list page, l admin.List) []string {
	d.t.Helper()
	var all []string
	for range 1000 {
		names, next, err := list(d.t.Context(), d.as(idp.AdminViewer), l)
		d.must(nil, err)
		if len(names) > max(l.Limit, 50) {
			d.t.Errorf("a page of %d", len(names))
		}
		all = append(all, names...)
		if next == "" {
			return all
		}
		l.Cursor = next
	}
	d.t.Fatal("the listing has no end")
	return nil
}

// prefixes are what the many have in common.
var prefixes = map[string]string{"connectors": "shop", "groups": "team", "people": "p"}

func TestListingsOfMany(t *testing.T) {
	d := newCity(t)
	t.Run("every page is there, once and in order", func(t *testing.T) {
		for name, list := range listings {
			want := map[string]int{"connectors": many - 5, "groups": many, "people": many - 5, "members": many - 5}[name]
			for _, limit := range []int{0, 7, 100} {
				all := d.walk(list, admin.List{Limit: limit, Prefix: prefixes[name]})
				if len(all) != want || name != "members" && !slices.IsSorted(all) || len(slices.Compact(slices.Sorted(slices.Values(all)))) != want {
					t.Errorf("%s in pages of %d: %d, or out of order, or twice", name, limit, len(all))
				}
			}
		}
	})
	t.Run("a page takes as many calls whether it is short or long", func(t *testing.T) {
		most := map[string]int{"connectors": 5, "groups": 2, "people": 3, "members": 4}
		a := d.as(idp.AdminViewer)
		for name, list := range listings {
			count := func(limit int) int {
				return d.tables.count(func() {
					names, _, err := list(t.Context(), a, admin.List{Limit: limit, Prefix: prefixes[name]})
					if err != nil || len(names) != limit {
						t.Errorf("%s: %d, %v", name, len(names), err)
					}
				})
			}
			if ten, hundred := count(10), count(100); ten != hundred || ten > most[name] {
				t.Errorf("%s: %d calls for 10, %d for 100, want at most %d", name, ten, hundred, most[name])
			}
		}
	})
	t.Run("search", d.searches)
	t.Run("what is no page", d.noPages)
}

func (d *desk) searches(t *testing.T) {
	cases := []struct {
		list string
		l    admin.List
		want []string
	}{
		{list: "connectors", l: admin.List{Prefix: "shop-24"}, want: []string{"shop-240", "shop-241", "shop-242", "shop-243", "shop-244", "shop-245", "shop-246", "shop-247", "shop-248", "shop-249"}},
		{list: "connectors", l: admin.List{Search: "payments"}, want: []string{"shop-007", "shop-249"}},
		{list: "connectors", l: admin.List{Search: "PAYMENTS prod"}, want: []string{"shop-007"}},
		{list: "connectors", l: admin.List{Search: "  europe\tTHE 007 "}, want: []string{"shop-007"}},
		{list: "connectors", l: admin.List{Search: "op-12 öffentlich", Limit: 7}, want: []string{"shop-120", "shop-121", "shop-122", "shop-123", "shop-124", "shop-125", "shop-126", "shop-127", "shop-128", "shop-129"}},
		{list: "connectors", l: admin.List{Search: "payments", Prefix: "shop-2"}, want: []string{"shop-249"}},
		{list: "connectors", l: admin.List{Search: "payments", Limit: 1}, want: []string{"shop-007", "shop-249"}},
		{list: "connectors", l: admin.List{Search: "nothing of the kind"}},
		{list: "connectors", l: admin.List{Prefix: "Shop"}},
		{list: "groups", l: admin.List{Search: "payments équipe"}},
		{list: "groups", l: admin.List{Search: "PAYMENTS"}, want: []string{"team-007", "team-249"}},
		{list: "groups", l: admin.List{Prefix: "team-24", Search: "9 ÉQUIPE"}},
		{list: "groups", l: admin.List{Prefix: "team-24", Search: "8 ÉQUIPE"}, want: []string{"team-248"}},
		{list: "people", l: admin.List{Prefix: "P24", Search: "person"}, want: []string{"p240@city.example", "p241@city.example", "p242@city.example", "p243@city.example", "p244@city.example", "p245@city.example", "p246@city.example", "p247@city.example", "p248@city.example"}},
		{list: "people", l: admin.List{Search: "zoË ångstrÖm"}, want: []string{"p007@city.example"}},
		{list: "people", l: admin.List{Search: "@CITY last"}, want: []string{"p249@city.example"}},
		{list: "people", l: admin.List{Search: "9@city payments"}, want: []string{"p249@city.example"}},
		{list: "members", l: admin.List{Search: "ÅNG"}, want: []string{"p007@city.example"}},
	}
	for _, c := range cases {
		got := d.walk(listings[c.list], c.l)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s with prefix %q and %q: %q", c.list, c.l.Prefix, c.l.Search, got)
		}
	}
	// What is not too far behind is on the first page. What is farther is found in
	// several calls, none of which looks at all.
	a := d.as(idp.AdminViewer)
	near, _, err := listings["connectors"](t.Context(), a, admin.List{Search: "payments last", Limit: 50})
	if err != nil || !slices.Equal(near, []string{"shop-249"}) {
		t.Errorf("the first page has %q, %v", near, err)
	}
	var first []string
	var next string
	calls := d.tables.count(func() {
		var err error
		first, next, err = listings["connectors"](t.Context(), a, admin.List{Search: "last", Limit: 5})
		d.must(nil, err)
	})
	if len(first) != 0 || next == "" || calls > 30 {
		t.Errorf("found %q in %d calls, cursor %q", first, calls, next)
	}
}

func (d *desk) noPages(t *testing.T) {
	ctx, a := t.Context(), d.as(idp.AdminViewer)
	for name, list := range listings {
		_, cursor, err := list(ctx, a, admin.List{Limit: 10})
		if err != nil || cursor == "" {
			t.Fatalf("%s: %q, %v", name, cursor, err)
		}
		for _, bad := range []string{"x", "!", cursor[1:], cursor[:len(cursor)-1], strings.ToUpper(cursor), cursor + cursor, "\x00", strings.Repeat("A", 10000)} {
			_, _, err := list(ctx, a, admin.List{Cursor: bad})
			is(t, fmt.Sprintf("%s at %.20q", name, bad), err, store.ErrCursor)
		}
		for other, elsewhere := range listings {
			if other != name {
				_, _, err := elsewhere(ctx, a, admin.List{Cursor: cursor})
				is(t, "the cursor of "+name+" for "+other, err, store.ErrCursor)
			}
		}
		if name != "members" {
			_, _, err = list(ctx, a, admin.List{Prefix: "other", Cursor: cursor})
			is(t, "the cursor of "+name+" with another prefix", err, store.ErrCursor)
		}
		for _, limit := range []int{-1, 101, 1 << 30} {
			_, _, err := list(ctx, a, admin.List{Limit: limit})
			is(t, fmt.Sprintf("%s in pages of %d", name, limit), err, store.ErrTooLarge)
		}
	}
	_, _, err := a.Members(ctx, "no-such-group", admin.List{})
	is(t, "members of no group", err, store.ErrNotFound)
}
