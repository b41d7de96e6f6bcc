package console

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

const tokensPath = Root + "/tokens"

// tokensPage lists tokens of the config API, and makes one.
type tokensPage struct {
	Form form
	Rows []tokenRow
	All  bool // everybody's, and not only the administrator's own
	Own  right
	Made *tokenMade
}

type tokenRow struct {
	Name  string
	Scope chip
	Owner string
	Mine  bool
	Made  moment
	Ends  moment
	Used  moment
	Href  string // of what revokes it
}

// tokenMade is a token at its making, the only time that its secret is shown.
type tokenMade struct {
	Name   string
	Secret copyable
	Ends   moment
	Use    copyable
}

func (p tokensPage) heading() heading {
	return heading{Template: "tokens", Title: p.Form.title("Tokens"), Section: tokensPath}
}

var tokenControls = []string{"name", "scope", "lifetime"}

// ScopeField is the choice of what the token may do.
func (p tokensPage) ScopeField() field {
	return p.Form.Field("scope", "What it may do", "").Offer(admin.ScopeRead, "Read").Offer(admin.ScopeWrite, "Read and change, as far as your role goes")
}

// LifetimeField is the choice of how long it lives.
func (p tokensPage) LifetimeField() field {
	f := p.Form.Field("lifetime", "It ends", "At the latest after 12 hours, and when you sign out.")
	for _, l := range []struct{ value, text string }{{"15m", "in 15 minutes"}, {"1h", "in an hour"}, {"4h", "in 4 hours"}, {"8h", "in 8 hours"}, {"12h", "in 12 hours"}} {
		f = f.Offer(l.value, l.text)
	}
	return f
}

func tokens(v *visit) error {
	return v.showTokens(newForm("", map[string]string{"name": "", "scope": admin.ScopeRead, "lifetime": "1h"}, tokensPath), nil)
}

func (v *visit) showTokens(f form, made *tokenMade) error {
	list, err := v.Tokens(v.ctx())
	if err != nil {
		return err
	}
	p := tokensPageOf(f, list, v.Who().Name, v.May(admin.OpTokenAny), made)
	p.Own = v.right("token", admin.OpTokenOwn, admin.Target{})
	return v.show(f.status(), p)
}

func tokensPageOf(f form, list []resource.Token, me string, all bool, made *tokenMade) tokensPage {
	p := tokensPage{Form: f, All: all, Made: made}
	for _, t := range list {
		p.Rows = append(p.Rows, tokenRow{
			Name: t.Name, Scope: scopeChip(t.Scope), Owner: t.Owner, Mine: t.Owner == me,
			Made: momentOf(t.CreatedAt), Ends: momentOf(t.ExpiresAt), Used: momentOf(t.LastUsed), Href: tokensPath + "/" + t.ID + "/revoke",
		})
	}
	return p
}

func scopeChip(scope string) chip {
	if scope == admin.ScopeWrite {
		return chip{"Read and change", mild}
	}
	return chip{"Read", plain}
}

// createToken answers with the secret itself: it is kept nowhere, and no address
// may hold it.
func createToken(v *visit) error {
	f := posted(v.fields, tokenControls, tokensPath)
	made, err := v.CreateToken(v.ctx(), resource.TokenRequest{Name: f.Values["name"], Scope: f.Values["scope"], Lifetime: f.Values["lifetime"]})
	if f.refused(err, nothingStored) {
		return v.showTokens(f, nil)
	}
	if err != nil {
		return err
	}
	instance, err := v.Instance(v.ctx())
	if err != nil {
		return err
	}
	return v.showTokens(newForm("", map[string]string{"name": "", "scope": admin.ScopeRead, "lifetime": "1h"}, tokensPath), &tokenMade{
		Name: made.Name, Secret: copyable{"token", "token", made.Secret}, Ends: momentOf(made.ExpiresAt),
		Use: copyable{"token-use", "Lines for a shell", fmt.Sprintf("export GATEPOST_SERVER=%s\nexport GATEPOST_TOKEN=%s\ngatepost connector list", instance.URL, made.Secret)},
	})
}

// revokeToken ends a token, once it is asked for.
func revokeToken(v *visit) error {
	id := v.r.PathValue("token")
	list, err := v.Tokens(v.ctx())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(t resource.Token) bool { return t.ID == id })
	if i >= 0 {
		t := list[i]
		asked, err := v.ask(confirmPage{
			Section: tokensPath, Trail: []link{{"Tokens", tokensPath}}, Title: "Revoke the token " + t.Name + "?",
			Text:   "It is a token of " + t.Owner + ". Whatever uses it is refused from the next request on.",
			Action: tokensPath + "/" + id + "/revoke", Button: "Revoke", Danger: true, Back: tokensPath,
		})
		if err != nil || asked {
			return err
		}
	}
	// Whatever the list has: one that is not in it may open something again, as that
	// of a person who is resumed would.
	err = v.RevokeToken(v.ctx(), id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return v.done(tokensPath, "token-revoked")
}
