package client

import (
	"context"
	"errors"
	"testing"

	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// listedGroup is a page with one group, and then the group alone.
func listedGroup(now string) []reply {
	return []reply{
		ok(`{"items":[{"name":"SSO-A","version":3,"created_at":"2026-07-01T08:00:00Z"}],"next":""}`),
		ok(now, "ETag", `"g_1.3"`),
		ok(`{"name":"SSO-A","version":4}`, "ETag", `"g_1.4"`),
	}
}

const sameGroup = `{"name":"SSO-A","version":3,"created_at":"2026-07-01T08:00:00Z"}`

func TestWhatCameInAListIsChangedUnderItsVersion(t *testing.T) {
	describe := func(g *resource.Group) error {
		g.Description = "May open AWS A"
		return nil
	}
	both(t, listedGroup(sameGroup), func(t *testing.T, a *api, c *Client) {
		page, next, err := Site{c}.GroupPage(t.Context(), "")
		if err != nil || next != "" || len(page) != 1 {
			t.Fatal(page, next, err)
		}
		saved, err := c.UpdateGroup(t.Context(), "SSO-A", page[0].ETag, describe)
		if err != nil || saved.ETag != `"g_1.4"` {
			t.Fatal(saved, err)
		}
		if a.last() != "PUT /api/v1/groups/SSO-A" || a.asked[2].Header.Get("If-Match") != `"g_1.3"` {
			t.Errorf("asked %s for %s", a.last(), a.asked[2].Header.Get("If-Match"))
		}
	})
	for name, now := range map[string]string{
		"changed":    `{"name":"SSO-A","version":4,"created_at":"2026-07-01T08:00:00Z"}`,
		"made anew":  `{"name":"SSO-A","version":3,"created_at":"2026-07-02T08:00:00Z"}`,
		"made anew ": `{"name":"SSO-A","version":1,"created_at":"2026-07-02T08:00:00Z"}`,
	} {
		both(t, listedGroup(now), func(t *testing.T, a *api, c *Client) {
			page, _, err := Site{c}.GroupPage(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.UpdateGroup(t.Context(), "SSO-A", page[0].ETag, describe)
			if !errors.Is(err, store.ErrStale) || len(a.asked) != 2 {
				t.Errorf("%s: %v after %d requests", name, err, len(a.asked))
			}
			_, err = c.DeleteGroup(t.Context(), "SSO-A", "listed 9 never")
			if !errors.Is(err, store.ErrStale) || a.last() != "GET /api/v1/groups/SSO-A" {
				t.Errorf("%s: deleted by %s: %v", name, a.last(), err)
			}
		})
	}
}

func TestWhatCameInAListIsDeletedUnderItsVersion(t *testing.T) {
	both(t, listedGroup(sameGroup), func(t *testing.T, a *api, c *Client) {
		groups, err := Collect(c.Groups(t.Context(), List{}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.DeleteGroup(t.Context(), "SSO-A", groups[0].ETag)
		if err != nil || a.last() != "DELETE /api/v1/groups/SSO-A" || a.asked[2].Header.Get("If-Match") != `"g_1.3"` {
			t.Errorf("asked %s for %s: %v", a.last(), a.asked[2].Header.Get("If-Match"), err)
		}
	})
	both(t, []reply{says(204, "")}, func(t *testing.T, a *api, c *Client) {
		for _, match := range []string{"", AnyVersion} {
			err := c.DeleteUser(t.Context(), "a@x", match)
			if err != nil || a.last() != "DELETE /api/v1/users/a@x" || a.asked[len(a.asked)-1].Header.Get("If-Match") != "*" {
				t.Errorf("without a version asks %s: %v", a.last(), err)
			}
		}
	})
}

func TestEachKindOfListCarriesVersions(t *testing.T) {
	answer := []reply{ok(`{"items":[{"version":3,"created_at":"2026-07-01T08:00:00Z"}],"next":"n"}`)}
	both(t, answer, func(t *testing.T, a *api, c *Client) {
		connectors, _, err := Site{c}.ConnectorPage(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		users, _, err := Site{c}.UserPage(t.Context(), "b")
		if err != nil {
			t.Fatal(err)
		}
		const want = "listed 3 2026-07-01T08:00:00Z"
		if connectors[0].ETag != want || users[0].ETag != want {
			t.Errorf("got %q and %q", connectors[0].ETag, users[0].ETag)
		}
		if a.asked[0].URL.RequestURI() != "/api/v1/connectors?cursor=a&limit=100" || a.last() != "GET /api/v1/users?cursor=b&limit=100" {
			t.Errorf("asked %s, %s", a.asked[0].URL, a.last())
		}
	})
}

func TestThePlanGetsConnectorsWithoutTheirWarnings(t *testing.T) {
	both(t, []reply{ok(`{"slug":"aws-a","version":1,"warnings":[{"field":"x"}]}`, "ETag", `"c.1"`)}, func(t *testing.T, _ *api, c *Client) {
		made, err := Site{c}.CreateConnector(t.Context(), resource.Connector{Slug: "aws-a"})
		if err != nil || made.Slug != "aws-a" || made.ETag != "listed 1 " {
			t.Errorf("made %+v, %v", made, err)
		}
		changed, err := Site{c}.UpdateConnector(t.Context(), "aws-a", "", func(*resource.Connector) error { return nil })
		if err != nil || changed.ETag != made.ETag {
			t.Errorf("changed %+v, %v", changed, err)
		}
	})
}

// A plan compares the version of a thing that it reads with the one of its list.
func TestOneThingHasTheVersionThatItsListHas(t *testing.T) {
	answer := ok(`{"version":3,"created_at":"2026-07-01T08:00:00Z"}`, "ETag", `"x_1.3"`)
	const want = "listed 3 2026-07-01T08:00:00Z"
	unchanged := func(*resource.User) error { return nil }
	for name, read := range map[string]func(context.Context, Site) (string, error){
		"a connector": func(ctx context.Context, s Site) (string, error) {
			c, err := s.Connector(ctx, "aws-a")
			return c.ETag, err
		},
		"a person": func(ctx context.Context, s Site) (string, error) {
			u, err := s.User(ctx, "a@x")
			return u.ETag, err
		},
		"a person who is made": func(ctx context.Context, s Site) (string, error) {
			u, err := s.CreateUser(ctx, resource.User{Email: "a@x"})
			return u.ETag, err
		},
		"a person who is changed": func(ctx context.Context, s Site) (string, error) {
			u, err := s.UpdateUser(ctx, "a@x", want, unchanged)
			return u.ETag, err
		},
		"a group that is made": func(ctx context.Context, s Site) (string, error) {
			g, err := s.CreateGroup(ctx, resource.Group{Name: "SSO-A"})
			return g.ETag, err
		},
		"a group that is changed": func(ctx context.Context, s Site) (string, error) {
			g, err := s.UpdateGroup(ctx, "SSO-A", want, func(*resource.Group) error { return nil })
			return g.ETag, err
		},
	} {
		a := &api{t: t, answers: []reply{answer}}
		got, err := read(t.Context(), Site{a.inProcess()})
		if err != nil || got != want {
			t.Errorf("%s has %q, %v", name, got, err)
		}
	}
}
