package admin_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// lines are what an import says of each line: its number, the person, what it does.
func lines(result resource.Import) []string {
	var list []string
	for _, row := range result.Rows {
		list = append(list, fmt.Sprintf("%d %s %s", row.Line, row.Email, row.Does))
	}
	return list
}

func TestAFileOfPeopleDoesLineByLineWhatItSays(t *testing.T) {
	cases := []struct {
		name, file string
		want       []string
	}{
		{"the least", "email\nnew@example.com\n", []string{"2 new@example.com create"}},
		{"no people", "email,name\n", nil},
		{"no end of line", "email\nnew@example.com", []string{"2 new@example.com create"}},
		{"what a spreadsheet writes", "\ufeffemail,name\r\nnew@example.com,\"Doe, \"\"Jo\"\"\"\r\n", []string{"2 new@example.com create"}},
		{"empty lines between", "email\n\nnew@example.com\n\n\nbob@example.com\n", []string{"3 new@example.com create", "6 bob@example.com nothing"}},
		{"a cell of several lines", "name,email\n\"a\nb\",x@example.com\nJo,new@example.com\n", []string{"2 x@example.com fail", "4 new@example.com create"}},
		{"columns in another order", "groups,name,attributes.team,email\nclosed,Jo,blue,new@example.com\n", []string{"2 new@example.com create"}},
		{"another case and spaces", "email,name\n  NEW@Example.com , Jo \nBOB@example.com,Bob\n", []string{"2 new@example.com create", "3 bob@example.com nothing"}},
		{"a new name", "email,name\nbob@example.com,Robert\n", []string{"2 bob@example.com update"}},
		{"no name at all", "email,name\nbob@example.com,\n", []string{"2 bob@example.com update"}},
		{"groups that they have", "email,groups\nbob@example.com,open; closed;open\n", []string{"2 bob@example.com nothing"}},
		{"a group more", "email,groups\nalice@example.com, closed\n", []string{"2 alice@example.com update"}},
		{"an attribute that is blank", "email,attributes.team\nbob@example.com,\n", []string{"2 bob@example.com nothing"}},
		{"an administrator", "email,name\nviewer@example.com,V\n", []string{"2 viewer@example.com update"}},
		{"somebody twice", "email,name\nnew@example.com,A\nNew@example.com,B\n", []string{"2 new@example.com create", "3 new@example.com fail"}},
		{"faults between", "email,groups\nnew@example.com,\nno email,\n,\nx@example.com,nope\ny@example.com,open;nope\nz@example.com,closed\n", []string{
			"2 new@example.com create", "3 no email fail", "4  fail", "5 x@example.com fail", "6 y@example.com fail", "7 z@example.com create",
		}},
		{"an email without end", "email\n" + strings.Repeat("x", 100_000) + "\n", []string{"2 " + strings.Repeat("x", 60) + "… fail"}},
		{"formulas", "email,name,groups,attributes.team\n=a@example.com,,,\nb@example.com,+1,,\nc@example.com,,-x,\nd@example.com,,,@x\ne@example.com,\"\tx\",,\nf@example.com,\"\rx\",,\ng@example.com,  =1,,\nh@example.com,a=1,,x+y\n", []string{
			"2 =a@example.com fail", "3 b@example.com fail", "4 c@example.com fail", "5 d@example.com fail", "6 e@example.com fail", "7 f@example.com fail", "8 g@example.com fail", "9 h@example.com create",
		}},
		{"names that cannot be", "email,name,attributes.9\na@example.com," + strings.Repeat("x", 129) + ",\nb@example.com,a\x00b,\nc@example.com,a\xffb,\nd@example.com,,x\ne@example.com,,\n", []string{
			"2 a@example.com fail", "3 b@example.com fail", "4 c@example.com fail", "5 d@example.com fail", "6 e@example.com create",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newWard(t)
			before, writes := d.stored(), d.tables.written.Load()
			would, err := d.as(idp.AdminOwner).ImportUsers(t.Context(), []byte(c.file), true)
			d.must(nil, err)
			if d.tables.written.Load() != writes || d.stored() != before {
				t.Error("a dry run writes")
			}
			did, err := d.as(idp.AdminOwner).ImportUsers(t.Context(), []byte(c.file), false)
			d.must(nil, err)
			if got := lines(did); !slices.Equal(got, c.want) {
				t.Errorf("did %q", got)
			}
			if !slices.Equal(would.Rows, did.Rows) || !would.DryRun || did.DryRun {
				t.Errorf("a dry run said\n%+v, and it did\n%+v", would.Rows, did.Rows)
			}
			counted(t, did)
			again, err := d.as(idp.AdminOwner).ImportUsers(t.Context(), []byte(c.file), false)
			if err != nil || again.Created+again.Updated != 0 || again.Failed != did.Failed {
				t.Errorf("a second time it does %q, %v", lines(again), err)
			}
		})
	}
}

// counted fails the test unless the sums are those of the rows, and each failure has
// a reason.
func counted(t *testing.T, result resource.Import) {
	t.Helper()
	sums := map[string]int{}
	for _, row := range result.Rows {
		sums[row.Does]++
		if (row.Does == "fail") != (row.Detail != "") {
			t.Errorf("line %d: %s for the reason %q", row.Line, row.Does, row.Detail)
		}
		if len(row.Detail) > 400 || len(row.Email) > 400 {
			t.Errorf("line %d is quoted in %d bytes", row.Line, len(row.Detail)+len(row.Email))
		}
	}
	if sums["create"] != result.Created || sums["update"] != result.Updated || sums["nothing"] != result.Unchanged || sums["fail"] != result.Failed {
		t.Errorf("sums %+v of %v", result, sums)
	}
}

func TestAnImportAddsToWhatThereIs(t *testing.T) {
	d := newWard(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	d.must(a.UpdateUser(ctx, bob, "", func(u *resource.User) error {
		u.Attributes = map[string]string{"team": "red", "desk": "4"}
		return nil
	}))
	file := "email,groups,attributes.team,attributes.floor\nbob@example.com,closed,blue,\nnew@example.com,open;closed,green,2\n"
	result, err := a.ImportUsers(ctx, []byte(file), false)
	if err != nil || result.Created != 1 || result.Updated != 1 {
		t.Fatalf("%+v, %v", result, err)
	}
	u, err := a.User(ctx, bob)
	d.must(nil, err)
	if u.Name != "Bob" || fmt.Sprint(u.Attributes) != "map[desk:4 team:blue]" || len(u.Groups) != 2 || !slices.Contains(u.Groups, inOpen) {
		t.Errorf("bob is %+v", u)
	}
	u, err = a.User(ctx, "new@example.com")
	d.must(nil, err)
	if !u.Active || fmt.Sprint(u.Attributes) != "map[floor:2 team:green]" || len(u.Groups) != 2 || u.AdminRole != "" {
		t.Errorf("the new one is %+v", u)
	}
	made := of(idp.ActionUserCreate, d.audit(admin.EventQuery{}))
	if !slices.ContainsFunc(made, func(e resource.Event) bool { return e.Target == "new@example.com" && e.Actor == "owner@example.com" }) {
		t.Error("it is not on record who made them")
	}
}

func TestHelpdeskImportsNobodyIntoAccess(t *testing.T) {
	d := newWard(t)
	ctx, a := t.Context(), d.as(idp.AdminHelpdesk)
	file := "email,name,groups\nnew@example.com,New,open\nalice@example.com,Alice,closed;open\nviewer@example.com,V,\nbob@example.com,Robert,\nfine@example.com,Fine,closed\n"
	want := []string{"2 new@example.com fail", "3 alice@example.com fail", "4 viewer@example.com fail", "5 bob@example.com fail", "6 fine@example.com create"}
	for _, dry := range []bool{true, false} {
		result, err := a.ImportUsers(ctx, []byte(file), dry)
		d.must(nil, err)
		if got := lines(result); !slices.Equal(got, want) {
			t.Errorf("dry %v: %q", dry, got)
		}
		for _, row := range result.Rows[:4] {
			if !strings.Contains(row.Detail, "not allowed") {
				t.Errorf("line %d fails for the reason %q", row.Line, row.Detail)
			}
		}
	}
	ways, err := d.Access(ctx, "aws-a")
	if err != nil || len(ways) != 1 || ways[0].Email != bob || !ways[0].Until.Equal(noon.AddDate(0, 1, 0)) {
		t.Errorf("ways in: %+v, %v", ways, err)
	}
}

func TestALineThatAsksTooMuchFailsAlone(t *testing.T) {
	d := newOffice(t)
	var names []string
	for i := range 91 { // one more than one write changes
		name := fmt.Sprintf("many-%d", i)
		names = append(names, name)
		d.must(d.CreateGroup(t.Context(), owner, name, ""))
	}
	file := "email,groups\nfirst@example.com,\nnew@example.com," + strings.Join(names, ";") + "\nalice@example.com," + strings.Join(names, ";") + "\nlast@example.com," + strings.Join(names[:90], ";") + "\n"
	want := []string{"2 first@example.com create", "3 new@example.com fail", "4 alice@example.com fail", "5 last@example.com create"}
	for _, dry := range []bool{true, false} {
		result, err := d.as(idp.AdminOwner).ImportUsers(t.Context(), []byte(file), dry)
		if got := lines(result); err != nil || !slices.Equal(got, want) {
			t.Errorf("dry %v: %q, %v", dry, got, err)
		}
		counted(t, result)
	}
}

func TestALineThatSomebodyElseCrossesFailsAlone(t *testing.T) {
	crossings := map[string]func(d *desk) error{
		"somebody else changes the person": func(d *desk) error { return d.AddMember(d.t.Context(), owner, "open", alice, time.Time{}) },
		"somebody else deletes the person": func(d *desk) error { return d.DeleteUser(d.t.Context(), owner, alice) },
		"somebody else deletes the group":  func(d *desk) error { return only(d.DeleteGroup(d.t.Context(), owner, "closed")) },
	}
	for name, cross := range crossings {
		t.Run(name, func(t *testing.T) {
			d := newOffice(t)
			d.tables.beforeWrite(func() { d.must(nil, cross(d)) })
			result, err := d.as(idp.AdminOwner).ImportUsers(t.Context(), []byte("email,name,groups\nalice@example.com,A,closed\nnew@example.com,N,\n"), false)
			d.must(nil, err)
			if got := lines(result); !slices.Equal(got, []string{"2 alice@example.com fail", "3 new@example.com create"}) {
				t.Errorf("did %q", got)
			}
			counted(t, result)
		})
	}
}

func TestAFileThatCannotBeReadIsRefusedWhole(t *testing.T) {
	long := "email\n" + strings.Repeat("a@example.com\n", 10001)
	cases := map[string]string{
		"nothing":                    "",
		"a mark alone":               "\ufeff",
		"no line of columns":         "new@example.com,New\n",
		"no column email":            "name,groups\nNew,open\n",
		"a column that is none":      "email,phone\nnew@example.com,1\n",
		"a column in another case":   "Email\nnew@example.com\n",
		"a column with a space":      "email, name\nnew@example.com,N\n",
		"a column twice":             "email,name,name\nnew@example.com,A,B\n",
		"an attribute without name":  "email,attributes.\nnew@example.com,x\n",
		"an administrator's role":    "email,admin_role\nnew@example.com,owner\n",
		"other separators":           "email;name\nnew@example.com;N\n",
		"a cell too many":            "email\nnew@example.com\nb@example.com,B\n",
		"a cell too few":             "email,name\nnew@example.com,N\nb@example.com\n",
		"a quote that does not end":  "email,name\nnew@example.com,\"N\n",
		"a quote within":             "email,name\nnew@example.com,N\"N\n",
		"a line too many":            long,
		"a byte more than is taken":  "email\n" + strings.Repeat("a", admin.MaxImport-5),
		"sixteen bits a character":   "\xff\xfee\x00m\x00a\x00i\x00l\x00\n\x00",
		"something else altogether":  "PK\x03\x04\x14\x00\x06\x00",
		"columns with formulas":      "email,=1+1\nnew@example.com,x\n",
		"many columns that are none": "email," + strings.Repeat("x,", 5000) + "y\n",
	}
	d := newOffice(t)
	before := d.stored()
	for name, file := range cases {
		_, err := d.as(idp.AdminOwner).ImportUsers(t.Context(), []byte(file), false)
		fields := []string{"file"}
		if name == "no line of columns" {
			fields = []string{"file", "file", "file"} // neither is a column, and there is no email
		}
		if name == "other separators" || name == "a column in another case" || name == "sixteen bits a character" || name == "something else altogether" {
			fields = []string{"file", "file"}
		}
		faulty(t, name, err, fields...)
		if err != nil && len(err.Error()) > 2000 {
			t.Errorf("%s: told in %d bytes", name, len(err.Error()))
		}
	}
	if d.stored() != before {
		t.Error("something of it is stored")
	}
	result, err := d.as(idp.AdminOwner).ImportUsers(t.Context(), []byte(long[:len(long)-len("a@example.com\n")]), true)
	if err != nil || len(result.Rows) != 10000 || result.Created != 1 || result.Failed != 9999 {
		t.Errorf("%d lines, %v", len(result.Rows), err)
	}
}

// leaving is the context of a client who goes when it is looked at for the nth time.
type leaving struct {
	context.Context
	looks int
}

func (c *leaving) Err() error {
	c.looks--
	if c.looks < 0 {
		return context.Canceled
	}
	return nil
}

func TestAnImportEndsWhenWhoeverAskedIsGone(t *testing.T) {
	d := newOffice(t)
	file := "email,name\n" + strings.Repeat("=x,y\n", 9000)
	ctx := &leaving{Context: t.Context(), looks: 100}
	got, err := d.as(idp.AdminOwner).ImportUsers(ctx, []byte(file), true)
	if !errors.Is(err, context.Canceled) || len(got.Rows) > 0 {
		t.Errorf("%d rows were done, %v", len(got.Rows), err)
	}
}
