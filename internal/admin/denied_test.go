package admin_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

func TestADeniedChangeIsOnRecord(t *testing.T) {
	d := newWard(t)
	ctx := t.Context()
	desk, viewer := d.as(idp.AdminHelpdesk), d.as(idp.AdminViewer)
	reader := viewer.Who()
	reader.ReadOnly = true
	cases := []struct {
		name, target, connector, reason string
		err                             error
	}{
		{"a connector", "aws-a", "aws-a", "connector: the role helpdesk does not include it", desk.DeactivateConnector(ctx, "aws-a")},
		{"an administrator", "viewer@example.com", "", "user reset: helpdesk does not change administrators", only(desk.PasswordLink(ctx, "viewer@example.com"))},
		{"a role", alice, "", "administrators: the role helpdesk does not include it", only(desk.UpdateUser(ctx, alice, "", setRole(idp.AdminOwner)))},
		{"a group that opens a connector", alice, "", "member: the group opens connectors, and helpdesk decides nothing about access", desk.AddMember(ctx, "open", alice, time.Time{})},
		{"how somebody is known", bob, "", "identity: connectors are open to the person, and their rules can tell AWS the person's name, email and attributes", only(desk.UpdateUser(ctx, bob, "", setAttributes(map[string]string{"team": "red"})))},
		{"everything", "", "", "lockdown: the role viewer does not include it", viewer.Lockdown(ctx)},
		{"with a token to read", "mine", "", "own tokens: the token may only read", only(d.As(reader).CreateToken(ctx, resource.TokenRequest{Name: "mine"}))},
	}
	var list []resource.Event
	for _, e := range d.audit(admin.EventQuery{}) {
		if e.Action == string(idp.ActionDenied) {
			list = append(list, e)
		}
	}
	if len(list) != len(cases) {
		t.Fatalf("%d events of %d refusals", len(list), len(cases))
	}
	for _, c := range cases {
		denied(t, c.name, c.err)
		found := false
		for _, e := range list {
			found = found || e.Target == c.target && e.Connector == c.connector && e.Reason == c.reason && e.Outcome == "refused" && e.ActorID != ""
		}
		if !found {
			t.Errorf("%s: not among %+v", c.name, list)
		}
	}
}

func TestWhatIsNoDeniedChangeIsNotOnRecord(t *testing.T) {
	d := newWard(t)
	ctx, desk := t.Context(), d.as(idp.AdminHelpdesk)
	nobody := d.as(idp.AdminNone)
	denied(t, "a look", both(nobody.Users(ctx, admin.List{})))
	denied(t, "a question about a look", nobody.Ask(ctx, admin.OpRead, admin.Target{}, ""))
	_, err := desk.ImportUsers(ctx, []byte("email,name,groups\n"+alice+",Alice,open\nviewer@example.com,V,\n"), true)
	d.must(nil, err)
	if desk.May(admin.OpConnector) {
		t.Fatal("helpdesk may change connectors")
	}
	if list := of(idp.ActionDenied, d.audit(admin.EventQuery{})); len(list) != 0 {
		t.Errorf("on record: %+v", list)
	}
	_, err = desk.ImportUsers(ctx, []byte("email,name,groups\n"+alice+",Alice,open\nviewer@example.com,V,\n"), false)
	d.must(nil, err)
	if list := of(idp.ActionDenied, d.audit(admin.EventQuery{})); len(list) != 2 {
		t.Errorf("of an import with two lines that are refused: %+v", list)
	}
}

func TestNobodyFillsTheRecordWithRefusals(t *testing.T) {
	d := newOffice(t)
	count := func() int { return len(of(idp.ActionDenied, d.audit(admin.EventQuery{}))) }
	desk, viewer := d.as(idp.AdminHelpdesk), d.as(idp.AdminViewer)
	for i := range 30 {
		denied(t, "a deletion", desk.DeleteConnector(t.Context(), fmt.Sprint("c-", i), ""))
	}
	if n := count(); n != 10 {
		t.Errorf("%d of 30 refusals are on record", n)
	}
	denied(t, "somebody else's", viewer.DeleteConnector(t.Context(), "aws-a", ""))
	if n := count(); n != 11 {
		t.Errorf("another administrator's refusal is the %d.", n)
	}
	d.now = d.now.Add(time.Minute)
	denied(t, "a minute later", desk.DeleteConnector(t.Context(), "aws-a", ""))
	if n := count(); n != 12 {
		t.Errorf("a minute later there are %d", n)
	}
}

func TestARefusalStandsThoughItCannotBeStored(t *testing.T) {
	d := newOffice(t)
	desk := d.as(idp.AdminHelpdesk)
	d.tables.failAt(1)
	err := desk.DeleteConnector(t.Context(), "aws-a", "")
	denied(t, "a deletion", err)
	if errors.Is(err, store.ErrUnavailable) || !d.tables.failed() {
		t.Errorf("got %v", err)
	}
}

func TestAnExportIsOnRecord(t *testing.T) {
	d := newWard(t)
	a := d.as(idp.AdminViewer)
	calls := d.tables.count(func() { d.must(a.Export(t.Context(), true)) })
	e := d.lastOf(idp.ActionExport)
	if e.Actor != "viewer@example.com" || e.After["users"] != true {
		t.Errorf("on record: %+v", e)
	}
	d.tables.failAt(calls) // the write of the event
	file, err := a.Export(t.Context(), true)
	is(t, "an export without a record", err, store.ErrUnavailable)
	if !d.tables.failed() || file != nil {
		t.Error("the event is not the last call, or the file is handed out without it")
	}
}

func TestEventsOfADeletedPersonAreFoundByTheirID(t *testing.T) {
	d := newOffice(t)
	ctx := t.Context()
	d.now = d.now.Add(time.Minute)
	gone := d.as(idp.AdminConnectors)
	d.must(gone.CreateGroup(ctx, resource.Group{Name: "new"}))
	id := d.lastOf(idp.ActionGroupCreate).ActorID
	if id == "" || id != gone.Who().ID {
		t.Fatalf("the event has the actor ID %q", id)
	}
	d.must(nil, d.as(idp.AdminOwner).DeleteUser(ctx, gone.Who().Name, ""))
	list := d.read(admin.EventQuery{User: id})
	if len(list) != 1 || list[0].Target != "new" {
		t.Errorf("found %+v", list)
	}
	_, _, err := d.as(idp.AdminViewer).Events(ctx, admin.EventQuery{User: "u_x@example.com"})
	faulty(t, "an email that begins as an ID does", err, "user")
}
