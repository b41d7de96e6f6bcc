package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

func TestABusyServerIsAskedAgain(t *testing.T) {
	read := func(ctx context.Context, c *Client) error {
		_, err := c.Instance(ctx)
		return err
	}
	cases := []struct {
		name    string
		do      func(context.Context, *Client) error
		answers []reply
		asked   int
		slept   []time.Duration
		fails   bool
	}{
		{"after the time it asks for", read, []reply{no(503, "Retry-After", "7"), ok("{}")}, 2, []time.Duration{7 * time.Second}, false},
		{"when it says 429", read, []reply{no(429), ok("{}")}, 2, []time.Duration{time.Second}, false},
		{"ever more slowly, four times at most", read, []reply{no(503)}, 4, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}, true},
		{"not when it asks for half a minute and more", read, []reply{no(429, "Retry-After", "31")}, 1, nil, true},
		{"at a date as without one", read, []reply{no(503, "Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"), ok("{}")}, 2, []time.Duration{time.Second}, false},
		{"not when it says anything else", read, []reply{no(500)}, 1, nil, true},
		{"not to do what would be done twice", func(ctx context.Context, c *Client) error {
			_, err := c.CreateGroup(ctx, resource.Group{})
			return err
		}, []reply{no(503)}, 1, nil, true},
		{"to grant", func(ctx context.Context, c *Client) error { return c.Grant(ctx, "a", "b") }, []reply{no(503), says(204, "")}, 2, []time.Duration{time.Second}, false},
		{"to delete whatever version it is", func(ctx context.Context, c *Client) error { return c.DeleteUser(ctx, "a", AnyVersion) }, []reply{no(503), says(204, "")}, 2, []time.Duration{time.Second}, false},
		{"not to change a version that the first try may have changed", func(ctx context.Context, c *Client) error {
			_, err := c.UpdateGroup(ctx, "a", "", func(*resource.Group) error { return nil })
			return err
		}, []reply{ok("{}", "ETag", `"g.1"`), no(503)}, 2, nil, true},
		{"to change a version when the first try was not even looked at", func(ctx context.Context, c *Client) error {
			_, err := c.UpdateGroup(ctx, "a", "", func(*resource.Group) error { return nil })
			return err
		}, []reply{ok("{}", "ETag", `"g.1"`), no(429), ok("{}")}, 3, []time.Duration{time.Second}, false},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			both(t, one.answers, func(t *testing.T, a *api, c *Client) {
				err := one.do(t.Context(), c)
				if one.fails != (err != nil) || len(a.asked) != one.asked || !slices.Equal(a.slept, one.slept) {
					t.Errorf("asked %d times, waited %v: %v", len(a.asked), a.slept, err)
				}
			})
		})
	}
}

func TestABodyIsSentWholeAgain(t *testing.T) {
	both(t, []reply{no(503), ok("{}")}, func(t *testing.T, a *api, c *Client) {
		_, err := c.UploadKey(t.Context(), "aws-a", []byte("K"), []byte("C"))
		if err != nil || len(a.bodies) != 2 || a.bodies[0] == "" || a.bodies[0] != a.bodies[1] {
			t.Errorf("sent %q: %v", a.bodies, err)
		}
	})
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	a := &api{t: t, answers: []reply{no(503, "Retry-After", "20")}}
	c := a.inProcess()
	ctx, cancel := context.WithCancel(t.Context())
	c.options.Sleep = func(ctx context.Context, d time.Duration) error {
		cancel()
		return sleep(ctx, d)
	}
	_, err := c.Instance(ctx)
	var refused *Error
	if !errors.Is(err, context.Canceled) || !errors.As(err, &refused) || refused.Status != http.StatusServiceUnavailable {
		t.Errorf("got %v", err)
	}
}
