package caller

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// known knows one token and every session.
type known struct{}

func (known) ByToken(_ context.Context, bearer string, from admin.Actor) (admin.Actor, error) {
	if bearer != "gp_good" {
		return admin.Actor{}, admin.ErrNotSignedIn
	}
	from.Name = "by token"
	return from, nil
}

func (known) BySession(_ context.Context, t session.Token, from admin.Actor) (admin.Actor, error) {
	from.Name, from.ID = "by session", t.UserID
	return from, nil
}

func TestOfFindsWhoCalls(t *testing.T) {
	finder := Finder{Service: known{}, Cookie: session.CookieFor(&url.URL{Scheme: "https", Host: "sso.example.com"})}
	cookie := "__Host-gatepost=" + session.NewToken("u_alice").Text()
	cases := []struct {
		name, cookie, site string
		authorization      []string
		want               string
	}{
		{"a token", "", "", []string{"Bearer gp_good"}, "by token"},
		{"the scheme in another case", "", "", []string{"bearer gp_good"}, "by token"},
		{"a token from another site's page", "", "cross-site", []string{"Bearer gp_good"}, "by token"},
		{"a cookie", cookie, "", nil, "by session"},
		{"a cookie from our own page", cookie, "same-origin", nil, "by session"},
		{"a token and a cookie", cookie, "", []string{"Bearer gp_good"}, "by token"},
		{"a wrong token and a cookie", cookie, "", []string{"Bearer gp_bad"}, ""},
		{"another scheme and a cookie", cookie, "", []string{"Basic Z3A6Z29vZA=="}, ""},
		{"an empty header and a cookie", cookie, "", []string{""}, ""},
		{"two tokens", "", "", []string{"Bearer gp_good", "Bearer gp_good"}, ""},
		{"two tokens in one header", "", "", []string{"Bearer gp_good, Bearer gp_good"}, ""},
		{"a token without a scheme", "", "", []string{"gp_good"}, ""},
		{"a scheme alone", "", "", []string{"Bearer"}, ""},
		{"a cookie from another site", cookie, "cross-site", nil, ""},
		{"a cookie from a neighbour", cookie, "same-site", nil, ""},
		{"two cookies", cookie + "; " + cookie, "", nil, ""},
		{"nothing", "", "", nil, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ctx := reqctx.With(t.Context(), reqctx.Client{RequestID: "r1", SourceIP: "192.0.2.7", UserAgent: "test"})
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/users", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			for _, value := range c.authorization {
				r.Header.Add("Authorization", value)
			}
			if c.cookie != "" {
				r.Header.Set("Cookie", c.cookie)
			}
			if c.site != "" {
				r.Header.Set("Sec-Fetch-Site", c.site)
			}
			actor, err := finder.Of(r)
			if c.want == "" {
				if !errors.Is(err, admin.ErrNotSignedIn) {
					t.Fatalf("got %+v, %v", actor, err)
				}
				return
			}
			if err != nil || actor.Name != c.want || actor.SourceIP != "192.0.2.7" || actor.RequestID != "r1" || actor.UserAgent != "test" {
				t.Fatalf("got %+v, %v", actor, err)
			}
		})
	}
}
