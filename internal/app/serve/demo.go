package serve

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// ErrNotDemo says that a store holds something else than the demo.
var ErrNotDemo = errors.New("the store is not empty and does not hold the demo; choose another (--data), or start without --demo")

// ErrDemo says that a store holds the demo, whose people have a password that is
// no secret, and was not opened as such.
var ErrDemo = errors.New("the store holds the demo; choose another folder (--data), or start with --demo")

var demoActor = admin.Actor{Name: "gatepost serve --demo"}

type demo struct {
	password string
	token    string
}

// The demo has two connectors, as somebody has at the end of
// JumpCloud's guide to "Amazon IAM (Multiple Roles)".
var (
	demoConnectors = []admin.NewConnector{
		demoConnector("aws-a", "AWS A", "The first account: production", "SAML-User", "Gatepost"),
		demoConnector("aws-b", "AWS B", "The second role: audit and billing", "SAML2-User", "Gatepost2"),
	}
	demoGroups = []demoGroup{
		{name: "SSO-AWS-A", description: "May open AWS A", connector: "aws-a", members: []string{"alice@example.com", "bob@example.com"}},
		{name: "SSO-AWS-B", description: "May open AWS B", connector: "aws-b", members: []string{"alice@example.com"}},
	}
	demoUsers = []admin.NewUser{
		{Email: "alice@example.com", Name: "Alice Example"},
		{Email: "bob@example.com", Name: "Bob Example"},
		{Email: "carol@example.com", Name: "Carol Example"},
		{Email: demoOwner, Name: "Demo Owner", AdminRole: idp.AdminOwner},
	}
)

const (
	demoOwner   = "admin@example.com"
	demoAccount = "111122223333"
)

// demoNames are the demo's people, with a word on who may do what.
func demoNames() string {
	var names []string
	for _, u := range demoUsers {
		if u.AdminRole == idp.AdminOwner {
			u.Email = "or " + u.Email + " (the owner)"
		}
		names = append(names, u.Email)
	}
	return strings.Join(names, ", ")
}

type demoGroup struct {
	name, description, connector string
	members                      []string
}

func demoConnector(slug, label, description, role, provider string) admin.NewConnector {
	return admin.NewConnector{Connector: idp.Connector{
		Slug: slug, Label: label, Description: description, Kind: idp.KindAWS, Shown: true, ConfirmCross: true,
		Roles: []idp.Role{{
			RoleARN:     "arn:aws:iam::" + demoAccount + ":role/" + role,
			ProviderARN: "arn:aws:iam::" + demoAccount + ":saml-provider/" + provider,
		}},
	}}
}

// fillDemo fills an empty store, or sets the passwords of the demo afresh. A run
// that was cut short is taken up again; once the demo is whole, what was changed
// of it stays changed.
func fillDemo(ctx context.Context, site *installation.Installation, password string) (demo, error) {
	instance, err := site.Store.Instance(ctx)
	if err != nil {
		return demo{}, fmt.Errorf("read instance: %w", err)
	}
	if !instance.Demo {
		err = markDemo(ctx, site, &instance)
		if err != nil {
			return demo{}, err
		}
	}
	if password == "" {
		password = idp.NewSecret()[:20]
	}
	if !instance.Filled {
		err = fill(ctx, site, &instance)
		if err != nil {
			return demo{}, fmt.Errorf("fill demo: %w", err)
		}
	}
	err = site.SignIn.SetDemoPassword(ctx, password, emails(demoUsers))
	if err != nil {
		return demo{}, err
	}
	token, err := demoToken(ctx, site)
	return demo{password: password, token: token}, err
}

// refuseDemo returns [ErrDemo] for a store that holds the demo, or a part of it.
func refuseDemo(ctx context.Context, site *installation.Installation) error {
	instance, err := site.Store.Instance(ctx)
	if err != nil {
		return fmt.Errorf("read instance: %w", err)
	}
	if instance.Demo {
		return ErrDemo
	}
	return nil
}

func fill(ctx context.Context, site *installation.Installation, instance *idp.Instance) error {
	for _, step := range []func(context.Context, *installation.Installation) error{demoPeople, demoApplications, demoAccess} {
		err := step(ctx, site)
		if err != nil {
			return err
		}
	}
	instance.Filled = true
	event := demoEvent(idp.ActionInstanceUpdate, "")
	event.After = map[string]any{"filled": true}
	return site.Store.UpdateInstance(ctx, instance, event)
}

func markDemo(ctx context.Context, site *installation.Installation, instance *idp.Instance) error {
	empty, err := isEmpty(ctx, site)
	if err != nil {
		return fmt.Errorf("look into the store: %w", err)
	}
	if !empty {
		return ErrNotDemo
	}
	instance.Demo = true
	event := demoEvent(idp.ActionInstanceUpdate, "")
	event.After = map[string]any{"demo": true}
	return site.Store.UpdateInstance(ctx, instance, event)
}

// isEmpty reports whether nobody has put anything into the store.
func isEmpty(ctx context.Context, site *installation.Installation) (bool, error) {
	one := store.List{Limit: 1}
	users, _, err := site.Store.ListUsers(ctx, one)
	if err != nil {
		return false, err
	}
	connectors, _, err := site.Store.ListConnectors(ctx, one)
	if err != nil {
		return false, err
	}
	groups, _, err := site.Store.ListGroups(ctx, one)
	return len(users)+len(connectors)+len(groups) == 0, err
}

func demoEvent(action idp.Action, target string) idp.Event {
	return idp.Event{ID: idp.NewID("ev_"), At: time.Now(), Actor: demoActor.Name, Action: action, Target: target, Outcome: idp.OutcomeDone}
}

func demoPeople(ctx context.Context, site *installation.Installation) error {
	for _, user := range demoUsers {
		_, err := site.Admin.CreateUser(ctx, demoActor, user)
		if err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	return nil
}

func emails(users []admin.NewUser) []string {
	list := make([]string, len(users))
	for i, u := range users {
		list[i] = u.Email
	}
	return list
}

func demoApplications(ctx context.Context, site *installation.Installation) error {
	for _, connector := range demoConnectors {
		_, err := site.Admin.CreateConnector(ctx, demoActor, connector)
		if errors.Is(err, store.ErrExists) {
			err = site.Admin.EnsureKey(ctx, demoActor, connector.Slug)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func demoAccess(ctx context.Context, site *installation.Installation) error {
	for _, group := range demoGroups {
		_, err := site.Admin.CreateGroup(ctx, demoActor, group.name, group.description)
		if err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
		for _, member := range group.members {
			err = site.Admin.AddMember(ctx, demoActor, group.name, member, time.Time{})
			if err != nil {
				return err
			}
		}
		err = site.Admin.Grant(ctx, demoActor, group.connector, group.name)
		if err != nil {
			return err
		}
		err = site.Admin.Activate(ctx, demoActor, group.connector)
		if err != nil {
			return err
		}
	}
	return nil
}

// demoToken makes an owner's token for the config API.
func demoToken(ctx context.Context, site *installation.Installation) (string, error) {
	operator := demoActor
	operator.Role, operator.Operator = idp.AdminOwner, true
	token, err := site.Admin.As(operator).CreateToken(ctx, resource.TokenRequest{
		Name: "demo", Scope: admin.ScopeWrite, Lifetime: admin.MaxTokenLifetime.String(), User: demoOwner,
	})
	return token.Secret, err
}
