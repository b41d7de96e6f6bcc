package sso_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

// world is an installation with one connector that alice may open, over the
// real embedded store and real key files, with places to break things.
type world struct {
	t       *testing.T
	tables  *counted
	store   *store.Store
	keeper  *keys.Keeper
	faults  *faultyStore
	signers *faultyKeys
	service *sso.Service
	user    *idp.User
	token   session.Token
}

// counted counts the calls that reach the tables.
type counted struct {
	store.Tables
	reads, writes atomic.Int64
}

func (c *counted) Get(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	c.reads.Add(1)
	return c.Tables.Get(ctx, keys)
}

func (c *counted) Snapshot(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	c.reads.Add(1)
	return c.Tables.Snapshot(ctx, keys)
}

func (c *counted) Query(ctx context.Context, q store.Query) (store.Page, error) {
	c.reads.Add(1)
	return c.Tables.Query(ctx, q)
}

func (c *counted) Write(ctx context.Context, ops ...store.Op) error {
	c.writes.Add(1)
	return c.Tables.Write(ctx, ops...)
}

// faultyStore is the store with faults that a test switches on.
type faultyStore struct {
	*store.Store
	readErr, eventErr error
	afterRead         func() // runs once a launch was read
	hangs             bool   // no launch is read until the launch's time is over
}

func (f *faultyStore) Launch(ctx context.Context, ticket idp.Ticket, slug string) (store.Launch, error) {
	if f.readErr != nil {
		return store.Launch{}, f.readErr
	}
	if f.hangs {
		<-ctx.Done()
		return store.Launch{}, ctx.Err()
	}
	l, err := f.Store.Launch(ctx, ticket, slug)
	if f.afterRead != nil {
		f.afterRead()
	}
	return l, err
}

func (f *faultyStore) PutEvent(ctx context.Context, e idp.Event) error {
	if f.eventErr != nil {
		return f.eventErr
	}
	return f.Store.PutEvent(ctx, e)
}

// faultyKeys counts signatures and lets a test replace the signer.
type faultyKeys struct {
	keeper  *keys.Keeper
	err     error
	replace func(crypto.Signer) crypto.Signer
	signed  atomic.Int64
}

func (f *faultyKeys) Signer(ctx context.Context, key *idp.Key, certificate *x509.Certificate) (crypto.Signer, error) {
	if f.err != nil {
		return nil, f.err
	}
	signer, err := f.keeper.Signer(ctx, key, certificate)
	if err != nil {
		return nil, err
	}
	if f.replace != nil {
		signer = f.replace(signer)
	}
	return signFunc{signer.Public(), func(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
		f.signed.Add(1)
		return signer.Sign(rand, digest, opts)
	}}, nil
}

type signFunc struct {
	public crypto.PublicKey
	sign   func(io.Reader, []byte, crypto.SignerOpts) ([]byte, error)
}

func (s signFunc) Public() crypto.PublicKey { return s.public }
func (s signFunc) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.sign(rand, digest, opts)
}

// ample is time for a launch on a machine that is busy with something else.
const ample = 2 * time.Minute

func newWorld(t *testing.T) *world {
	t.Helper()
	database, err := bolt.Open(filepath.Join(t.TempDir(), "gatepost.db"), bolt.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	custody, err := file.Open(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(custody.Close(), database.Close()); err != nil {
			t.Error(err)
		}
	})
	w := &world{t: t, tables: &counted{Tables: database}}
	w.store = store.New(w.tables, clock)
	w.keeper = &keys.Keeper{Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: keystest.Ready(custody)}, Default: idp.CustodyFile, Uploads: idp.CustodyFile, Store: w.store, Now: clock}
	w.faults = &faultyStore{Store: w.store}
	w.signers = &faultyKeys{keeper: w.keeper}
	w.service = &sso.Service{Store: w.faults, Keys: w.signers, Now: clock, Budget: ample, TLS: true, Log: slog.New(slog.DiscardHandler)}
	w.fill()
	return w
}

func (w *world) fill() {
	w.t.Helper()
	ctx := w.t.Context()
	group := &idp.Group{ID: "g_a", Name: "SSO-AWS-A"}
	w.user = &idp.User{ID: "u_alice", Email: "alice@example.com", NameID: idp.NewID("n"), Active: true, Attributes: map[string]string{"team": "blue", "long": strings.Repeat("x", 129)}}
	w.token = session.NewToken(w.user.ID)
	live := &idp.Session{
		ID: w.token.ID, Hash: w.token.Hash(), UserID: w.user.ID, Methods: []idp.Method{idp.MethodPassword},
		AuthTime: noon.Add(-time.Minute), LastSeen: noon, ExpiresAt: noon.Add(time.Hour),
	}
	for _, step := range []error{
		w.store.CreateGroup(ctx, group, event()),
		w.store.CreateUser(ctx, w.user, event()),
		w.store.AddMember(ctx, w.user.ID, group.ID, time.Time{}, event()),
		w.store.CreateConnector(ctx, connector(), event()),
		w.store.Grant(ctx, "aws-a", group.ID, event(), nil),
		w.store.PutSession(ctx, live, event()),
	} {
		if step != nil {
			w.t.Fatal(step)
		}
	}
	_, err := w.keeper.Create(ctx, "aws-a", "", event())
	if err != nil {
		w.t.Fatal(err)
	}
	w.tables.reads.Store(0)
	w.tables.writes.Store(0)
}

func event() idp.Event {
	return idp.Event{ID: idp.NewID("ev_"), At: noon, Actor: "test", Action: idp.ActionConnectorUpdate, Outcome: idp.OutcomeDone}
}

func connector() *idp.Connector {
	return &idp.Connector{
		ID: "c_a", Slug: "aws-a", Kind: idp.KindAWS, Label: "AWS A", Active: true, Shown: true,
		EntityID: "https://sso.example.com/metadata/aws-a", Partition: "aws",
		Roles:      []idp.Role{{RoleARN: roleARN, ProviderARN: "arn:aws:iam::111122223333:saml-provider/Gatepost"}},
		Attributes: []idp.AttributeRule{{Name: "RoleSessionName", Value: "${user.email}"}},
	}
}

const roleARN = "arn:aws:iam::111122223333:role/SAML-User"

// change rewrites the stored connector behind the administration's back, as a
// migration or a bug might.
func (w *world) change(do func(*idp.Connector)) {
	w.t.Helper()
	c, err := w.store.Connector(w.t.Context(), "aws-a")
	if err != nil {
		w.t.Fatal(err)
	}
	do(c)
	err = w.store.UpdateConnector(w.t.Context(), c, event())
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) request() sso.Request {
	return sso.Request{Ticket: w.token.Ticket(), Slug: "aws-a", Client: sso.Client{SourceIP: "192.0.2.1", RequestID: "r1"}}
}

// launch opens and issues, as the face does.
func (w *world) launch(relayState string) (*sso.Issued, error) {
	l, err := w.service.Open(w.t.Context(), w.request())
	if err != nil {
		return nil, err
	}
	return w.service.Issue(w.t.Context(), l, relayState)
}

// events are the launches on record, newest first.
func (w *world) events() []idp.Event {
	w.t.Helper()
	list, _, err := w.store.Events(w.t.Context(), store.EventFilter{Connector: "aws-a", Since: noon.Add(-time.Hour), Until: noon.Add(time.Hour), Limit: 50})
	if err != nil {
		w.t.Fatal(err)
	}
	var launches []idp.Event
	for _, e := range list {
		if e.Action == idp.ActionLaunch {
			launches = append(launches, e)
		}
	}
	return launches
}
