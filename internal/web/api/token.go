package api

import (
	"context"
	"net/http"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/api/strict"
)

type tokenPath struct {
	ID string `path:"id" doc:"The token's ID, which is not its secret."`
}

// tokens adds the routes of the API's own tokens, and of who holds one.
func (a *api) tokens() {
	const tag = "tokens"
	route(a, spec{
		method: http.MethodGet, path: "/tokens", id: "list-tokens", tag: tag, summary: "List tokens: one's own, or an owner everybody's",
	}, func(ctx context.Context, c *call, in *Paging) (*paged[resource.Token], error) {
		all, err := c.Tokens(ctx)
		if err != nil {
			return nil, err
		}
		return cut(all, "tokens", *in)
	})
	route(a, spec{
		method: http.MethodPost, path: "/tokens", id: "create-token", tag: tag, summary: "Make a token for oneself", status: http.StatusCreated,
		about: "Its secret is in this answer and nowhere else. It may no more than its maker, and ends with the session or the token that it is made with: when somebody or a lockdown ends that one, and at its latest end. A session that is over because it was idle ends no token. With a token that was made with a token that was made with a token none is made.",
		takes: &body{kinds: []string{jsonKind}, shape: schema[resource.TokenRequest](a, "name")},
	}, createToken)
	route(a, spec{
		method: http.MethodDelete, path: "/tokens/{id}", id: "revoke-token", tag: tag, summary: "Revoke a token, from the next request on",
	}, func(ctx context.Context, c *call, in *tokenPath) (*done, error) {
		return &done{}, c.RevokeToken(ctx, in.ID)
	})
	route(a, spec{
		method: http.MethodGet, path: "/whoami", id: "whoami", tag: tag, summary: "Tell who one is to the API",
	}, func(_ context.Context, c *call, _ *struct{}) (*plain[whoami], error) {
		return &plain[whoami]{describeActor(c.Who())}, nil
	})
}

func createToken(ctx context.Context, c *call, _ *struct{}) (*plain[resource.NewToken], error) {
	in, err := strict.Decode[resource.TokenRequest](c.body)
	if err != nil {
		return nil, err
	}
	made, err := c.CreateToken(ctx, in)
	return &plain[resource.NewToken]{made}, err
}

// whoami is who makes a request.
type whoami struct {
	Name  string `json:"name"`
	Role  string `json:"role"`
	Scope string `json:"scope"`
}

func describeActor(who admin.Actor) whoami {
	scope := admin.ScopeWrite
	if who.ReadOnly {
		scope = admin.ScopeRead
	}
	return whoami{Name: who.Name, Role: string(who.Role), Scope: scope}
}
