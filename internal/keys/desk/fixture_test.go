package desk_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/desk"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

// fixture is a desk over a real store and real keys, and what it was told.
type fixture struct {
	*desk.Desk
	store   *store.Store
	custody *faultyCustody
	keeper  *keys.Keeper
	done    []string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	folder := t.TempDir()
	db, err := bolt.Open(filepath.Join(folder, "test.db"), bolt.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	custody, err := file.Open(filepath.Join(folder, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := errors.Join(custody.Close(), db.Close())
		if err != nil {
			t.Error(err)
		}
	})
	f := &fixture{store: store.New(db, clock), custody: &faultyCustody{Custodian: keystest.Ready(custody)}}
	f.keeper = &keys.Keeper{
		Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: f.custody},
		Default:    idp.CustodyFile, Uploads: idp.CustodyFile, Store: f.store, Now: clock,
	}
	f.Desk = &desk.Desk{
		Keeper: f.keeper, Store: f.store, URL: "https://sso.example.com", Now: clock,
		Done: func(_ context.Context, op, slug string, err error) {
			f.done = append(f.done, fmt.Sprint(op, " ", slug, ": ", err))
		},
	}
	return f
}

// faultyCustody is a custody with faults to be switched on.
type faultyCustody struct {
	keys.Custodian
	signer error
	signs  crypto.Signer // signs for every key
}

func (c *faultyCustody) Signer(ctx context.Context, ref string, pub *rsa.PublicKey) (crypto.Signer, error) {
	if c.signer != nil {
		return nil, c.signer
	}
	if c.signs != nil {
		return c.signs, nil
	}
	return c.Custodian.Signer(ctx, ref, pub)
}

func (f *fixture) connector(t *testing.T, slug string, change func(*idp.Connector)) {
	t.Helper()
	c := &idp.Connector{ID: idp.NewID("c_"), Slug: slug, Kind: idp.KindAWS, Label: slug, EntityID: "https://sso.example.com/metadata/" + slug, Partition: "aws", CreatedAt: noon, UpdatedAt: noon}
	if change != nil {
		change(c)
	}
	err := f.store.CreateConnector(t.Context(), c, idp.Event{ID: idp.NewID("ev_"), At: noon, Actor: "test", Action: idp.ActionConnectorCreate, Target: slug, Outcome: idp.OutcomeDone})
	if err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) handle(t *testing.T, request string) string {
	t.Helper()
	answer, err := f.Handle(t.Context(), []byte(request))
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// ask has the desk answer a request, and reads what went wrong from the answer.
func (f *fixture) ask(t *testing.T, request string) failed {
	t.Helper()
	var answer struct{ Error failed }
	err := json.Unmarshal([]byte(f.handle(t, request)), &answer)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Error
}

// failed is what went wrong, as it is in an answer.
type failed struct {
	Message  string
	Kinds    []string
	Problems []struct{ Field, Reason string }
}

// create makes the connector's key.
func (f *fixture) create(t *testing.T, slug string) {
	t.Helper()
	_, err := f.keeper.Create(t.Context(), slug, "", event())
	if err != nil {
		t.Fatal(err)
	}
}

func event() idp.Event {
	return idp.Event{
		ID: idp.NewID("ev_"), At: noon.Add(-time.Hour), Actor: "admin@example.com", ActorID: "u_admin",
		Action: "something.else", Target: "elsewhere", Outcome: idp.OutcomeRefused,
		SourceIP: "192.0.2.7", UserAgent: "browser", RequestID: "r-1",
	}
}

// pair is a private key and a certificate for it, in PEM.
func pair(t *testing.T) (privateKey, certificate []byte) {
	t.Helper()
	return keystest.Pair(t, noon)
}

// middle is a stretch of a PEM file by which it would be known again.
func middle(privateKey []byte) string {
	return strings.Split(string(privateKey), "\n")[5]
}
