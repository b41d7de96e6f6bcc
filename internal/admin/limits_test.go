package admin_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func TestNobodyHoldsMoreThanFiftyTokens(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminViewer)
	short := d.token(idp.AdminViewer, "read", "1m")
	var last resource.NewToken
	for range 49 {
		last = d.token(idp.AdminViewer, "read", "")
	}
	more := func() error { return only(a.CreateToken(ctx, resource.TokenRequest{Name: "more"})) }
	faulty(t, "the 51st", more(), "name")
	d.token(idp.AdminOwner, "read", "")

	d.must(nil, a.RevokeToken(ctx, last.ID))
	d.must(nil, more())
	faulty(t, "after one was made in place of one revoked", more(), "name")
	_, err := d.bearer(short.Secret)
	d.must(nil, err)
	d.now = d.now.Add(2 * time.Minute)
	d.must(nil, more())
	faulty(t, "after one was made in place of one that ended", more(), "name")
	d.must(nil, d.as(idp.AdminOwner).LockUser(ctx, a.Who().Name))
	d.must(nil, d.as(idp.AdminOwner).UnlockUser(ctx, a.Who().Name))
	d.must(nil, more())
}

func TestAPrincipalHoldsNoMoreTokensEither(t *testing.T) {
	d := newOffice(t)
	made, err := d.PrincipalToken(t.Context(), "arn:aws:iam::111122223333:role/X", idp.AdminOwner, admin.Actor{})
	d.must(nil, err)
	a := d.with(made)
	for range 49 {
		d.must(a.CreateToken(t.Context(), resource.TokenRequest{Name: "ci"}))
	}
	faulty(t, "the 51st", only(a.CreateToken(t.Context(), resource.TokenRequest{Name: "ci"})), "name")
	d.must(d.PrincipalToken(t.Context(), "arn:aws:iam::111122223333:role/X", idp.AdminOwner, admin.Actor{}))
}

// people is a file of n people who are new.
func people(n int) []byte {
	var b strings.Builder
	b.WriteString("email\n")
	for i := range n {
		fmt.Fprintf(&b, "p%d@example.com\n", i)
	}
	return []byte(b.String())
}

func TestAnImportStopsInTime(t *testing.T) {
	for _, dry := range []bool{true, false} {
		d := newOffice(t)
		d.Now = func() time.Time { // that of the service alone; a second goes by each time it is asked
			d.now = d.now.Add(time.Second)
			return d.now
		}
		result, err := d.as(idp.AdminOwner).ImportUsers(t.Context(), people(50), dry)
		d.must(nil, err)
		done := result.Created
		if done == 0 || result.Later == 0 || done+result.Later != 50 || len(result.Rows) != 50 || result.Failed != 0 {
			t.Fatalf("dry %v: %d done, %d later of %d", dry, done, result.Later, len(result.Rows))
		}
		for i, row := range result.Rows {
			if (row.Does == "later") != (i >= done) || (row.Detail != "") != (i >= done) {
				t.Errorf("dry %v: line %d: %s %q", dry, row.Line, row.Does, row.Detail)
			}
		}
	}
}

func TestAnImportEndsWithWhoMakesIt(t *testing.T) {
	const holder = "helpdesk@example.com"
	ends := map[string]func(d *desk) error{
		"is locked out": func(d *desk) error { return d.as(idp.AdminOwner).LockUser(d.t.Context(), holder) },
		"has another role now": func(d *desk) error {
			return only(d.as(idp.AdminOwner).UpdateUser(d.t.Context(), holder, "", setRole(idp.AdminViewer)))
		},
		"is gone":          func(d *desk) error { return d.as(idp.AdminOwner).DeleteUser(d.t.Context(), holder, "") },
		"is in a lockdown": func(d *desk) error { return d.as(idp.AdminOwner).Lockdown(d.t.Context()) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			d := newOffice(t)
			a := d.with(d.token(idp.AdminHelpdesk, "write", ""))
			d.tables.beforeWrite(func() { d.must(nil, end(d)) })
			_, err := a.ImportUsers(t.Context(), people(150), false)
			is(t, name, err, admin.ErrNotSignedIn)
			made, _, err := d.as(idp.AdminOwner).Users(t.Context(), admin.List{Search: "p149@"})
			if err != nil || len(made) != 0 {
				t.Errorf("the last is made all the same: %v", err)
			}
		})
	}
	d := newOffice(t)
	result, err := d.with(d.token(idp.AdminHelpdesk, "write", "")).ImportUsers(t.Context(), people(150), false)
	if err != nil || result.Created != 150 {
		t.Errorf("who stays makes %d, %v", result.Created, err)
	}
}
