package openapi_test

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

// heal lets every caller in again whom a request shut out: a lockdown, a person
// who was suspended, a role that was taken away. It returns the IDs of the tokens
// that it made.
func (w *world) heal() map[string]string {
	made := map[string]string{}
	all := holders()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		h := all[name]
		_, secret, _ := strings.Cut(w.entries[name], "Bearer ")
		actor, err := w.site.Admin.ByToken(w.Context(), secret, admin.Actor{})
		if w.known(err) && actor.Name == h.email && actor.Role == h.role {
			continue
		}
		w.person(h.email, h.role)
		token := w.token(h.email, h.scope)
		w.entries[name], made[name] = "Authorization: Bearer "+token.Secret, token.ID
	}
	for name, email := range browsers() {
		actor, err := w.site.Admin.BySession(w.Context(), w.sessionOf(name), admin.Actor{})
		role := roles()[name]
		if w.known(err) && actor.Name == email && actor.Role == role {
			continue
		}
		w.person(email, role)
		w.entries[name] = "Cookie: " + w.session(email)
	}
	w.entries["stranger"] = ""
	w.entries["forger"] = "Authorization: Bearer gp_" + strings.Repeat("0", 64)
	return made
}

// known reports whether somebody could be let in.
func (w *world) known(err error) bool {
	if err != nil && !errors.Is(err, admin.ErrNotSignedIn) {
		w.Fatal(err)
	}
	return err == nil
}

// sessionOf is the session of a caller; one that opens nothing when there is none.
func (w *world) sessionOf(name string) session.Token {
	_, value, _ := strings.Cut(w.entries[name], "=")
	token, err := session.ParseToken(value)
	if err != nil {
		return session.NewToken("u_nobody")
	}
	return token
}

// person makes somebody what they were at the beginning.
func (w *world) person(email string, role idp.AdminRole) {
	as := w.site.Admin.As(operator)
	now, err := as.User(w.Context(), email)
	if errors.Is(err, store.ErrNotFound) {
		_, err = as.CreateUser(w.Context(), resource.User{Email: email, Name: "A Person", AdminRole: string(role)})
		w.must(err)
		return
	}
	w.must(err)
	if !now.Active {
		w.must(as.ResumeUser(w.Context(), email))
	}
	if now.AdminRole != string(role) {
		_, err = as.UpdateUser(w.Context(), email, "", func(u *resource.User) error {
			u.AdminRole = string(role)
			return nil
		})
		w.must(err)
	}
}

// roles are the administrator roles of the callers; strangers have none, nor has
// the person who is no administrator.
func roles() map[string]idp.AdminRole {
	all := map[string]idp.AdminRole{"browser": idp.AdminOwner, "person": idp.AdminNone, "stranger": idp.AdminNone, "forger": idp.AdminNone}
	for name, h := range holders() {
		all[name] = h.role
	}
	return all
}
