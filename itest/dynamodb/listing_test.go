package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// TestAPageTakesAsManyCallsHoweverMuchThereIs counts the requests that leave the
// process for a page of each list, in a store of a hundred of everything and in
// one of a thousand.
func TestAPageTakesAsManyCallsHoweverMuchThereIs(t *testing.T) {
	t.Parallel()
	onKumoWithFaults(t, func(d day) {
		want := map[string]string{
			"connectors": "Query BatchGetItem BatchGetItem BatchGetItem BatchGetItem", // names; connectors, keys, groups, the instance
			"groups":     "Query BatchGetItem",
			"users":      "Query BatchGetItem BatchGetItem", // names; people, groups
			"search":     "Query BatchGetItem BatchGetItem BatchGetItem BatchGetItem",
		}
		d.settle(0, 100)
		d.pages(100, want)
		d.settle(100, 1000)
		d.pages(1000, want)
	})
}

// settle stores connectors, groups and people with the numbers from one up to
// another, past the proxy. Each of the first is granted to, and each of the last
// is in, three groups.
func (d day) settle(from, to int) {
	d.Helper()
	s := store.New(d.direct, time.Now)
	event := func() idp.Event {
		return idp.Event{ID: idp.NewID("ev_"), At: time.Now(), Actor: "test", Action: idp.ActionConnectorCreate, Outcome: idp.OutcomeDone}
	}
	d.all(from, to, func(ctx context.Context, i int) error {
		return s.CreateGroup(ctx, &idp.Group{ID: fmt.Sprintf("g_%04d", i), Name: fmt.Sprintf("team-%04d", i)}, event())
	})
	groups := func(i int) []string { // of its worker alone: others would wait for a transaction
		w := i % workers
		return []string{fmt.Sprintf("g_%04d", w), fmt.Sprintf("g_%04d", w+workers), fmt.Sprintf("g_%04d", w+2*workers)}
	}
	d.all(from, to, func(ctx context.Context, i int) error {
		c := &idp.Connector{Slug: fmt.Sprintf("shop-%04d", i), Kind: idp.KindBookmark, URL: "https://example.com", Label: "Shop", Groups: groups(i)}
		u := &idp.User{Email: fmt.Sprintf("p%04d@example.com", i), Name: "Person", Active: true}
		for _, id := range groups(i) {
			u.Groups = append(u.Groups, idp.Membership{GroupID: id})
		}
		return errors.Join(s.CreateConnector(ctx, c, event()), s.CreateUser(ctx, u, event()))
	})
}

// workers is how many things are stored at the same time.
const workers = 8

// all does something for each number.
func (d day) all(from, to int, do func(ctx context.Context, i int) error) {
	d.Helper()
	errs := make([]error, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := from; i < to && errs[w] == nil; i++ {
				if i%workers == w {
					errs[w] = do(d.Context(), i)
				}
			}
		})
	}
	group.Wait()
	d.must(errors.Join(errs...))
}

// pages reads pages of three lengths from each list of n: from its middle, where
// that leaves enough.
func (d day) pages(n int, want map[string]string) {
	d.Helper()
	ctx := d.Context()
	service := &admin.Service{Store: store.New(d.Tables, time.Now), URL: "https://sso.example.com", Now: time.Now}
	a := service.As(admin.Actor{Name: "reader", Role: idp.AdminViewer})
	lists := map[string]func(admin.List) (int, string, error){
		"connectors": func(l admin.List) (int, string, error) { return length(a.Connectors(ctx, l)) },
		"groups":     func(l admin.List) (int, string, error) { return length(a.Groups(ctx, l)) },
		"users":      func(l admin.List) (int, string, error) { return length(a.Users(ctx, l)) },
		"search": func(l admin.List) (int, string, error) {
			l.Search = "shop"
			return length(a.Connectors(ctx, l))
		},
	}
	for name, read := range lists {
		_, middle, err := read(admin.List{Limit: min(n/2, store.MaxPage)})
		d.must(err)
		for _, limit := range []int{10, 50, 100} {
			l := admin.List{Limit: limit, Cursor: middle}
			if n < 2*limit {
				l.Cursor = ""
			}
			d.proxy.Forget()
			got, _, err := read(l)
			d.must(err)
			calls := strings.Join(d.proxy.Calls(), " ")
			if got != limit || calls != want[name] {
				d.Errorf("%s: %d of %d came by %s; want %d by %s", name, got, n, calls, limit, want[name])
			}
		}
	}
}

func length[T any](list []T, next string, err error) (int, string, error) {
	return len(list), next, err
}
