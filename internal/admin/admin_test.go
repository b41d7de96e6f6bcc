package admin_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// desk is an administration over the real embedded store and real key files.
type desk struct {
	*admin.Service
	t       *testing.T
	folder  string // of all that is stored
	now     time.Time
	keys    *brokenKeys
	tables  *watched
	signin  *signin.Service
	custody *file.Custody
}

// brokenKeys fails where a test says so.
type brokenKeys struct {
	admin.Keys
	err error
}

func (b *brokenKeys) Create(ctx context.Context, slug string, custody idp.Custody, e idp.Event) (*idp.Key, error) {
	if b.err != nil {
		return nil, b.err
	}
	return b.Keys.Create(ctx, slug, custody, e)
}

var owner = admin.Actor{Name: "owner@example.com", ID: "u_owner", SourceIP: "192.0.2.1", RequestID: "r1"}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: noon, folder: t.TempDir()}
	clock := func() time.Time { return d.now }
	database, err := bolt.Open(filepath.Join(d.folder, "gatepost.db"), bolt.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	custody, err := file.Open(filepath.Join(d.folder, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := errors.Join(custody.Close(), database.Close())
		if err != nil {
			t.Error(err)
		}
	})
	d.tables, d.custody = &watched{Tables: database}, custody
	s := store.New(d.tables, clock)
	d.keys = &brokenKeys{Keys: &keys.Keeper{Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: keystest.Ready(custody)}, Default: idp.CustodyFile, Uploads: idp.CustodyFile, Store: s, Now: clock}}
	d.signin = signin.New(s, clock)
	d.Service = &admin.Service{Store: s, Keys: d.keys, Passwords: d.signin, URL: "https://sso.example.com", Now: clock}
	return d
}

func (d *desk) must(_ any, err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

const iam = "arn:aws:iam::111122223333:"

func aws(slug string, change ...func(*idp.Connector)) admin.NewConnector {
	c := admin.NewConnector{Connector: idp.Connector{
		Slug: slug, Label: "AWS", Shown: true,
		Roles: []idp.Role{{RoleARN: iam + "role/SAML-User", ProviderARN: iam + "saml-provider/Gatepost"}},
	}}
	for _, do := range change {
		do(&c.Connector)
	}
	return c
}

func (d *desk) events(connector string) []idp.Event {
	d.t.Helper()
	list, _, err := d.Store.Events(d.t.Context(), store.EventFilter{Connector: connector, Since: noon.Add(-time.Hour), Until: noon.AddDate(10, 0, 0), Limit: 50})
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

func TestANewConnectorHasGoodDefaultsAndIsClosed(t *testing.T) {
	d := newDesk(t)
	c, err := d.CreateConnector(t.Context(), owner, aws("aws-a"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Active || c.Kind != idp.KindAWS || c.EntityID != "https://sso.example.com/metadata/aws-a" || c.Partition != "aws" || c.Attributes[0].Value != "${user.email}" {
		t.Errorf("made %+v", c)
	}
	china, err := d.CreateConnector(t.Context(), owner, aws("aws-cn", func(c *idp.Connector) {
		c.Roles = []idp.Role{{RoleARN: "arn:aws-cn:iam::111122223333:role/A", ProviderARN: "arn:aws-cn:iam::111122223333:saml-provider/G"}}
		c.Attributes = []idp.AttributeRule{{Name: "http://www.amazonaws.cn/SAML/Attributes/RoleSessionName", Value: "SSO-User"}}
	}))
	if err != nil {
		t.Fatal(err)
	}
	if china.Partition != "aws-cn" || china.Attributes[0].Name != "RoleSessionName" {
		t.Errorf("made partition %q with attribute %q", china.Partition, china.Attributes[0].Name)
	}
}

func TestActivationSaysEverythingThatWouldNotWork(t *testing.T) {
	cases := []struct {
		name   string
		change func(*idp.Connector)
		upload bool // and no key comes
		later  time.Duration
		want   []string
	}{
		{"all is well", func(*idp.Connector) {}, false, 0, nil},
		{"no role and no key", func(c *idp.Connector) { c.Roles = nil }, true, 0, []string{"roles", "key"}},
		{"no key", func(*idp.Connector) {}, true, 0, []string{"key"}},
		{"a certificate that ran out", func(*idp.Connector) {}, false, 4 * 365 * 24 * time.Hour, []string{"key"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			in := aws("aws-a", c.change)
			in.UploadKey = c.upload
			d.must(d.CreateConnector(t.Context(), owner, in))
			d.now = noon.Add(c.later)
			err := d.Activate(t.Context(), owner, "aws-a")
			stored, _, readErr := d.Connector(t.Context(), "aws-a")
			d.must(nil, readErr)
			if stored.Active != (c.want == nil) {
				t.Errorf("active: %v", stored.Active)
			}
			var problems idp.Problems
			errors.As(err, &problems)
			for _, field := range c.want {
				if !slices.ContainsFunc(problems, func(p idp.Problem) bool { return p.Field == field && p.Remedy != "" }) {
					t.Errorf("no problem with %s in:\n%v", field, err)
				}
			}
			if len(c.want) == 0 && err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAnActiveConnectorCannotBeMadeOneThatWouldNotWork(t *testing.T) {
	d := newDesk(t)
	d.must(d.CreateConnector(t.Context(), owner, aws("aws-a")))
	d.must(nil, d.Activate(t.Context(), owner, "aws-a"))
	_, err := d.UpdateConnector(t.Context(), owner, "aws-a", func(c *idp.Connector) { c.Roles = nil })
	var problems idp.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	after, err := d.UpdateConnector(t.Context(), owner, "aws-a", func(c *idp.Connector) {
		c.Label, c.Slug, c.Active, c.Kind, c.ID, c.Groups = "New", "other", false, idp.KindBookmark, "x", []string{"g"}
	})
	if err != nil {
		t.Fatal(err)
	}
	if after.Label != "New" || after.Slug != "aws-a" || !after.Active || after.Kind != idp.KindAWS || len(after.Groups) != 0 {
		t.Errorf("changed to %+v", after)
	}
}

func TestAKeyThatCannotBeMadeLeavesAConnectorThatSaysSo(t *testing.T) {
	d := newDesk(t)
	d.keys.err = keys.ErrUnavailable
	_, err := d.CreateConnector(t.Context(), owner, aws("aws-a"))
	if !errors.Is(err, keys.ErrUnavailable) || !strings.Contains(err.Error(), "is stored") {
		t.Fatalf("got %v", err)
	}
	shown, err := d.As(admin.Actor{Role: idp.AdminOwner}).Connector(t.Context(), "aws-a")
	if err != nil || shown.Active || shown.Key.State != "none" {
		t.Fatalf("shown %+v, %v", shown, err)
	}
	d.keys.err = nil
	d.must(nil, d.DeleteConnector(t.Context(), owner, "aws-a"))
}

func TestWhatIsWrongIsRefusedBeforeAnythingIsStored(t *testing.T) {
	d := newDesk(t)
	bad := resource.Connector{Slug: "aws-a", Label: "A", Groups: []string{"nobody"}, Roles: []resource.Role{{RoleARN: iam + "role/A", ProviderARN: iam + "saml-provider/G", Groups: []string{"no-one"}}}}
	_, err := d.As(admin.Actor{Role: idp.AdminOwner}).CreateConnector(t.Context(), bad)
	var problems idp.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	_, _, err = d.Connector(t.Context(), "aws-a")
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("something is stored: %v", err)
	}
	_, err = d.CreateUserWithPassword(t.Context(), owner, admin.NewUser{Email: "alice@example.com"}, "short")
	if !errors.As(err, &problems) || problems[0].Field != "password" {
		t.Fatalf("got %v", err)
	}
	_, err = d.User(t.Context(), "alice@example.com")
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody is stored: %v", err)
	}
}

func TestEveryChangeIsRecordedWithWhatChanged(t *testing.T) {
	d := newDesk(t)
	d.must(d.CreateConnector(t.Context(), owner, aws("aws-a")))
	d.must(d.CreateGroup(t.Context(), owner, "engineers", ""))
	d.must(nil, d.Grant(t.Context(), owner, "aws-a", "engineers"))
	d.must(d.UpdateConnector(t.Context(), owner, "aws-a", func(c *idp.Connector) { c.Label = "New" }))
	d.must(nil, d.Activate(t.Context(), owner, "aws-a"))
	d.must(nil, d.Revoke(t.Context(), owner, "aws-a", "engineers"))
	d.must(nil, d.Deactivate(t.Context(), owner, "aws-a"))
	d.must(nil, d.DeleteConnector(t.Context(), owner, "aws-a"))

	found := map[idp.Action]idp.Event{}
	for _, e := range d.events("aws-a") {
		found[e.Action] = e
		if e.Actor != "owner@example.com" || e.ActorID != "u_owner" || e.SourceIP != "192.0.2.1" || e.RequestID != "r1" || e.Outcome != idp.OutcomeDone {
			t.Errorf("%s: %+v does not say who did it", e.Action, e)
		}
	}
	for _, action := range []idp.Action{
		idp.ActionConnectorCreate, idp.ActionKeyCreate, idp.ActionGrant, idp.ActionConnectorUpdate, idp.ActionConnectorActivate,
		idp.ActionRevoke, idp.ActionConnectorDeactivate, idp.ActionKeyDelete, idp.ActionConnectorDelete,
	} {
		_, ok := found[action]
		if !ok {
			t.Errorf("no event %s", action)
		}
	}
	update := found[idp.ActionConnectorUpdate]
	if len(update.Before) != 1 || update.Before["label"] != "AWS" || update.After["label"] != "New" {
		t.Errorf("the change is recorded as %v → %v", update.Before, update.After)
	}
	if got := found[idp.ActionGrant].After["group"]; got != "engineers" {
		t.Errorf("the grant names group %v", got)
	}
}

func TestAccessNamesEachWayIn(t *testing.T) {
	d := newDesk(t)
	two := aws("aws-a", func(c *idp.Connector) {
		c.Roles = append(c.Roles, idp.Role{RoleARN: iam + "role/Admin", ProviderARN: iam + "saml-provider/Gatepost"})
	})
	d.must(d.CreateConnector(t.Context(), owner, two))
	for _, group := range []string{"admins", "readers"} {
		d.must(d.CreateGroup(t.Context(), owner, group, ""))
		d.must(nil, d.Grant(t.Context(), owner, "aws-a", group))
	}
	d.must(d.As(admin.Actor{Role: idp.AdminOwner}).UpdateConnector(t.Context(), "aws-a", "", func(c *resource.Connector) error {
		c.Roles[1].Groups = []string{"admins"}
		return nil
	}))
	for _, email := range []string{"alice@example.com", "bob@example.com"} {
		d.must(d.CreateUser(t.Context(), owner, admin.NewUser{Email: email}))
	}
	d.must(nil, d.AddMember(t.Context(), owner, "admins", "alice@example.com", time.Time{}))
	d.must(nil, d.AddMember(t.Context(), owner, "readers", "bob@example.com", noon.Add(time.Hour)))
	ways, err := d.Access(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range ways {
		got = append(got, w.Email+" "+strings.TrimPrefix(w.RoleARN, iam)+" by "+w.Group)
	}
	want := []string{"alice@example.com role/Admin by admins", "alice@example.com role/SAML-User by admins", "bob@example.com role/SAML-User by readers"}
	if !slices.Equal(got, want) {
		t.Errorf("ways in:\n%s", strings.Join(got, "\n"))
	}
	d.now = noon.Add(2 * time.Hour)
	ways, err = d.Access(t.Context(), "aws-a")
	if err != nil || len(ways) != 2 {
		t.Errorf("%d ways in once bob's membership ended, %v", len(ways), err)
	}
}

func TestASetupLinkMakesOneOwner(t *testing.T) {
	d := newDesk(t)
	link, err := d.NewSetup(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(link, "token=")
	results := make(chan error, 8)
	for i := range 8 {
		go func() {
			_, err := d.Setup(t.Context(), admin.Actor{Name: "setup"}, secret, admin.NewUser{Email: strings.Repeat("a", i+1) + "@example.com"})
			results <- err
		}()
	}
	made := 0
	for range 8 {
		err := <-results
		if err == nil {
			made++
		} else if !errors.Is(err, admin.ErrLink) {
			t.Errorf("got %v", err)
		}
	}
	owners, err := d.Store.Owners(t.Context())
	if err != nil || made != 1 || len(owners) != 1 {
		t.Errorf("%d owners made, %d stored, %v", made, len(owners), err)
	}
	d.now = noon.Add(admin.SetupLifetime)
	link, err = d.NewSetup(t.Context(), owner)
	d.must(nil, err)
	_, secret, _ = strings.Cut(link, "token=")
	d.now = d.now.Add(admin.SetupLifetime)
	err = d.SetupOpen(t.Context(), secret)
	if !errors.Is(err, admin.ErrLink) {
		t.Errorf("a link of an hour ago: %v", err)
	}
}
