package admin_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

// token makes a token for an administrator of a role.
func (d *desk) token(role idp.AdminRole, scope, lifetime string) resource.NewToken {
	d.t.Helper()
	made, err := d.as(role).CreateToken(d.t.Context(), resource.TokenRequest{Name: "tests", Scope: scope, Lifetime: lifetime})
	d.must(nil, err)
	return made
}

// bearer is who comes with a token.
func (d *desk) bearer(secret string) (admin.Actor, error) {
	return d.ByToken(d.t.Context(), secret, admin.Actor{SourceIP: "192.0.2.7", UserAgent: "curl", RequestID: "r7"})
}

// with is the administrator who comes with a token.
func (d *desk) with(made resource.NewToken) *admin.Administrator {
	d.t.Helper()
	actor, err := d.bearer(made.Secret)
	d.must(nil, err)
	return d.As(actor)
}

func TestATokenIsMadeOnlyAsItMayBe(t *testing.T) {
	ok := resource.TokenRequest{Name: "ci"}
	cases := []struct {
		name   string
		change func(*resource.TokenRequest)
		want   []string
	}{
		{"all left out", func(*resource.TokenRequest) {}, nil},
		{"the longest name", func(in *resource.TokenRequest) { in.Name = strings.Repeat("é", 64) }, nil},
		{"the shortest life", func(in *resource.TokenRequest) { in.Lifetime = "1m" }, nil},
		{"the longest life", func(in *resource.TokenRequest) { in.Lifetime = "12h" }, nil},
		{"no name", func(in *resource.TokenRequest) { in.Name = "" }, []string{"name"}},
		{"a blank name", func(in *resource.TokenRequest) { in.Name = " \t " }, []string{"name"}},
		{"a name too long", func(in *resource.TokenRequest) { in.Name = strings.Repeat("x", 65) }, []string{"name"}},
		{"a name that cannot be shown", func(in *resource.TokenRequest) { in.Name = "a\x00b" }, []string{"name"}},
		{"a name that is no text", func(in *resource.TokenRequest) { in.Name = "a\xffb" }, []string{"name"}},
		{"a scope in another case", func(in *resource.TokenRequest) { in.Scope = "Write" }, []string{"scope"}},
		{"a scope that is none", func(in *resource.TokenRequest) { in.Scope = "admin" }, []string{"scope"}},
		{"too short a life", func(in *resource.TokenRequest) { in.Lifetime = "59s" }, []string{"lifetime"}},
		{"too long a life", func(in *resource.TokenRequest) { in.Lifetime = "12h0m1s" }, []string{"lifetime"}},
		{"a life backwards", func(in *resource.TokenRequest) { in.Lifetime = "-1h" }, []string{"lifetime"}},
		{"a life in words", func(in *resource.TokenRequest) { in.Lifetime = "forever" }, []string{"lifetime"}},
		{"a life without a unit", func(in *resource.TokenRequest) { in.Lifetime = "3600" }, []string{"lifetime"}},
		{"for somebody else", func(in *resource.TokenRequest) { in.User = "owner@example.com" }, []string{"user"}},
		{"all of it wrong", func(in *resource.TokenRequest) {
			*in = resource.TokenRequest{Scope: "all", Lifetime: "1y", User: alice}
		}, []string{"name", "scope", "lifetime", "user"}},
	}
	d := newOffice(t)
	for _, c := range cases {
		in := ok
		c.change(&in)
		made, err := d.as(idp.AdminViewer).CreateToken(t.Context(), in)
		if c.want != nil {
			faulty(t, c.name, err, c.want...)
			if made.Secret != "" {
				t.Errorf("%s: a secret all the same", c.name)
			}
			continue
		}
		if err != nil || made.Owner != "viewer@example.com" || made.Scope != "read" || !strings.HasPrefix(made.Secret, "gp_") || len(made.Secret) != 67 {
			t.Errorf("%s: made %+v, %v", c.name, made.Token, err)
		}
	}
}

func TestATokenIsWorthWhatItsOwnerIsAndNoMore(t *testing.T) {
	d := newOffice(t)
	write := d.token(idp.AdminConnectors, "write", "")
	actor, err := d.bearer(write.Secret)
	d.must(nil, err)
	if actor.Name != "connector-admin@example.com" || actor.ID == "" || actor.Role != idp.AdminConnectors || actor.ReadOnly || actor.SourceIP != "192.0.2.7" || actor.RequestID != "r7" || actor.UserAgent != "curl" {
		t.Errorf("came as %+v", actor)
	}
	d.must(d.As(actor).CreateGroup(t.Context(), resource.Group{Name: "new"}))
	denied(t, "people", only(d.As(actor).CreateUser(t.Context(), resource.User{Email: bob})))

	reader := d.with(d.token(idp.AdminConnectors, "read", ""))
	d.must(both(reader.Connectors(t.Context(), admin.List{})), nil)
	denied(t, "a change with a token to read", only(reader.CreateGroup(t.Context(), resource.Group{Name: "newer"})))
	denied(t, "a token made with a token to read", only(reader.CreateToken(t.Context(), resource.TokenRequest{Name: "x", Scope: "write"})))

	d.must(d.as(idp.AdminOwner).UpdateUser(t.Context(), "connector-admin@example.com", "", setRole(idp.AdminViewer)))
	_, err = d.bearer(write.Secret)
	is(t, "a token of before the role was lowered", err, admin.ErrNotSignedIn)
}

func TestATokenEndsAtOnce(t *testing.T) {
	const holder = "connector-admin@example.com"
	ends := map[string]func(ctx context.Context, d *desk, made resource.NewToken) error{
		"when its time is over": func(_ context.Context, d *desk, _ resource.NewToken) error {
			d.now = d.now.Add(time.Hour)
			return nil
		},
		"when it is revoked with itself": func(ctx context.Context, d *desk, made resource.NewToken) error {
			return d.with(made).RevokeToken(ctx, made.ID)
		},
		"when an owner revokes it": func(ctx context.Context, d *desk, made resource.NewToken) error {
			return d.as(idp.AdminOwner).RevokeToken(ctx, made.ID)
		},
		"when its person is suspended": func(ctx context.Context, d *desk, _ resource.NewToken) error {
			return d.as(idp.AdminOwner).SuspendUser(ctx, holder)
		},
		"when its person is locked": func(ctx context.Context, d *desk, _ resource.NewToken) error {
			return d.as(idp.AdminOwner).LockUser(ctx, holder)
		},
		"when its person is deleted": func(ctx context.Context, d *desk, _ resource.NewToken) error {
			return d.as(idp.AdminOwner).DeleteUser(ctx, holder, "")
		},
		"when its person's password is set": func(ctx context.Context, d *desk, _ resource.NewToken) error {
			return d.SetPassword(ctx, owner, holder, "correct horse battery staple")
		},
		"at a lockdown": func(ctx context.Context, d *desk, _ resource.NewToken) error {
			return d.as(idp.AdminOwner).Lockdown(ctx)
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newOffice(t)
			made := d.token(idp.AdminConnectors, "write", "1h")
			d.now = noon.Add(30 * time.Minute)
			d.with(made)
			d.must(nil, end(t.Context(), d, made))
			_, err := d.bearer(made.Secret)
			is(t, name, err, admin.ErrNotSignedIn)
			list, err := d.as(idp.AdminOwner).Tokens(t.Context())
			if err != nil || len(list) != 0 {
				t.Errorf("still listed: %+v, %v", list, err)
			}
			if _, err := d.as(idp.AdminOwner).User(t.Context(), holder); err == nil {
				d.must(nil, d.as(idp.AdminOwner).ResumeUser(t.Context(), holder))
			}
			d.must(nil, d.as(idp.AdminOwner).LiftLockdown(t.Context()))
			_, err = d.bearer(made.Secret)
			is(t, name+", and stays ended", err, admin.ErrNotSignedIn)
		})
	}
}

func TestATokenMadeWithATokenLivesNoLonger(t *testing.T) {
	d := newOffice(t)
	parent := d.token(idp.AdminOwner, "write", "2h")
	d.now = noon.Add(time.Hour)
	child, err := d.with(parent).CreateToken(t.Context(), resource.TokenRequest{Name: "child", Scope: "write", Lifetime: "12h"})
	d.must(nil, err)
	if child.ExpiresAt != parent.ExpiresAt {
		t.Errorf("it lives until %s, the first until %s", child.ExpiresAt, parent.ExpiresAt)
	}
	short, err := d.with(parent).CreateToken(t.Context(), resource.TokenRequest{Name: "short", Lifetime: "5m"})
	if err != nil || short.ExpiresAt != "2026-11-24T13:05:00Z" || short.Scope != "read" {
		t.Errorf("made %+v, %v", short.Token, err)
	}
	grandchild, err := d.with(child).CreateToken(t.Context(), resource.TokenRequest{Name: "grandchild", Scope: "write", Lifetime: "12h"})
	if err != nil || grandchild.ExpiresAt != parent.ExpiresAt {
		t.Errorf("made %+v, %v", grandchild.Token, err)
	}
}

// A request that was let in right before a lockdown, and goes on right after, makes
// no token that outlives it.
func TestNoTokenIsCarriedThroughALockdown(t *testing.T) {
	ends := map[string]func(context.Context, *desk) error{
		"of all": func(ctx context.Context, d *desk) error { return d.as(idp.AdminOwner).Lockdown(ctx) },
		"of the person, who is let in again": func(ctx context.Context, d *desk) error {
			if err := d.as(idp.AdminOwner).LockUser(ctx, "viewer@example.com"); err != nil {
				return err
			}
			return d.as(idp.AdminOwner).UnlockUser(ctx, "viewer@example.com")
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			d := newOffice(t)
			byToken, err := d.bearer(d.token(idp.AdminViewer, "write", "").Secret)
			d.must(nil, err)
			bySession, err := d.BySession(t.Context(), d.signedIn("viewer@example.com"), admin.Actor{})
			d.must(nil, err)
			d.must(nil, end(t.Context(), d))
			for way, actor := range map[string]admin.Actor{"token": byToken, "session": bySession} {
				made, err := d.As(actor).CreateToken(t.Context(), resource.TokenRequest{Name: "x"})
				if err != nil {
					continue // refused at once
				}
				_, err = d.bearer(made.Secret)
				is(t, "a token made by "+way, err, admin.ErrNotSignedIn)
			}
		})
	}
}

func TestOwnersSeeAllTokensAndOthersTheirOwn(t *testing.T) {
	d := newOffice(t)
	ctx := t.Context()
	mine := map[idp.AdminRole]resource.NewToken{}
	for _, role := range roles[1:] {
		d.now = d.now.Add(time.Second)
		mine[role] = d.token(role, "write", "")
	}
	for _, role := range roles[1:] {
		list, err := d.as(role).Tokens(ctx)
		d.must(nil, err)
		text, err := json.Marshal(list)
		d.must(nil, err)
		for _, made := range mine {
			if secret := strings.TrimPrefix(made.Secret, "gp_"); strings.Contains(string(text), secret) || strings.Contains(string(text), session.Hash(secret)) {
				t.Error("the list shows a secret, or the hash of one")
			}
		}
		want := []resource.Token{mine[role].Token}
		if role == idp.AdminOwner {
			want = []resource.Token{mine[idp.AdminOwner].Token, mine[idp.AdminConnectors].Token, mine[idp.AdminHelpdesk].Token, mine[idp.AdminViewer].Token}
		}
		if !slices.Equal(list, want) {
			t.Errorf("%s sees %+v", role, list)
		}
	}
	id := mine[idp.AdminViewer].ID
	is(t, "another's", d.as(idp.AdminHelpdesk).RevokeToken(ctx, id), store.ErrNotFound)
	for _, bad := range []string{"", id[:15], id + "0", strings.ToUpper(id), strings.Repeat("*", 16), "\x00" + id[1:], "../../../../etc/x", strings.Repeat("é", 8)} {
		is(t, "the ID "+bad, d.as(idp.AdminOwner).RevokeToken(ctx, bad), store.ErrNotFound)
	}
	d.must(nil, d.as(idp.AdminOwner).RevokeToken(ctx, id))
	is(t, "again", d.as(idp.AdminOwner).RevokeToken(ctx, id), store.ErrNotFound)
	revoked := of(idp.ActionTokenRevoke, d.audit(admin.EventQuery{}))
	if len(revoked) != 1 || revoked[0].Before["id"] != id || revoked[0].Before["owner"] != "viewer@example.com" || revoked[0].Actor != "owner@example.com" {
		t.Errorf("recorded as %+v", revoked)
	}
}

func TestTheLastUseOfATokenIsNotedEveryFewMinutes(t *testing.T) {
	d := newOffice(t)
	made := d.token(idp.AdminViewer, "", "")
	used := func() string {
		list, err := d.as(idp.AdminViewer).Tokens(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		return list[0].LastUsed
	}
	if used() != "" || made.LastUsed != "" {
		t.Error("used before its first use")
	}
	before := d.tables.written.Load()
	for _, step := range []struct {
		at   time.Duration
		want string
	}{{time.Minute, "2026-11-24T12:01:00Z"}, {5 * time.Minute, "2026-11-24T12:01:00Z"}, {6 * time.Minute, "2026-11-24T12:06:00Z"}} {
		d.now = noon.Add(step.at)
		d.with(made)
		if got := used(); got != step.want {
			t.Errorf("after %v: last used %q", step.at, got)
		}
	}
	if n := d.tables.written.Load() - before; n != 2 {
		t.Errorf("%d writes for three uses", n)
	}
}

func TestATokenOfAnAWSPrincipal(t *testing.T) {
	const principal = "arn:aws:iam::111122223333:role/GatepostOwner"
	d := newOffice(t)
	ctx := t.Context()
	made, err := d.PrincipalToken(ctx, principal, idp.AdminOwner, admin.Actor{SourceIP: "192.0.2.9", RequestID: "r9"})
	d.must(nil, err)
	if made.Owner != principal || made.Scope != "write" || made.ExpiresAt != "2026-11-24T13:00:00Z" {
		t.Errorf("made %+v", made.Token)
	}
	actor, err := d.bearer(made.Secret)
	d.must(nil, err)
	if actor.Name != principal || actor.ID != "" || actor.Role != idp.AdminOwner || actor.ReadOnly {
		t.Errorf("came as %+v", actor)
	}
	d.now = noon.Add(30 * time.Minute)
	child, err := d.As(actor).CreateToken(ctx, resource.TokenRequest{Name: "child", Scope: "write", Lifetime: "12h"})
	if err != nil || child.ExpiresAt != made.ExpiresAt || child.Owner != principal {
		t.Errorf("made %+v, %v", child.Token, err)
	}
	created := of(idp.ActionTokenCreate, d.audit(admin.EventQuery{}))
	if len(created) != 2 || created[0].Actor != principal || created[1].SourceIP != "192.0.2.9" {
		t.Errorf("recorded as %+v", created)
	}
	other, err := d.PrincipalToken(ctx, principal+"2", idp.AdminHelpdesk, admin.Actor{})
	d.must(nil, err)
	list, err := d.with(other).Tokens(ctx)
	if err != nil || len(list) != 1 || list[0].ID != other.ID {
		t.Errorf("another principal sees %+v, %v", list, err)
	}
	is(t, "another principal's", d.with(other).RevokeToken(ctx, made.ID), store.ErrNotFound)
	viewer, err := d.PrincipalToken(ctx, principal+"3", idp.AdminViewer, admin.Actor{})
	if err != nil || viewer.Scope != "read" {
		t.Errorf("a viewer's: %+v, %v", viewer.Token, err)
	}
	nobody, err := d.PrincipalToken(ctx, principal+"4", idp.AdminNone, admin.Actor{})
	d.must(nil, err)
	denied(t, "a principal without a role", both(d.with(nobody).Connectors(ctx, admin.List{})))
	d.must(nil, d.as(idp.AdminOwner).Lockdown(ctx))
	for _, one := range []resource.NewToken{made, child, other} {
		_, err := d.bearer(one.Secret)
		is(t, "after a lockdown", err, admin.ErrNotSignedIn)
	}
	late, err := d.As(actor).CreateToken(ctx, resource.TokenRequest{Name: "late", Scope: "write"})
	if err == nil {
		_, err = d.bearer(late.Secret)
	}
	is(t, "made through a lockdown", err, admin.ErrNotSignedIn)
}

func TestNoOtherTextIsAToken(t *testing.T) {
	d := newOffice(t)
	made := d.token(idp.AdminOwner, "write", "")
	secret := strings.TrimPrefix(made.Secret, "gp_")
	texts := []string{
		"", "gp_", "gp_gp_", secret, session.Hash(secret), "gp_" + session.Hash(secret), "gp_" + made.ID, made.ID,
		"GP_" + secret, "gp_" + strings.ToUpper(secret), made.Secret + " ", " " + made.Secret, made.Secret[:66], made.Secret + "0",
		"Bearer " + made.Secret, "gp_\x00", "gp_\xff\xfe", "gp_" + strings.Repeat("a", 1<<20), "gp_../../x", "gp_" + secret + "\x00",
	}
	for _, text := range texts {
		actor, err := d.bearer(text)
		is(t, "the text "+text[:min(len(text), 80)], err, admin.ErrNotSignedIn)
		if actor.Role != idp.AdminNone || actor.Name != "" {
			t.Errorf("%.80q comes as %+v", text, actor)
		}
	}
	d.with(made)
}

func TestOnlyWhoHasTheStoreOpenMakesTokensForOthers(t *testing.T) {
	d := newOffice(t)
	cli := d.As(admin.Actor{Name: "cli:root", Role: idp.AdminOwner, Operator: true})
	made, err := cli.CreateToken(t.Context(), resource.TokenRequest{Name: "first", Scope: "write", User: "Viewer@Example.com"})
	d.must(nil, err)
	if made.Owner != "viewer@example.com" {
		t.Errorf("its owner is %q", made.Owner)
	}
	actor, err := d.bearer(made.Secret)
	if err != nil || actor.Name != "viewer@example.com" || actor.Role != idp.AdminViewer || actor.Operator {
		t.Errorf("came as %+v, %v", actor, err)
	}
	created := of(idp.ActionTokenCreate, d.audit(admin.EventQuery{}))
	if len(created) != 1 || created[0].Actor != "cli:root" || created[0].After["owner"] != "viewer@example.com" {
		t.Errorf("recorded as %+v", created)
	}
	for _, email := range []string{"", "nobody@example.com", alice} {
		_, err := cli.CreateToken(t.Context(), resource.TokenRequest{Name: "x", User: email})
		faulty(t, "for "+email, err, "user")
	}
	d.must(nil, d.as(idp.AdminOwner).SuspendUser(t.Context(), "viewer@example.com"))
	_, err = cli.CreateToken(t.Context(), resource.TokenRequest{Name: "x", User: "viewer@example.com"})
	faulty(t, "for somebody who is suspended", err, "user")
}
