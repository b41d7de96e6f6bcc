package admin_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
)

// newRecord is an office with one event of a group every hour of three days, by two
// people in turn, and one of a connector every day.
func newRecord(t *testing.T) *desk {
	t.Helper()
	d := newOffice(t)
	ctx := t.Context()
	by := []*admin.Administrator{d.as(idp.AdminOwner), d.as(idp.AdminConnectors)}
	for hour := range 72 {
		d.now = noon.Add(time.Duration(hour+1) * time.Hour)
		d.must(by[hour%2].CreateGroup(ctx, resource.Group{Name: fmt.Sprintf("hour-%02d", hour+1)}))
		if hour%24 == 23 {
			d.must(by[1].UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error { c.Description = fmt.Sprint(hour); return nil }))
		}
	}
	return d
}

func TestEventsAreFoundByTimePersonAndConnector(t *testing.T) {
	d := newRecord(t)
	hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	cases := []struct {
		name        string
		q           admin.EventQuery
		want        int
		first, last string // targets, the newest first
	}{
		{"from a moment on", admin.EventQuery{Since: hour(70), Limit: 100}, 4, "hour-72", "hour-70"},
		{"up to a moment, without it", admin.EventQuery{Since: hour(1), Until: hour(3), Limit: 100}, 2, "hour-02", "hour-01"},
		{"of no time", admin.EventQuery{Since: hour(5), Until: hour(5)}, 0, "", ""},
		{"of a time to come", admin.EventQuery{Since: hour(1000)}, 0, "", ""},
		{"of one person", admin.EventQuery{User: "Owner@Example.com", Limit: 100}, 36, "hour-71", "hour-01"},
		{"of one person in a time", admin.EventQuery{User: "connector-admin@example.com", Since: hour(10), Until: hour(20)}, 5, "hour-18", "hour-10"},
		{"of one connector", admin.EventQuery{Connector: "aws-a", Since: hour(1)}, 3, "aws-a", "aws-a"},
		{"of one person and connector", admin.EventQuery{User: "connector-admin@example.com", Connector: "aws-a"}, 3, "aws-a", "aws-a"},
		{"of another person and the connector", admin.EventQuery{User: "owner@example.com", Connector: "aws-a"}, 0, "", ""},
		{"of a connector that is not there", admin.EventQuery{Connector: "aws-z"}, 0, "", ""},
		{"of what is no slug", admin.EventQuery{Connector: "../\x00"}, 0, "", ""},
		{"of somebody who did nothing", admin.EventQuery{User: alice}, 0, "", ""},
		{"in small pages", admin.EventQuery{Since: hour(1), Limit: 7}, 75, "", "hour-01"},
	}
	for _, c := range cases {
		all := d.read(c.q)
		if len(all) != c.want {
			t.Errorf("%s: %d events, want %d", c.name, len(all), c.want)
			continue
		}
		if c.want > 0 && (c.first != "" && !slices.Contains([]string{c.first, "aws-a"}, all[0].Target) || all[c.want-1].Target != c.last) {
			t.Errorf("%s: from %q to %q", c.name, all[0].Target, all[c.want-1].Target)
		}
		for i := 1; i < len(all); i++ {
			if all[i].At > all[i-1].At {
				t.Errorf("%s: %s comes after %s", c.name, all[i].At, all[i-1].At)
			}
		}
	}
}

// read is every event of a query, page by page.
func (d *desk) read(q admin.EventQuery) []resource.Event {
	d.t.Helper()
	var all []resource.Event
	for range 1000 {
		page, next, err := d.as(idp.AdminViewer).Events(d.t.Context(), q)
		d.must(nil, err)
		if q.Limit > 0 && len(page) > q.Limit {
			d.t.Errorf("a page of %d", len(page))
		}
		all = append(all, page...)
		if next == "" {
			return all
		}
		q.Cursor = next
	}
	d.t.Fatal("the record has no end")
	return nil
}

func TestAQueryForEventsThatCannotBeIsRefused(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminViewer)
	_, _, err := a.Events(ctx, admin.EventQuery{User: "nobody@example.com"})
	faulty(t, "of nobody", err, "user")
	_, _, err = a.Events(ctx, admin.EventQuery{Since: noon, Until: noon.Add(-time.Second)})
	faulty(t, "that ends before it begins", err, "until")
	for _, limit := range []int{-1, 101} {
		_, _, err = a.Events(ctx, admin.EventQuery{Limit: limit})
		is(t, fmt.Sprint("in pages of ", limit), err, store.ErrTooLarge)
	}
	_, cursor, err := a.Events(ctx, admin.EventQuery{Limit: 2})
	d.must(nil, err)
	for _, bad := range []string{"x", cursor[1:], strings.ToLower(cursor) + "A"} {
		_, _, err = a.Events(ctx, admin.EventQuery{Limit: 2, Cursor: bad})
		is(t, "at "+bad, err, store.ErrCursor)
	}
	_, _, err = a.Events(ctx, admin.EventQuery{Limit: 2, Connector: "aws-a", Cursor: cursor})
	is(t, "with the cursor of another query", err, store.ErrCursor)
}

// scenario does everything that a secret is part of, and returns the secrets.
func (d *desk) scenario() map[string]string {
	ctx, a := d.t.Context(), d.as(idp.AdminOwner)
	secrets := map[string]string{"password": goodPassword, "second password": "another long pass phrase of hers"}
	d.must(d.CreateUserWithPassword(ctx, owner, admin.NewUser{Email: bob}, goodPassword))
	d.must(nil, d.SetPassword(ctx, owner, alice, goodPassword))
	d.must(d.signin.SignIn(ctx, signin.Attempt{Username: alice, Password: goodPassword}))
	_, err := d.signin.SignIn(ctx, signin.Attempt{Username: alice, Password: "wrong " + goodPassword})
	is(d.t, "a wrong password", err, signin.ErrWrong)
	link, err := a.PasswordLink(ctx, bob)
	d.must(nil, err)
	_, secrets["link"], _ = strings.Cut(link.URL, "token=")
	d.must(nil, d.signin.RedeemLink(ctx, secrets["link"], secrets["second password"], signin.Client{}))
	made := d.token(idp.AdminOwner, "write", "")
	secrets["token"] = strings.TrimPrefix(made.Secret, "gp_")
	d.must(nil, d.with(made).RevokeToken(ctx, made.ID))
	principals, err := d.PrincipalToken(ctx, "arn:aws:iam::111122223333:role/X", idp.AdminOwner, admin.Actor{})
	d.must(nil, err)
	secrets["principal's token"] = strings.TrimPrefix(principals.Secret, "gp_")
	setup, err := d.NewSetup(ctx, owner)
	d.must(nil, err)
	_, secrets["setup link"], _ = strings.Cut(setup, "token=")
	in := d.signedIn(alice).Text()
	secrets["session"] = in[strings.LastIndexByte(in, '.')+1:]
	keys := newPair(d.t)
	d.must(a.UploadKey(ctx, "aws-a", keys.private, keys.certificate))
	secrets["private key"] = strings.Split(string(keys.private), "\n")[10] // of the private exponent: the modulus is no secret
	d.must(nil, a.ActivateConnector(ctx, "aws-a"))
	d.must(nil, a.PutImage(ctx, "aws-a", encodePNG(plain(9, 9, color.White))))
	d.must(nil, a.AddMember(ctx, "open", alice, time.Time{}))
	result, err := a.Test(ctx, "aws-a", alice)
	d.must(nil, err)
	secrets["response"] = result.Response[100:164]
	d.must(a.ImportUsers(ctx, []byte("email,groups\nnew@example.com,open\n"), false))
	d.must(nil, a.LockUser(ctx, alice))
	d.must(nil, a.Lockdown(ctx))
	d.must(nil, a.LiftLockdown(ctx))
	d.must(nil, a.DeactivateConnector(ctx, "aws-a"))
	d.must(nil, a.DeleteConnector(ctx, "aws-a", ""))
	return secrets
}

func TestNoSecretIsOnRecordOrInTheStore(t *testing.T) {
	d := newOffice(t)
	secrets := d.scenario()
	var told [][]byte
	actions := map[string]bool{}
	for _, e := range d.read(admin.EventQuery{Limit: 100}) {
		text, err := json.Marshal(e)
		d.must(nil, err)
		told = append(told, text)
		actions[e.Action] = true
	}
	if len(actions) < 20 {
		t.Fatalf("the scenario has %d kinds of event: %v", len(actions), actions)
	}
	database, err := os.ReadFile(filepath.Join(d.folder, "gatepost.db"))
	d.must(nil, err)
	for name, secret := range secrets {
		if len(secret) < 24 {
			t.Fatalf("the %s is not worth a look: %q", name, secret)
		}
		for _, text := range told {
			if bytes.Contains(text, []byte(secret)) || bytes.Contains(text, []byte(session.Hash(secret))) {
				t.Errorf("the %s, or its hash, is on record: %s", name, text)
			}
		}
		if bytes.Contains(database, []byte(secret)) {
			t.Errorf("the %s is in the database", name)
		}
	}
	for _, mark := range []string{"PRIVATE KEY", "-----BEGIN", "$argon2", "<saml", "?token="} {
		for _, text := range told {
			if bytes.Contains(text, []byte(mark)) {
				t.Errorf("%s is on record: %s", mark, text)
			}
		}
	}
}
