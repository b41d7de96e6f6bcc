// Package local opens the data folder of an installation that runs without AWS:
// one bbolt file for the store and a folder of key files. `serve` and the command
// line both work on it, one at a time.
package local

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

// DefaultFolder is where data is kept unless said otherwise.
const DefaultFolder = ".gatepost"

// DefaultURL is the address of an installation that never said its own.
const DefaultURL = "http://localhost:8080"

// Folder is an open data folder.
type Folder struct {
	Store  *store.Store
	Keeper *keys.Keeper
	SignIn *signin.Service
	Admin  *admin.Service

	database *bolt.DB
	custody  *file.Custody
}

// Options tell how a folder is opened.
type Options struct {
	Path string
	URL  string           // the address that people reach Gatepost by; empty for the one that `serve` last ran under
	Now  func() time.Time // the clock
}

// Exists reports whether there is a data folder at the path.
func Exists(path string) bool {
	_, err := os.Stat(filepath.Join(path, databaseName))
	return err == nil
}

const databaseName = "gatepost.db"

// Open opens the folder, making it when it is not there. It returns an error
// that wraps store.ErrInUse when another process has it open. The folder must be
// closed.
func Open(ctx context.Context, o Options) (*Folder, error) {
	err := os.MkdirAll(o.Path, 0o700)
	if err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	database, err := bolt.Open(filepath.Join(o.Path, databaseName), bolt.Options{Now: o.Now})
	if err != nil {
		return nil, fmt.Errorf("open data folder %q: %w", o.Path, err)
	}
	custody, err := file.Open(filepath.Join(o.Path, "keys"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open key folder: %w", err), database.Close())
	}
	f := &Folder{database: database, custody: custody}
	err = f.wire(ctx, o)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (f *Folder) wire(ctx context.Context, o Options) error {
	s := store.New(f.database, o.Now)
	f.Store = s
	f.Keeper = &keys.Keeper{
		Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: f.custody},
		Default:    idp.CustodyFile,
		Uploads:    idp.CustodyFile,
		Store:      s,
		Now:        o.Now,
	}
	f.SignIn = signin.New(s, o.Now)
	address, err := f.address(ctx, o.URL, o.Now())
	if err != nil {
		return err
	}
	f.Admin = &admin.Service{Store: s, Keys: f.Keeper, Passwords: f.SignIn, URL: address, Now: o.Now}
	return nil
}

// address is the asked address, which is noted, or the one noted last: a
// connector made on the command line must get the entity ID that `serve` serves.
func (f *Folder) address(ctx context.Context, asked string, now time.Time) (string, error) {
	instance, err := f.Store.Instance(ctx)
	if err != nil {
		return "", fmt.Errorf("read instance: %w", err)
	}
	if asked == "" && instance.URL == "" {
		return DefaultURL, nil
	}
	if asked == "" || asked == instance.URL {
		return instance.URL, nil
	}
	instance.URL = asked
	err = f.Store.UpdateInstance(ctx, &instance, idp.Event{
		ID: idp.NewID("ev_"), At: now, Actor: "gatepost", Action: idp.ActionInstanceUpdate, Outcome: idp.OutcomeDone,
		After: map[string]any{"url": asked},
	})
	if err != nil {
		return "", fmt.Errorf("note address: %w", err)
	}
	return asked, nil
}

// Signer finds the signer of a connector's current certificate.
func (f *Folder) Signer(ctx context.Context, key *idp.Key, certificate *x509.Certificate) (crypto.Signer, error) {
	return f.Keeper.Signer(ctx, key, certificate)
}

// Close lets go of the folder.
func (f *Folder) Close() error { return errors.Join(f.custody.Close(), f.database.Close()) }
