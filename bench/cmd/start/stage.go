package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"time"

	"github.com/gatepost/gatepost/bench/internal/counted"
	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/metadata"
	"github.com/gatepost/gatepost/internal/app/portal"
	"github.com/gatepost/gatepost/internal/app/sso"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
	"github.com/gatepost/gatepost/internal/web/gateway"
)

const (
	address  = "https://sso.example.com"
	password = "open sesame" // as in the sample event of a sign-in
)

// stage is an installation for the sample events: the functions over the embedded
// store, whose calls are counted, and people who are signed in.
type stage struct {
	tables    *counted.Tables
	functions map[string]gateway.Function
	sessions  map[string]string // by the placeholder in the events
	close     func() error
}

func openStage(ctx context.Context, folder string) (*stage, error) {
	database, err := bolt.Open(filepath.Join(folder, "gatepost.db"), bolt.Options{})
	if err != nil {
		return nil, err
	}
	custody, err := file.Open(filepath.Join(folder, "keys"))
	if err != nil {
		return nil, errors.Join(err, database.Close())
	}
	s := &stage{
		tables:   &counted.Tables{Tables: database},
		sessions: map[string]string{},
		close:    func() error { return errors.Join(custody.Close(), database.Close()) },
	}
	err = s.fill(ctx, custody)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("fill the store: %w", err), s.close())
	}
	return s, nil
}

func (s *stage) fill(ctx context.Context, custody keys.Custodian) error {
	tables := store.New(s.tables, time.Now)
	keeper := &keys.Keeper{
		Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: custody},
		Default:    idp.CustodyFile, Uploads: idp.CustodyFile, Store: tables, Now: time.Now,
	}
	people := signin.New(tables, time.Now)
	service := &admin.Service{Store: tables, Keys: keeper, Passwords: people, URL: address, Now: time.Now}
	err := errors.Join(addConnectors(ctx, service), addPeople(ctx, service))
	if err != nil {
		return err
	}
	err = s.signIn(ctx, people)
	if err != nil {
		return err
	}
	return s.wire(tables, keeper)
}

func addConnectors(ctx context.Context, service *admin.Service) error {
	const iam = "arn:aws:iam::111122223333:"
	var me admin.Actor
	for slug, group := range map[string]string{"aws-a": "SSO-AWS-A", "aws-b": "SSO-AWS-B"} {
		_, made := service.CreateConnector(ctx, me, admin.NewConnector{Connector: idp.Connector{
			Slug: slug, Label: slug, Shown: true, ConfirmCross: true,
			Roles: []idp.Role{{RoleARN: iam + "role/SAML-User", ProviderARN: iam + "saml-provider/" + slug}},
		}})
		_, grouped := service.CreateGroup(ctx, me, group, "")
		err := errors.Join(made, grouped, service.Grant(ctx, me, slug, group), service.Activate(ctx, me, slug))
		if err != nil {
			return err
		}
	}
	return nil
}

// addPeople makes alice, who may use both connectors, and bob, who may use one.
func addPeople(ctx context.Context, service *admin.Service) error {
	var me admin.Actor
	for email, groups := range map[string][]string{"alice@example.com": {"SSO-AWS-A", "SSO-AWS-B"}, "bob@example.com": {"SSO-AWS-A"}} {
		_, err := service.CreateUser(ctx, me, admin.NewUser{Email: email})
		if err != nil {
			return err
		}
		for _, group := range groups {
			err := service.AddMember(ctx, me, group, email, time.Time{})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *stage) signIn(ctx context.Context, people *signin.Service) error {
	emails := map[string]string{"SESSION_OF_ALICE": "alice@example.com", "SESSION_OF_BOB": "bob@example.com", "SESSION_OF_LEAVER": "bob@example.com"}
	err := people.SetDemoPassword(ctx, password, []string{"alice@example.com", "bob@example.com"})
	if err != nil {
		return err
	}
	for placeholder, email := range emails {
		result, err := people.SignIn(ctx, signin.Attempt{Username: email, Password: password})
		if err != nil {
			return err
		}
		s.sessions[placeholder] = result.Token.Text()
	}
	return nil
}

func (s *stage) wire(tables *store.Store, keeper *keys.Keeper) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	config := environment.Config{URL: u, Contact: "help@example.com"}
	log := slog.New(slog.DiscardHandler)
	var failed [3]error
	s.functions = map[string]gateway.Function{}
	s.functions["sso"], failed[0] = sso.Over(config, tables, keeper, log)
	s.functions["portal"], failed[1] = portal.Over(config, tables, log)
	s.functions["metadata"], failed[2] = metadata.Over(config, tables, log)
	return errors.Join(failed[:]...)
}
