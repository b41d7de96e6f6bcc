package journey_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

// step is a method of an administrator and a call of it.
type step struct {
	method string
	call   func(context.Context, *admin.Administrator) error
}

// TestAllThatAdministratorsDoIsLetThrough calls every method of an administrator,
// so that one that is added is added here: the policy may lack what it needs.
func TestAllThatAdministratorsDoIsLetThrough(t *testing.T) {
	s := newStage(t, idp.CustodyKMS)
	at, setup := s.enterAdmin(t)
	first := at.begin(t, setup)
	private, certificate := uploadable(t, "aws-b")
	steps := slices.Concat(groupSteps(), peopleSteps(), connectorSteps(), keySteps(private, certificate), grantSteps(), tokenSteps(), []step{
		{"", func(ctx context.Context, a *admin.Administrator) error { // sessions that an end has to be made of
			s.signedIn(t, userID(t, at, "alice@example.com"))
			s.signedIn(t, userID(t, at, "bob@example.com"))
			return nil
		}},
	}, endSteps())
	called := []string{"Who", "May"}
	for _, step := range steps {
		called = append(called, step.method)
		err := step.call(t.Context(), first)
		if err != nil {
			t.Fatalf("%s: %v; denied: %q", step.method, err, at.Denied())
		}
	}
	kind := reflect.TypeFor[*admin.Administrator]()
	for i := range kind.NumMethod() {
		if name := kind.Method(i).Name; !slices.Contains(called, name) {
			t.Errorf("nothing calls %s", name)
		}
	}
	at.clean(t, "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem",
		"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "lambda:InvokeFunction")
}

func userID(t *testing.T, at adminRole, email string) string {
	t.Helper()
	u, err := at.User(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// does is a step of a call that answers with nothing but an error, of that method.
func does[A any](method string, call func(*admin.Administrator, context.Context, A) error, a A) step {
	return step{method, func(ctx context.Context, to *admin.Administrator) error { return call(to, ctx, a) }}
}

// doesTwo is as does, with two arguments.
func doesTwo[A, B any](method string, call func(*admin.Administrator, context.Context, A, B) error, a A, b B) step {
	return step{method, func(ctx context.Context, to *admin.Administrator) error { return call(to, ctx, a, b) }}
}

// asks is a step of a call whose answer does not matter here.
func asks[A, R any](method string, call func(*admin.Administrator, context.Context, A) (R, error), a A) step {
	return step{method, func(ctx context.Context, to *admin.Administrator) error {
		_, err := call(to, ctx, a)
		return err
	}}
}

// lists is as asks, for a page.
func lists[A, R any](method string, call func(*admin.Administrator, context.Context, A) (R, string, error), a A) step {
	return step{method, func(ctx context.Context, to *admin.Administrator) error {
		_, _, err := call(to, ctx, a)
		return err
	}}
}

func groupSteps() []step {
	return []step{
		asks("CreateGroup", (*admin.Administrator).CreateGroup, resource.Group{Name: "SSO-AWS-A"}),
		asks("CreateGroup", (*admin.Administrator).CreateGroup, resource.Group{Name: "Helpers"}),
		asks("Group", (*admin.Administrator).Group, "Helpers"),
		lists("Groups", (*admin.Administrator).Groups, admin.List{}),
		{"UpdateGroup", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.UpdateGroup(ctx, "Helpers", "", func(g *resource.Group) error { g.Name = "Helping"; return nil })
			return err
		}},
		asks("Warnings", (*admin.Administrator).Warnings, admin.About{Group: "SSO-AWS-A"}),
		{"CloseGroup", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.CloseGroup(ctx, "Helping", "")
			return err
		}},
		{"ReopenGroup", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.ReopenGroup(ctx, "Helping", "")
			return err
		}},
	}
}

func peopleSteps() []step {
	csv := []byte("email,name,groups\ncarol@example.com,Carol,Helping\nalice@example.com,Alice,Helping\n")
	return []step{
		asks("CreateUser", (*admin.Administrator).CreateUser, resource.User{Email: "alice@example.com", Name: "Alice", Groups: []resource.Membership{{Name: "SSO-AWS-A"}}}),
		asks("CreateUser", (*admin.Administrator).CreateUser, resource.User{Email: "bob@example.com", Name: "Bob"}),
		asks("User", (*admin.Administrator).User, "alice@example.com"),
		lists("Users", (*admin.Administrator).Users, admin.List{Search: "li"}),
		{"UpdateUser", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.UpdateUser(ctx, "bob@example.com", "", func(u *resource.User) error {
				u.Email, u.AdminRole = "robert@example.com", string(idp.AdminOwner)
				return nil
			})
			return err
		}},
		{"UpdateUser", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.UpdateUser(ctx, "robert@example.com", "", func(u *resource.User) error {
				u.Email, u.AdminRole = "bob@example.com", ""
				return nil
			})
			return err
		}},
		{"ImportUsers", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.ImportUsers(ctx, csv, false)
			return err
		}},
		{"Refusals", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.Refusals(ctx, "bob@example.com", admin.OpRead)
			return err
		}},
		{"UserAccess", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.UserAccess(ctx, "alice@example.com", "aws-a")
			return err
		}},
		does("SuspendUser", (*admin.Administrator).SuspendUser, "bob@example.com"),
		does("ResumeUser", (*admin.Administrator).ResumeUser, "bob@example.com"),
		does("LockUser", (*admin.Administrator).LockUser, "bob@example.com"),
		does("LockUser", (*admin.Administrator).LockUser, "bob@example.com"),
		does("UnlockUser", (*admin.Administrator).UnlockUser, "bob@example.com"),
		asks("PasswordLink", (*admin.Administrator).PasswordLink, "bob@example.com"),
		{"AddMember", func(ctx context.Context, a *admin.Administrator) error {
			return a.AddMember(ctx, "SSO-AWS-A", "bob@example.com", time.Now().Add(time.Hour))
		}},
		doesTwo("RemoveMember", (*admin.Administrator).RemoveMember, "SSO-AWS-A", "bob@example.com"),
		{"Members", func(ctx context.Context, a *admin.Administrator) error {
			_, _, err := a.Members(ctx, "SSO-AWS-A", admin.List{})
			return err
		}},
	}
}

// pair are a role and a provider in one account.
func pair() []resource.Role {
	return []resource.Role{{RoleARN: "arn:aws:iam::111122223333:role/SAML-User", ProviderARN: "arn:aws:iam::111122223333:saml-provider/Gatepost"}}
}

func connectorSteps() []step {
	var tile bytes.Buffer
	err := png.Encode(&tile, image.NewGray(image.Rect(0, 0, 8, 8)))
	if err != nil {
		panic(err) // a buffer takes everything
	}
	return []step{
		asks("CreateConnector", (*admin.Administrator).CreateConnector, resource.Connector{Slug: "aws-a", Label: "AWS A", Roles: pair(), Groups: []string{"SSO-AWS-A"}}),
		asks("CreateConnector", (*admin.Administrator).CreateConnector, resource.Connector{Slug: "aws-b", Label: "AWS B", Roles: pair()}),
		asks("CreateConnector", (*admin.Administrator).CreateConnector, resource.Connector{Slug: "aws-c", Label: "AWS C", Roles: pair(), Key: &resource.Key{Source: "uploaded"}}),
		asks("Connector", (*admin.Administrator).Connector, "aws-a"),
		lists("Connectors", (*admin.Administrator).Connectors, admin.List{Prefix: "aws"}),
		{"UpdateConnector", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.UpdateConnector(ctx, "aws-b", "", func(c *resource.Connector) error { c.Groups = []string{"Helping"}; return nil })
			return err
		}},
		doesTwo("PutImage", (*admin.Administrator).PutImage, "aws-b", tile.Bytes()),
		asks("Image", (*admin.Administrator).Image, "aws-b"),
		does("DeleteImage", (*admin.Administrator).DeleteImage, "aws-b"),
	}
}

func keySteps(private, certificate []byte) []step {
	return []step{
		asks("MakeKey", (*admin.Administrator).MakeKey, "aws-c"),
		asks("Key", (*admin.Administrator).Key, "aws-a"),
		{"UploadKey", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.UploadKey(ctx, "aws-b", private, certificate)
			return err
		}},
		asks("Metadata", (*admin.Administrator).Metadata, "aws-b"),
		does("ActivateConnector", (*admin.Administrator).ActivateConnector, "aws-a"),
		does("ActivateConnector", (*admin.Administrator).ActivateConnector, "aws-b"),
		does("DeactivateConnector", (*admin.Administrator).DeactivateConnector, "aws-b"),
		{"Test", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.Test(ctx, "aws-a", "alice@example.com")
			return err
		}},
	}
}

func grantSteps() []step {
	return []step{
		doesTwo("Grant", (*admin.Administrator).Grant, "aws-a", "Helping"),
		asks("Access", (*admin.Administrator).Access, "aws-a"),
		asks("GroupConnectors", (*admin.Administrator).GroupConnectors, "Helping"),
		doesTwo("Revoke", (*admin.Administrator).Revoke, "aws-a", "Helping"),
		doesTwo("Grant", (*admin.Administrator).Grant, "aws-a", "Helping"),
	}
}

var tokenRequest = resource.TokenRequest{Name: "a walk", Scope: admin.ScopeWrite}

func tokenSteps() []step {
	return []step{
		asks("CreateToken", (*admin.Administrator).CreateToken, tokenRequest),
		{"RevokeToken", func(ctx context.Context, a *admin.Administrator) error {
			all, err := a.Tokens(ctx)
			if err != nil {
				return err
			}
			return a.RevokeToken(ctx, all[0].ID)
		}},
		{"Tokens", func(ctx context.Context, a *admin.Administrator) error { _, err := a.Tokens(ctx); return err }},
	}
}

// endSteps shows what was done and takes it away again.
func endSteps() []step {
	return []step{
		asks("Sessions", (*admin.Administrator).Sessions, "alice@example.com"),
		lists("Events", (*admin.Administrator).Events, admin.EventQuery{}),
		lists("Events", (*admin.Administrator).Events, admin.EventQuery{User: owner}),
		lists("Events", (*admin.Administrator).Events, admin.EventQuery{Connector: "aws-a"}),
		{"Instance", func(ctx context.Context, a *admin.Administrator) error { _, err := a.Instance(ctx); return err }},
		{"Ask", func(ctx context.Context, a *admin.Administrator) error {
			return a.Ask(ctx, admin.OpConnector, admin.Target{}, "aws-a")
		}},
		{"Export", func(ctx context.Context, a *admin.Administrator) error { _, err := a.Export(ctx, true); return err }},
		{"Plan", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.Plan(ctx, &plan.File{Version: 1})
			return err
		}},
		{"Apply", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.Apply(ctx, &plan.Plan{}, nil)
			return err
		}},
		{"Settings", func(ctx context.Context, a *admin.Administrator) error { _, err := a.Settings(ctx); return err }},
		{"UpdateSettings", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.UpdateSettings(ctx, "", func(s *resource.Settings) error { s.HelpdeskResetsAccess = true; return nil })
			return err
		}},
		{"Lockdown", func(ctx context.Context, a *admin.Administrator) error { return a.Lockdown(ctx) }},
		{"LiftLockdown", func(ctx context.Context, a *admin.Administrator) error { return a.LiftLockdown(ctx) }},
		{"DeleteGroup", func(ctx context.Context, a *admin.Administrator) error {
			_, err := a.DeleteGroup(ctx, "Helping", "")
			return err
		}},
		doesTwo("DeleteUser", (*admin.Administrator).DeleteUser, "alice@example.com", ""),
		doesTwo("DeleteConnector", (*admin.Administrator).DeleteConnector, "aws-b", ""),
	}
}
