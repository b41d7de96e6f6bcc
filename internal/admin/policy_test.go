package admin_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

var update = flag.Bool("update", false, "write golden files")

var roles = []idp.AdminRole{idp.AdminNone, idp.AdminViewer, idp.AdminHelpdesk, idp.AdminConnectors, idp.AdminOwner}

// The table is what a reader of the policy wants to see whole. A change of it is
// a change of who may do what.
func TestThePolicyIsTheTable(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s", "")
	for _, role := range roles[1:] {
		fmt.Fprintf(&b, "%-31s", role)
	}
	b.WriteString("\n")
	for _, op := range admin.Operations {
		fmt.Fprintf(&b, "%-20s", op)
		for _, role := range roles[1:] {
			fmt.Fprintf(&b, "%-31s", cell(role, op))
		}
		b.WriteString("\n")
	}
	file := filepath.Join("testdata", "policy.txt")
	if *update {
		err := os.WriteFile(file, []byte(trimLines(b.String())), 0o644)
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := trimLines(b.String()); got != string(want) {
		t.Errorf("the policy is now\n%s", got)
	}
}

func trimLines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}

// cell says what a role may do: everything, or not to administrators, or not with
// groups that open connectors, or not to those whom a higher role locked out.
func cell(role idp.AdminRole, op admin.Operation) string {
	a := admin.Actor{Role: role}
	if admin.Allowed(a, op, admin.Target{}) != nil {
		return "-"
	}
	said := "yes"
	if admin.Allowed(a, op, admin.Target{Administrator: true}) != nil {
		said += ", people"
	}
	if admin.Allowed(a, op, admin.Target{Opens: true}) != nil {
		said += ", closed"
	}
	if admin.Allowed(a, op, admin.Target{LockedBy: idp.AdminOwner}) != nil {
		said += ", unlocked"
	}
	return said
}

func TestNobodyWithoutARoleMayDoAnything(t *testing.T) {
	for _, op := range admin.Operations {
		for _, role := range []idp.AdminRole{idp.AdminNone, "admin", "OWNER"} {
			if admin.Allowed(admin.Actor{Role: role}, op, admin.Target{}) == nil {
				t.Errorf("the role %q may %s", role, op)
			}
		}
	}
	if admin.Allowed(admin.Actor{Role: idp.AdminOwner}, "unheard of", admin.Target{}) == nil {
		t.Error("an operation that is not in the policy is allowed")
	}
}

func TestATokenThatMayOnlyReadChangesNothing(t *testing.T) {
	for _, op := range admin.Operations {
		err := admin.Allowed(admin.Actor{Role: idp.AdminOwner, ReadOnly: true}, op, admin.Target{})
		if reads := op == admin.OpRead || op == admin.OpTest; reads != (err == nil) {
			t.Errorf("%s: %v", op, err)
		}
	}
}

// deed is one method of an Administrator, and the operation that it is.
type deed struct {
	op admin.Operation
	do func(ctx context.Context, a *admin.Administrator) error
}

func only[T any](_ T, err error) error { return err }

func both[T, U any](_ T, _ U, err error) error { return err }

func same[T any](*T) error { return nil }

// deeds are all methods, on things that [newOffice] has.
var deeds = map[string]deed{
	"Connectors": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return both(a.Connectors(ctx, admin.List{})) }},
	"Connector":  {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.Connector(ctx, "aws-a")) }},
	"Metadata":   {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.Metadata(ctx, "aws-a")) }},
	"Key":        {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.Key(ctx, "aws-a")) }},
	"Access":     {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.Access(ctx, "aws-a")) }},
	"Warnings": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.Warnings(ctx, admin.About{Connector: "aws-a"}))
	}},
	"UserAccess": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.UserAccess(ctx, "alice@example.com", "aws-a"))
	}},
	"Image":  {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.Image(ctx, "aws-a")) }},
	"Groups": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return both(a.Groups(ctx, admin.List{})) }},
	"Group":  {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.Group(ctx, "closed")) }},
	"Members": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error {
		return both(a.Members(ctx, "closed", admin.List{}))
	}},
	"GroupConnectors": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.GroupConnectors(ctx, "closed")) }},
	"Users":           {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return both(a.Users(ctx, admin.List{})) }},
	"User":            {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.User(ctx, "alice@example.com")) }},
	"Sessions": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.Sessions(ctx, "alice@example.com"))
	}},
	"Refusals": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.Refusals(ctx, "alice@example.com", admin.OpUserReset))
	}},
	"Instance": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.Instance(ctx)) }},
	"Events": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error {
		return both(a.Events(ctx, admin.EventQuery{}))
	}},
	"Tokens": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.Tokens(ctx)) }},
	"Test": {admin.OpTest, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.Test(ctx, "aws-a", "alice@example.com"))
	}},
	"CreateConnector": {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.CreateConnector(ctx, resource.Connector{Slug: "new", Label: "New"}))
	}},
	"UpdateConnector": {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.UpdateConnector(ctx, "aws-a", "", same))
	}},
	"ActivateConnector":   {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error { return a.ActivateConnector(ctx, "aws-a") }},
	"DeactivateConnector": {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error { return a.DeactivateConnector(ctx, "aws-a") }},
	"DeleteConnector":     {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error { return a.DeleteConnector(ctx, "aws-a", "") }},
	"MakeKey":             {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error { return only(a.MakeKey(ctx, "aws-a")) }},
	"UploadKey": {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.UploadKey(ctx, "aws-a", nil, nil))
	}},
	"Grant":       {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error { return a.Grant(ctx, "aws-a", "closed") }},
	"Revoke":      {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error { return a.Revoke(ctx, "aws-a", "closed") }},
	"PutImage":    {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error { return a.PutImage(ctx, "aws-a", nil) }},
	"DeleteImage": {admin.OpConnector, func(ctx context.Context, a *admin.Administrator) error { return a.DeleteImage(ctx, "aws-a") }},
	"CreateGroup": {admin.OpGroup, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.CreateGroup(ctx, resource.Group{Name: "new"}))
	}},
	"UpdateGroup": {admin.OpGroup, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.UpdateGroup(ctx, "closed", "", same))
	}},
	"CloseGroup":  {admin.OpGroup, func(ctx context.Context, a *admin.Administrator) error { return only(a.CloseGroup(ctx, "closed", "")) }},
	"ReopenGroup": {admin.OpGroup, func(ctx context.Context, a *admin.Administrator) error { return only(a.ReopenGroup(ctx, "closed", "")) }},
	"DeleteGroup": {admin.OpGroup, func(ctx context.Context, a *admin.Administrator) error { return only(a.DeleteGroup(ctx, "closed", "")) }},
	"AddMember": {admin.OpMember, func(ctx context.Context, a *admin.Administrator) error {
		return a.AddMember(ctx, "closed", "alice@example.com", time.Time{})
	}},
	"RemoveMember": {admin.OpMember, func(ctx context.Context, a *admin.Administrator) error {
		return a.RemoveMember(ctx, "closed", "alice@example.com")
	}},
	"CreateUser": {admin.OpUser, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.CreateUser(ctx, resource.User{Email: "new@example.com"}))
	}},
	"UpdateUser": {admin.OpUser, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.UpdateUser(ctx, "alice@example.com", "", same))
	}},
	"SuspendUser": {admin.OpUser, func(ctx context.Context, a *admin.Administrator) error {
		return a.SuspendUser(ctx, "alice@example.com")
	}},
	"ResumeUser": {admin.OpUserReset, func(ctx context.Context, a *admin.Administrator) error { return a.ResumeUser(ctx, "alice@example.com") }},
	"DeleteUser": {admin.OpUser, func(ctx context.Context, a *admin.Administrator) error {
		return a.DeleteUser(ctx, "alice@example.com", "")
	}},
	"PasswordLink": {admin.OpUserReset, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.PasswordLink(ctx, "alice@example.com"))
	}},
	"ImportUsers": {admin.OpUser, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.ImportUsers(ctx, []byte("email\n"), false))
	}},
	"LockUser":   {admin.OpUserLock, func(ctx context.Context, a *admin.Administrator) error { return a.LockUser(ctx, "alice@example.com") }},
	"UnlockUser": {admin.OpUserReset, func(ctx context.Context, a *admin.Administrator) error { return a.UnlockUser(ctx, "alice@example.com") }},
	"CreateToken": {admin.OpTokenOwn, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.CreateToken(ctx, resource.TokenRequest{Name: "t"}))
	}},
	"RevokeToken": {admin.OpTokenOwn, func(ctx context.Context, a *admin.Administrator) error { return a.RevokeToken(ctx, "0123456789abcdef") }},
	"Export":      {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.Export(ctx, true)) }},
	"Plan": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.Plan(ctx, &plan.File{Version: 1}))
	}},
	"Apply":    {admin.OpMember, func(ctx context.Context, a *admin.Administrator) error { return only(a.Apply(ctx, &plan.Plan{}, nil)) }},
	"Settings": {admin.OpRead, func(ctx context.Context, a *admin.Administrator) error { return only(a.Settings(ctx)) }},
	"UpdateSettings": {admin.OpSettings, func(ctx context.Context, a *admin.Administrator) error {
		return only(a.UpdateSettings(ctx, "", func(*resource.Settings) error { return nil }))
	}},
	"Lockdown":     {admin.OpLockdown, func(ctx context.Context, a *admin.Administrator) error { return a.Lockdown(ctx) }},
	"LiftLockdown": {admin.OpLockdown, func(ctx context.Context, a *admin.Administrator) error { return a.LiftLockdown(ctx) }},
}

// newOffice is a desk with a connector that has no key, an open and a closed group, a person and
// an administrator of each role.
func newOffice(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	keyless := aws("aws-a")
	keyless.UploadKey = true // making one takes longer than all the rest
	d.must(d.CreateConnector(t.Context(), owner, keyless))
	for _, name := range []string{"open", "closed"} {
		d.must(d.CreateGroup(t.Context(), owner, name, ""))
	}
	d.must(nil, d.Grant(t.Context(), owner, "aws-a", "open"))
	d.must(d.CreateUser(t.Context(), owner, admin.NewUser{Email: "alice@example.com", Name: "Alice"}))
	for _, role := range roles[1:] {
		d.must(d.CreateUser(t.Context(), owner, admin.NewUser{Email: string(role) + "@example.com", AdminRole: role}))
	}
	return d
}

// as is an administrator of a role.
func (d *desk) as(role idp.AdminRole) *admin.Administrator {
	d.t.Helper()
	if role == idp.AdminNone {
		return d.As(admin.Actor{Name: "alice@example.com"})
	}
	u, err := d.User(d.t.Context(), string(role)+"@example.com")
	if err != nil {
		d.t.Fatal(err)
	}
	return d.As(admin.Actor{Name: u.Email, ID: u.ID, Role: role})
}

func TestEveryMethodAsksThePolicyFirst(t *testing.T) {
	methods := reflect.TypeFor[*admin.Administrator]()
	for i := range methods.NumMethod() {
		name := methods.Method(i).Name
		_, known := deeds[name]
		if name != "Who" && name != "May" && name != "Ask" && !known {
			t.Errorf("the table lacks %s", name)
		}
	}
	for name, deed := range deeds {
		for _, role := range roles {
			t.Run(name+" by "+string(role), func(t *testing.T) {
				t.Parallel()
				d := newOffice(t)
				a := d.as(role)
				err := deed.do(t.Context(), a)
				var denied *admin.Denied
				refused := errors.As(err, &denied)
				if refused == a.May(deed.op) {
					t.Errorf("refused: %v, by the policy it may: %v (%v)", refused, a.May(deed.op), err)
				}
				reader := a.Who()
				reader.ReadOnly = true
				err = deed.do(t.Context(), d.As(reader))
				reads := deed.op == admin.OpRead || deed.op == admin.OpTest
				if !reads && !errors.As(err, &denied) {
					t.Errorf("with a token that may only read: %v", err)
				}
			})
		}
	}
}
