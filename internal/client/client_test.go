package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

func TestARequestSaysWhoAsksAndForWhat(t *testing.T) {
	both(t, []reply{ok(`{"slug":"aws-a","version":3}`, "ETag", `"c_1.3"`)}, func(t *testing.T, a *api, c *Client) {
		got, err := c.Connector(t.Context(), "aws-a")
		if err != nil {
			t.Fatal(err)
		}
		if got.Slug != "aws-a" || got.Version != 3 || got.ETag != `"c_1.3"` {
			t.Errorf("read %+v", got)
		}
		if a.last() != "GET /api/v1/connectors/aws-a" {
			t.Errorf("asked %s", a.last())
		}
		header := a.asked[0].Header
		if header.Get("Authorization") != "Bearer gp_secret" || header.Get("User-Agent") != "test/1" || header.Get("If-Match") != "" {
			t.Errorf("asked with %v", header)
		}
	})
}

func TestAChangeNamesTheVersionItWasMadeFrom(t *testing.T) {
	answers := []reply{
		ok(`{"slug":"aws-a","label":"A","region":"eu-west-1"}`, "ETag", `"c_1.3"`),
		ok(`{"slug":"aws-a","warnings":[{"field":"attributes[0].value","reason":"blinds CloudTrail"}]}`, "ETag", `"c_1.4"`),
	}
	relabel := func(c *resource.Connector) error {
		c.Label = "AWS A"
		return nil
	}
	both(t, answers, func(t *testing.T, a *api, c *Client) {
		saved, err := c.UpdateConnector(t.Context(), "aws-a", "", relabel)
		if err != nil {
			t.Fatal(err)
		}
		if a.last() != "PUT /api/v1/connectors/aws-a" || a.asked[1].Header.Get("If-Match") != `"c_1.3"` || a.asked[1].Header.Get("Content-Type") != "application/json" {
			t.Errorf("asked %s with %v", a.last(), a.asked[1].Header)
		}
		if !strings.Contains(a.bodies[1], `"label":"AWS A"`) || !strings.Contains(a.bodies[1], `"region":"eu-west-1"`) {
			t.Errorf("sent %s", a.bodies[1])
		}
		if saved.ETag != `"c_1.4"` || len(saved.Warnings) != 1 || saved.Warnings[0].Reason != "blinds CloudTrail" {
			t.Errorf("saved %+v", saved)
		}
	})
	both(t, answers, func(t *testing.T, a *api, c *Client) {
		_, err := c.UpdateConnector(t.Context(), "aws-a", `"c_1.2"`, relabel)
		if !errors.Is(err, store.ErrStale) || len(a.asked) != 1 {
			t.Errorf("a change of another version is sent: %v", err)
		}
	})
	both(t, answers, func(t *testing.T, a *api, c *Client) {
		_, err := c.UpdateConnector(t.Context(), "aws-a", `"c_1.3"`, func(*resource.Connector) error { return io.ErrNoProgress })
		if !errors.Is(err, io.ErrNoProgress) || len(a.asked) != 1 {
			t.Errorf("a change that fails is sent: %v", err)
		}
	})
}

// A role that says nothing of its groups is not sent as one that is open to all.
func TestWhatARoleDoesNotSayIsNotSent(t *testing.T) {
	answers := []reply{ok(`{"slug":"aws-a","roles":[{"role_arn":"a","provider_arn":"p","groups":["g"]}]}`, "ETag", `"c_1.3"`), ok(`{"slug":"aws-a"}`)}
	for want, groups := range map[string][]string{`{"role_arn":"a","provider_arn":"p"}`: nil, `{"role_arn":"a","provider_arn":"p","groups":[]}`: {}} {
		both(t, answers, func(t *testing.T, a *api, c *Client) {
			_, err := c.UpdateConnector(t.Context(), "aws-a", "", func(c *resource.Connector) error {
				c.Roles[0].Groups = groups
				return nil
			})
			if err != nil || !strings.Contains(a.bodies[1], `"roles":[`+want+`]`) {
				t.Errorf("sent %s, %v", a.bodies[1], err)
			}
		})
	}
}

func TestListsArePagedUntilTheCursorIsEmpty(t *testing.T) {
	pages := []reply{
		ok(`{"items":[{"email":"a@x"},{"email":"b@x"}],"next":"one"}`),
		ok(`{"items":[],"next":"two"}`), // a page may be empty and not the last
		ok(`{"items":[{"email":"c@x"}],"next":""}`),
	}
	both(t, pages, func(t *testing.T, a *api, c *Client) {
		users, err := Collect(c.Users(t.Context(), List{Prefix: "a", Search: "b c"}))
		if err != nil {
			t.Fatal(err)
		}
		var emails, asked []string
		for _, u := range users {
			emails = append(emails, u.Email)
		}
		for _, r := range a.asked {
			asked = append(asked, r.URL.RequestURI())
		}
		if !slices.Equal(emails, []string{"a@x", "b@x", "c@x"}) {
			t.Errorf("listed %v", emails)
		}
		if want := []string{
			"/api/v1/users?limit=100&prefix=a&q=b+c", "/api/v1/users?cursor=one&limit=100&prefix=a&q=b+c", "/api/v1/users?cursor=two&limit=100&prefix=a&q=b+c",
		}; !slices.Equal(asked, want) {
			t.Errorf("asked %q", asked)
		}
	})
	both(t, pages, func(t *testing.T, a *api, c *Client) {
		for u, err := range c.Users(t.Context(), List{}) {
			if err != nil || u.Email != "a@x" {
				t.Fatal(u, err)
			}
			break
		}
		if len(a.asked) != 1 {
			t.Errorf("a range that ends early reads %d pages", len(a.asked))
		}
	})
	both(t, []reply{pages[0], no(400)}, func(t *testing.T, _ *api, c *Client) {
		_, err := Collect(c.Users(t.Context(), List{}))
		var refused *Error
		if !errors.As(err, &refused) || refused.Status != 400 {
			t.Errorf("a page that is refused gives %v", err)
		}
	})
	both(t, []reply{ok(`{"items":[],"next":""}`)}, func(t *testing.T, _ *api, c *Client) {
		groups, err := Collect(c.Groups(t.Context(), List{}))
		if groups == nil || err != nil {
			t.Errorf("an empty list is %v, %v", groups, err)
		}
	})
}

func TestProblemsComeBackWhole(t *testing.T) {
	answer := says(422, `{"type":"urn:gatepost:problem:invalid","title":"The request has faults","status":422,"request_id":"r_1","errors":[
		{"pointer":"/roles/0/role_arn","field":"roles[0].role_arn","value":"x","detail":"is not an ARN","remedy":"write it as arn:…"},
		{"pointer":"/label","field":"label","detail":"is missing"}]}`)
	answer.header["Content-Type"] = "application/problem+json; charset=utf-8"
	both(t, []reply{answer}, func(t *testing.T, _ *api, c *Client) {
		_, err := c.CreateConnector(t.Context(), resource.Connector{})
		var problems idp.Problems
		if !errors.As(err, &problems) || len(problems) != 2 {
			t.Fatalf("got %v", err)
		}
		if want := (idp.Problem{Field: "roles[0].role_arn", Value: "x", Reason: "is not an ARN", Remedy: "write it as arn:…"}); problems[0] != want {
			t.Errorf("got %+v", problems[0])
		}
	})
}

func TestAnAnswerThatSaysNoTellsWhy(t *testing.T) {
	stale := says(412, `{"type":"urn:gatepost:problem:stale","title":"Changed","detail":"connector \"aws-a\": changed by someone else","changes":[{"actor":"bob@example.com","action":"connector.update"}]}`, "Content-Type", "application/problem+json")
	cases := []struct {
		name   string
		answer reply
		want   string
	}{
		{"a title alone", no(404), "No"},
		{"a detail", stale, `connector "aws-a": changed by someone else`},
		{"a fault of the server, with the ID its log has", says(500, `{"title":"Failed","request_id":"r_7"}`, "Content-Type", "application/problem+json"), "Failed (request r_7)"},
		{"a gateway's page", says(502, "<html>", "Content-Type", "text/html"), "the server answers 502 Bad Gateway"},
		{"a gateway's page with a request ID", says(504, "", "X-Request-Id", "r_8"), "the server answers 504 Gateway Timeout (request r_8)"},
		{"a broken problem", says(400, "{", "Content-Type", "application/problem+json"), "the server answers 400, and why cannot be read"},
		{"a redirect", says(303, "", "Location", "https://evil.example/api/v1/users"), "leads to another address, https://evil.example"},
		{"a redirect to nowhere", says(304, ""), "the server answers 304"},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			both(t, []reply{one.answer}, func(t *testing.T, a *api, c *Client) {
				_, err := c.CreateUser(t.Context(), resource.User{})
				var refused *Error
				if !errors.As(err, &refused) || !strings.Contains(err.Error(), one.want) || refused.Status != one.answer.status {
					t.Fatalf("got %v", err)
				}
				if len(a.asked) != 1 {
					t.Errorf("asked %d times", len(a.asked))
				}
				if stale := one.answer.status == 412; stale != errors.Is(err, store.ErrStale) {
					t.Errorf("%v is store.ErrStale: %v", err, !stale)
				}
				if one.answer.status == 412 && (len(refused.Changes) != 1 || refused.Changes[0].Actor != "bob@example.com") {
					t.Errorf("changes: %v", refused.Changes)
				}
			})
		})
	}
}

func TestWhatIsNotTheAPIIsToldApart(t *testing.T) {
	both(t, []reply{ok("<html>a login page</html>")}, func(t *testing.T, _ *api, c *Client) {
		_, err := c.Instance(t.Context())
		if !errors.Is(err, ErrForeign) {
			t.Errorf("a page gives %v", err)
		}
	})
	t.Run("endless", func(t *testing.T) {
		c := New(Options{Base: &url.URL{Scheme: "http", Host: "x"}, Transport: endless{}})
		_, err := c.Metadata(t.Context(), "aws-a")
		if !errors.Is(err, ErrForeign) {
			t.Errorf("an endless answer gives %v", err)
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		gone := httptest.NewServer(http.NotFoundHandler())
		base, err := url.Parse(gone.URL)
		if err != nil {
			t.Fatal(err)
		}
		gone.Close()
		_, err = New(Options{Base: base}).User(t.Context(), "secret@example.com")
		if !errors.Is(err, ErrUnreachable) || strings.Contains(err.Error(), "secret") {
			t.Errorf("nobody there gives %v", err)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		a := &api{t: t, answers: []reply{ok("{}")}}
		_, err := a.client().Instance(ctx)
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnreachable) {
			t.Errorf("an interrupt gives %v", err)
		}
	})
}

// endless answers without an end.
type endless struct{}

func (endless) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(endless{})}, nil
}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestNamesStayInTheirPlace(t *testing.T) {
	cases := map[string]string{
		"alice@example.com":    "/api/v1/users/alice@example.com",
		"a+b%2F..@example.com": "/api/v1/users/a+b%252F..@example.com",
		"a/../../admin?x#y":    "/api/v1/users/a%2F..%2F..%2Fadmin%3Fx%23y",
		"ü":                    "/api/v1/users/%C3%BC",
	}
	for name, want := range cases {
		both(t, []reply{ok(`{}`)}, func(t *testing.T, a *api, c *Client) {
			_, err := c.User(t.Context(), name)
			if err != nil || a.asked[0].URL.RequestURI() != want {
				t.Errorf("%q asks %s (%v), want %s", name, a.last(), err, want)
			}
		})
	}
	for _, name := range []string{"", ".", ".."} {
		both(t, []reply{ok(`{}`)}, func(t *testing.T, a *api, c *Client) {
			err := c.DeleteUser(t.Context(), name, AnyVersion)
			var refused *Error
			if !errors.As(err, &refused) || refused.Status != http.StatusNotFound || len(a.asked) != 0 {
				t.Errorf("%q is asked for: %v", name, err)
			}
		})
	}
}

func TestEveryMethodAsksItsRoute(t *testing.T) {
	until := time.Date(2026, 7, 1, 8, 0, 0, 0, time.FixedZone("", 7200))
	cases := []struct {
		want, body string
		do         func(context.Context, *Client) error
	}{
		{"POST /api/v1/connectors/aws-a/activate", "", func(ctx context.Context, c *Client) error { return c.ActivateConnector(ctx, "aws-a") }},
		{"POST /api/v1/connectors/aws-a/deactivate", "", func(ctx context.Context, c *Client) error { return c.DeactivateConnector(ctx, "aws-a") }},
		{"DELETE /api/v1/connectors/aws-a", "", func(ctx context.Context, c *Client) error { return c.DeleteConnector(ctx, "aws-a", "*") }},
		{"PUT /api/v1/connectors/aws-a/grants/SSO-A", "", func(ctx context.Context, c *Client) error { return c.Grant(ctx, "aws-a", "SSO-A") }},
		{"DELETE /api/v1/connectors/aws-a/grants/SSO-A", "", func(ctx context.Context, c *Client) error { return c.Revoke(ctx, "aws-a", "SSO-A") }},
		{"GET /api/v1/connectors/aws-a/access?limit=100", "", func(ctx context.Context, c *Client) error {
			_, err := Collect(c.Access(ctx, "aws-a"))
			return err
		}},
		{"POST /api/v1/connectors/aws-a/test", `{"user":"a@x"}`, func(ctx context.Context, c *Client) error {
			_, err := c.Test(ctx, "aws-a", "a@x")
			return err
		}},
		{"GET /api/v1/connectors/aws-a/key", "", func(ctx context.Context, c *Client) error {
			_, err := c.Key(ctx, "aws-a")
			return err
		}},
		{"POST /api/v1/connectors/aws-a/key", "", func(ctx context.Context, c *Client) error {
			_, err := c.MakeKey(ctx, "aws-a")
			return err
		}},
		{"PUT /api/v1/connectors/aws-a/key", `{"certificate":"C","private_key":"K"}`, func(ctx context.Context, c *Client) error {
			_, err := c.UploadKey(ctx, "aws-a", []byte("K"), []byte("C"))
			return err
		}},
		{"GET /api/v1/groups/SSO-A", "", func(ctx context.Context, c *Client) error {
			_, err := c.Group(ctx, "SSO-A")
			return err
		}},
		{"POST /api/v1/groups", `{"name":"SSO-A","description":""}`, func(ctx context.Context, c *Client) error {
			_, err := c.CreateGroup(ctx, resource.Group{Name: "SSO-A"})
			return err
		}},
		{"PUT /api/v1/groups/SSO-A", `{"name":"B","description":""}`, func(ctx context.Context, c *Client) error {
			_, err := c.UpdateGroup(ctx, "SSO-A", "*", func(g *resource.Group) error {
				g.Name = "B"
				return nil
			})
			return err
		}},
		{"GET /api/v1/groups/SSO-A/members?limit=100", "", func(ctx context.Context, c *Client) error {
			_, err := Collect(c.Members(ctx, "SSO-A"))
			return err
		}},
		{"PUT /api/v1/groups/SSO-A/members/a@x", `{"expires_at":"2026-07-01T06:00:00Z"}`, func(ctx context.Context, c *Client) error { return c.AddMember(ctx, "SSO-A", "a@x", until) }},
		{"PUT /api/v1/groups/SSO-A/members/a@x", `{}`, func(ctx context.Context, c *Client) error { return c.AddMember(ctx, "SSO-A", "a@x", time.Time{}) }},
		{"DELETE /api/v1/groups/SSO-A/members/a@x", "", func(ctx context.Context, c *Client) error { return c.RemoveMember(ctx, "SSO-A", "a@x") }},
		{"PUT /api/v1/users/a@x", `{"email":"a@x","name":"","active":true,"admin_role":"","attributes":{},"groups":[]}`, func(ctx context.Context, c *Client) error {
			_, err := c.UpdateUser(ctx, "a@x", `"v"`, func(u *resource.User) error {
				u.Email, u.Active = "a@x", true
				return nil
			})
			return err
		}},
		{"POST /api/v1/users/a@x/suspend", "", func(ctx context.Context, c *Client) error { return c.SuspendUser(ctx, "a@x") }},
		{"POST /api/v1/users/a@x/resume", "", func(ctx context.Context, c *Client) error { return c.ResumeUser(ctx, "a@x") }},
		{"DELETE /api/v1/users/a@x", "", func(ctx context.Context, c *Client) error { return c.DeleteUser(ctx, "a@x", "*") }},
		{"POST /api/v1/users/a@x/password-link", "", func(ctx context.Context, c *Client) error {
			_, err := c.PasswordLink(ctx, "a@x")
			return err
		}},
		{"POST /api/v1/users/a@x/lockdown", "", func(ctx context.Context, c *Client) error { return c.LockUser(ctx, "a@x") }},
		{"DELETE /api/v1/users/a@x/lockdown", "", func(ctx context.Context, c *Client) error { return c.UnlockUser(ctx, "a@x") }},
		{"POST /api/v1/users/import?dry_run=true", "email\na@x\n", func(ctx context.Context, c *Client) error {
			_, err := c.ImportUsers(ctx, []byte("email\na@x\n"), true)
			return err
		}},
		{"POST /api/v1/users/import", "email\n", func(ctx context.Context, c *Client) error {
			_, err := c.ImportUsers(ctx, []byte("email\n"), false)
			return err
		}},
		{"GET /api/v1/lockdown", "", func(ctx context.Context, c *Client) error {
			_, err := c.Instance(ctx)
			return err
		}},
		{"GET /api/v1/whoami", "", func(ctx context.Context, c *Client) error {
			_, err := c.WhoAmI(ctx)
			return err
		}},
		{"POST /api/v1/lockdown", "", func(ctx context.Context, c *Client) error { return c.Lockdown(ctx) }},
		{"GET /api/v1/settings", "", func(ctx context.Context, c *Client) error {
			_, err := c.Settings(ctx)
			return err
		}},
		{"PATCH /api/v1/settings", `{"helpdesk_resets_access":true}`, func(ctx context.Context, c *Client) error {
			_, err := c.UpdateSettings(ctx, "", func(s *resource.Settings) error {
				s.HelpdeskResetsAccess = true
				return nil
			})
			return err
		}},
		{"DELETE /api/v1/lockdown", "", func(ctx context.Context, c *Client) error { return c.LiftLockdown(ctx) }},
		{"GET /api/v1/events?connector=aws-a&limit=100&since=2026-07-01T06%3A00%3A00Z&until=2026-07-01T07%3A00%3A00Z&user=a%40x", "", func(ctx context.Context, c *Client) error {
			_, err := Collect(c.Events(ctx, EventQuery{User: "a@x", Connector: "aws-a", Since: until, Until: until.Add(time.Hour)}))
			return err
		}},
		{"GET /api/v1/tokens?limit=100", "", func(ctx context.Context, c *Client) error {
			_, err := Collect(c.Tokens(ctx))
			return err
		}},
		{"POST /api/v1/tokens", `{"name":"ci","scope":"write"}`, func(ctx context.Context, c *Client) error {
			_, err := c.CreateToken(ctx, resource.TokenRequest{Name: "ci", Scope: "write"})
			return err
		}},
		{"DELETE /api/v1/tokens/t_1", "", func(ctx context.Context, c *Client) error { return c.RevokeToken(ctx, "t_1") }},
	}
	for _, one := range cases {
		t.Run(one.want, func(t *testing.T) {
			a := &api{t: t, answers: []reply{ok(`{}`, "ETag", `"v"`)}}
			err := one.do(t.Context(), a.inProcess())
			if err != nil {
				t.Fatal(err)
			}
			last := len(a.asked) - 1
			if a.last() != one.want || a.bodies[last] != one.body {
				t.Errorf("asked %s with %s", a.last(), a.bodies[last])
			}
			wantMatch := strings.HasPrefix(one.want, "PUT /api/v1/users/") || strings.HasPrefix(one.want, "PATCH ") || one.want == "PUT /api/v1/groups/SSO-A" ||
				slices.Contains([]string{"DELETE /api/v1/connectors/aws-a", "DELETE /api/v1/users/a@x"}, one.want)
			if wantMatch != (a.asked[last].Header.Get("If-Match") != "") {
				t.Errorf("If-Match is %q", a.asked[last].Header.Get("If-Match"))
			}
		})
	}
}

func TestDeletingAGroupTellsWhenSomethingRemains(t *testing.T) {
	for status, gone := range map[int]bool{http.StatusNoContent: true, http.StatusAccepted: false} {
		both(t, []reply{says(status, "")}, func(t *testing.T, _ *api, c *Client) {
			got, err := c.DeleteGroup(t.Context(), "SSO-A", AnyVersion)
			if err != nil || got != gone {
				t.Errorf("%d: gone %v, %v", status, got, err)
			}
		})
	}
}
