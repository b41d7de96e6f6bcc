package admin_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

const obrien = "o'brien@example.com"

// warned are the warnings of a change.
func (d *desk) warned(about admin.About) []resource.Warning {
	d.t.Helper()
	list, err := d.as(idp.AdminViewer).Warnings(d.t.Context(), about)
	d.must(nil, err)
	return list
}

// crowd puts so many people into a group whom no connector takes by their email.
func (d *desk) crowd(group string, people int) {
	d.t.Helper()
	for i := range people {
		email := fmt.Sprintf("o'%03d@example.com", i)
		_, err := d.CreateUser(d.t.Context(), owner, admin.NewUser{Email: email})
		if !errors.Is(err, store.ErrExists) {
			d.must(nil, err)
		}
		d.must(nil, d.AddMember(d.t.Context(), owner, group, email, time.Time{}))
	}
}

func TestWhoWouldBeRefusedIsToldWithTheReason(t *testing.T) {
	d := newOffice(t)
	ctx := t.Context()
	d.must(d.CreateUser(ctx, owner, admin.NewUser{Email: obrien, Attributes: map[string]string{"team": "blue"}}))
	d.must(d.CreateUser(ctx, owner, admin.NewUser{Email: bob}))
	for _, email := range []string{obrien, bob} {
		d.must(nil, d.AddMember(ctx, owner, "open", email, time.Time{}))
	}
	for value, want := range map[string]string{
		"${user.attributes.team}":      "aws-a PrincipalTag:team 1 [bob@example.com]; aws-a RoleSessionName 1 [o'brien@example.com]",
		"${user.attributes.team|none}": "aws-a RoleSessionName 1 [o'brien@example.com]",
	} {
		saved, err := d.as(idp.AdminOwner).UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
			c.Attributes = []resource.Attribute{{Name: "PrincipalTag:team", Value: value}}
			return nil
		})
		d.must(saved, err)
		var got []string
		for _, w := range d.warned(admin.About{Connector: "aws-a"}) {
			got = append(got, fmt.Sprint(w.Connector, " ", w.Field, " ", w.Count, " ", w.People))
			if !strings.HasPrefix(w.Reason, "the launch of these people would be refused: ") || w.AtLeast {
				t.Errorf("warned of %+v", w)
			}
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("with %s: warned of %q", value, got)
		}
	}
	d.must(nil, d.Suspend(ctx, owner, obrien))
	if got := d.warned(admin.About{User: obrien}); len(got) != 0 {
		t.Errorf("of somebody who is suspended: warned of %+v", got)
	}
	for _, gone := range []admin.About{{Connector: "gone"}, {Group: "gone"}, {User: "gone@example.com"}} {
		if got := d.warned(gone); len(got) != 0 {
			t.Errorf("of what is gone: warned of %+v", got)
		}
	}
}

func TestWhoWouldBeRefusedIsToldWhatToChangeAndWhere(t *testing.T) {
	d := newOffice(t)
	ctx := t.Context()
	d.must(d.CreateUser(ctx, owner, admin.NewUser{Email: obrien, Attributes: map[string]string{"team": "blue!"}}))
	d.must(nil, d.AddMember(ctx, owner, "open", obrien, time.Time{}))
	d.must(d.as(idp.AdminOwner).UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
		c.Attributes = []resource.Attribute{{Name: "PrincipalTag:team", Value: "${user.attributes.team}"}, {Name: "SourceIdentity", Value: "x-${user.email}"}}
		return nil
	}))
	want := map[string]string{
		"PrincipalTag:team": "change the connector's rule PrincipalTag:team, or the person's attribute team",
		"RoleSessionName":   "change the connector's rule RoleSessionName, for example to ${user.id}, or the person's email",
		"SourceIdentity":    "change the connector's rule SourceIdentity, for example to ${user.id}, or the person's email",
	}
	got := map[string]string{}
	for _, w := range d.warned(admin.About{Group: "open"}) {
		got[w.Field] = w.Remedy
	}
	if !maps.Equal(got, want) {
		t.Errorf("remedies %q, want %q", got, want)
	}
}

func TestAnEndThatIsNearIsWarnedOfWithTheMembership(t *testing.T) {
	for left, want := range map[time.Duration]int{15*time.Minute - time.Second: 1, 15 * time.Minute: 0} {
		d := newOffice(t)
		ctx := t.Context()
		d.must(d.CreateUser(ctx, owner, admin.NewUser{Email: bob}))
		d.must(nil, d.AddMember(ctx, owner, "open", bob, noon.Add(left)))
		for _, about := range []admin.About{{Group: "open", User: bob}, {User: bob}} {
			got := d.warned(about)
			if len(got) != want {
				t.Fatalf("with %s left: warned of %+v", left, got)
			}
			if want > 0 && (got[0].Connector != "aws-a" || got[0].Field != "expires_at" || got[0].Count != 1 || got[0].People[0] != bob || got[0].Remedy != "give the membership at least 15 minutes" || strings.Contains(got[0].Reason, "would be refused")) {
				t.Errorf("warned of %+v", got)
			}
		}
		if got := d.warned(admin.About{Connector: "aws-a"}); len(got) != 0 {
			t.Errorf("of a change that gave no end: warned of %+v", got)
		}
	}
}

func TestWhoCarriesTooManyRolesIsAmongThoseWhoWouldBeRefused(t *testing.T) {
	d := newStage(t)
	d.chooser(500)
	got := d.warned(admin.About{Connector: "aws-a"})
	if len(got) != 1 || got[0].Field != "aws_chooser" || got[0].Count != 2 || got[0].People[1] != bob {
		t.Errorf("warned of %+v", got)
	}
	ways, err := d.as(idp.AdminViewer).Access(t.Context(), "aws-a")
	d.must(nil, err)
	if count := resource.CountAccess(ways); count.Refused != 2 || count.People != 0 {
		t.Errorf("access counts %+v", count)
	}
	d.chooser(3)
	if got := d.warned(admin.About{Connector: "aws-a"}); len(got) != 0 {
		t.Errorf("of three roles: warned of %+v", got)
	}
}

func TestManyWhoWouldBeRefusedAreCountedAndSomeAreNamed(t *testing.T) {
	d := newOffice(t)
	d.crowd("open", 300)
	got := d.warned(admin.About{Connector: "aws-a", Group: "open"})
	if len(got) != 1 || got[0].Count != 300 || got[0].AtLeast || len(got[0].People) != 20 || got[0].People[0] != "o'000@example.com" {
		t.Errorf("warned of %+v", got)
	}
	d.crowd("open", 520)
	got = d.warned(admin.About{Group: "open"})
	if len(got) != 2 || got[0].Count != 500 || !got[0].AtLeast || got[1].Count != 0 || !strings.Contains(got[1].Reason, "500 people") {
		t.Errorf("of more than are looked at: warned of %+v", got)
	}
	calls := d.tables.count(func() { d.warned(admin.About{Connector: "aws-a"}) })
	if calls > 16 {
		t.Errorf("they take %d calls to the store", calls)
	}
}

func TestAGroupThatOpensManyConnectorsIsLookedAtInPart(t *testing.T) {
	d := newOffice(t)
	d.crowd("open", 1)
	for i := range 60 {
		in := aws(fmt.Sprintf("aws-%02d", i))
		in.UploadKey = true
		d.must(d.CreateConnector(t.Context(), owner, in))
		d.must(nil, d.Grant(t.Context(), owner, in.Slug, "open"))
	}
	got := d.warned(admin.About{Group: "open", User: "o'000@example.com"})
	last := got[len(got)-1]
	if len(got) != 51 || !got[0].AtLeast || last.Count != 0 || !strings.Contains(last.Reason, "50 connectors") {
		t.Errorf("%d warnings, the last of them %+v", len(got), last)
	}
}

func TestWhatCannotBeLookedAtIsSaidAndFailsNothing(t *testing.T) {
	d := newOffice(t)
	d.crowd("open", 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	list, err := d.as(idp.AdminOwner).Warnings(ctx, admin.About{Connector: "aws-a"})
	if err != nil || len(list) != 1 || !strings.Contains(list[0].Reason, "could not be looked at") {
		t.Errorf("warned of %+v, %v", list, err)
	}
}

func TestAnImportWarnsOfThePeopleWhomItChangedAndOfNobodyElse(t *testing.T) {
	d := newOffice(t)
	d.crowd("open", 1)
	a := d.as(idp.AdminOwner)
	file := []byte("email,name,groups\no'brien@example.com,O,open\n" + bob + ",B,open\no'last@example.com,L,\n=x,,open\n")
	tried, err := a.ImportUsers(t.Context(), file, true)
	d.must(tried, err)
	done, err := a.ImportUsers(t.Context(), file, false)
	d.must(done, err)
	if len(tried.Warnings) != 0 {
		t.Errorf("a trial warns of %+v", tried.Warnings)
	}
	if len(done.Warnings) != 1 || done.Warnings[0].Field != "RoleSessionName" || fmt.Sprint(done.Warnings[0].People) != "[o'brien@example.com]" {
		t.Errorf("an import warns of %+v", done.Warnings)
	}
}

func TestAnImportLooksAtSoManyPeople(t *testing.T) {
	d := newOffice(t)
	file := strings.Builder{}
	file.WriteString("email,groups\n")
	for i := range 501 {
		fmt.Fprintf(&file, "o'%03d@example.com,open\n", i)
	}
	done, err := d.as(idp.AdminOwner).ImportUsers(t.Context(), []byte(file.String()), false)
	d.must(done, err)
	if n := len(done.Warnings); n != 2 || done.Warnings[0].Count != 500 || !done.Warnings[0].AtLeast || !strings.HasPrefix(done.Warnings[1].Reason, "only the first 500 people") {
		t.Errorf("warned of %+v", done.Warnings)
	}
}
