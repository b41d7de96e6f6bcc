package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/gatepost/gatepost/bench/internal/counted"
	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

// inside is a store that is open in this process: its use cases in the hands of
// an owner, and its calls counted.
type inside struct {
	*admin.Administrator
	tables *counted.Tables
	close  func() error
}

func (b *bench) open(folder string) (*inside, error) {
	at := b.path(folder)
	err := os.MkdirAll(at, 0o700)
	if err != nil {
		return nil, err
	}
	database, err := bolt.Open(filepath.Join(at, "gatepost.db"), bolt.Options{})
	if err != nil {
		return nil, err
	}
	custody, err := file.Open(filepath.Join(at, "keys"))
	if err != nil {
		return nil, errors.Join(err, database.Close())
	}
	tables := &counted.Tables{Tables: database}
	s := store.New(tables, time.Now)
	keeper := &keys.Keeper{
		Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: custody},
		Default:    idp.CustodyFile, Uploads: idp.CustodyFile, Store: s, Now: time.Now,
	}
	service := &admin.Service{Store: s, Keys: keeper, Passwords: signin.New(s, time.Now), URL: b.report.url, Now: time.Now}
	actor := admin.Actor{Name: owner, Role: idp.AdminOwner}
	return &inside{service.As(actor), tables, func() error { return errors.Join(custody.Close(), database.Close()) }}, nil
}

// visit is a person and a connector that opens to them.
type visit struct{ email, slug string }

// someone is the first person whom an active connector opens to.
func (in *inside) someone(ctx context.Context) (visit, error) {
	connectors, _, err := in.Connectors(ctx, admin.List{Limit: pageSize})
	if err != nil {
		return visit{}, err
	}
	for _, c := range connectors {
		if !c.Active {
			continue
		}
		ways, err := in.Access(ctx, c.Slug)
		if err != nil {
			return visit{}, err
		}
		for _, w := range ways {
			if w.Active {
				return visit{w.Email, c.Slug}, nil
			}
		}
	}
	return visit{}, errors.New("nobody can open anything")
}
