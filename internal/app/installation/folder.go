package installation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
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

// DemoFolder is where the demo is kept unless said otherwise: apart, so that whoever
// has tried it begins with an empty store.
const DemoFolder = ".gatepost-demo"

// DefaultURL is the address of an installation that never said its own.
const DefaultURL = "http://localhost:8080"

const databaseName = "gatepost.db"

// FolderOptions tell how a data folder is opened.
type FolderOptions struct {
	Path string
	URL  string           // the address that people reach Gatepost by; empty for the one that `serve` last ran under
	Now  func() time.Time // the clock
}

// Exists reports whether there is a data folder at the path.
func Exists(path string) bool {
	_, err := os.Stat(filepath.Join(path, databaseName))
	return err == nil
}

// OpenFolder opens a data folder, making it when it is not there: one bbolt file
// for the store and a folder of key files. It returns an error that wraps
// store.ErrInUse when another process has it open, and one for a folder that others
// than its owner may write in.
func OpenFolder(ctx context.Context, o FolderOptions) (*Installation, error) {
	err := os.MkdirAll(o.Path, 0o700)
	if err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	err = checkFolder(o.Path)
	if err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	database, err := bolt.Open(filepath.Join(o.Path, databaseName), bolt.Options{Now: o.Now})
	if err != nil {
		return nil, fmt.Errorf("open data folder %q: %w", o.Path, err)
	}
	custody, err := file.Open(filepath.Join(o.Path, "keys"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open key folder: %w", err), database.Close())
	}
	i := &Installation{close: []func() error{custody.Close, database.Close}}
	err = i.wireFolder(ctx, o, database, custody)
	if err != nil {
		return nil, errors.Join(err, i.Close())
	}
	return i, nil
}

// checkFolder refuses a folder in which others may put a store of their own into the
// place of ours, whatever the modes of the files in it.
func checkFolder(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%q has mode %04o: others than its owner may have replaced what is in it; make sure that nobody did, and close it with: chmod go-w %s", path, info.Mode().Perm(), path)
	}
	return nil
}

func (i *Installation) wireFolder(ctx context.Context, o FolderOptions, database *bolt.DB, custody *file.Custody) error {
	i.Store = store.New(database, o.Now)
	keeper := &keys.Keeper{
		Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: custody},
		Default:    idp.CustodyFile,
		Uploads:    idp.CustodyFile,
		Store:      i.Store,
		Now:        o.Now,
	}
	i.keys = keeper
	i.SignIn = signin.New(i.Store, o.Now)
	address, err := i.address(ctx, o)
	if err != nil {
		return err
	}
	i.Admin = &admin.Service{Store: i.Store, Keys: keeper, Passwords: i.SignIn, URL: address, Now: o.Now}
	return nil
}

// address is the asked address, or else the one that `serve` noted last: a
// connector made on the command line must get the entity ID that `serve` serves.
func (i *Installation) address(ctx context.Context, o FolderOptions) (string, error) {
	if o.URL != "" {
		return o.URL, nil
	}
	instance, err := i.Store.Instance(ctx)
	if err != nil {
		return "", fmt.Errorf("read instance: %w", err)
	}
	if instance.URL == "" {
		return DefaultURL, nil
	}
	return instance.URL, nil
}

// NoteURL notes the address for the command line. Only who serves it knows it.
func (i *Installation) NoteURL(ctx context.Context) error {
	instance, err := i.Store.Instance(ctx)
	if err != nil {
		return fmt.Errorf("read instance: %w", err)
	}
	if instance.URL == i.Admin.URL {
		return nil
	}
	event := idp.Event{
		ID: idp.NewID("ev_"), At: i.Admin.Now(), Actor: "gatepost serve", Action: idp.ActionInstanceUpdate, Outcome: idp.OutcomeDone,
		Before: map[string]any{"url": instance.URL}, After: map[string]any{"url": i.Admin.URL},
	}
	instance.URL = i.Admin.URL
	err = i.Store.UpdateInstance(ctx, &instance, event)
	if err != nil {
		return fmt.Errorf("note address: %w", err)
	}
	return nil
}
