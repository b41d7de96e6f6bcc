package desk

import (
	"context"
	"crypto"
	"crypto/x509"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

// setupLifetime is how long the link for the first owner opens.
const setupLifetime = time.Hour

// Keeper makes, takes, removes and uses keys; a *keys.Keeper is one.
type Keeper interface {
	Create(ctx context.Context, slug string, custody idp.Custody, event idp.Event) (*idp.Key, error)
	Upload(ctx context.Context, slug string, privateKey, certificate []byte, event idp.Event) (*idp.Key, error)
	Delete(ctx context.Context, slug string, event idp.Event) error
	Signer(ctx context.Context, key *idp.Key, current *x509.Certificate) (crypto.Signer, error)
}

// Store is what the desk reads and writes by itself; a *store.Store is one.
type Store interface {
	Connector(ctx context.Context, slug string) (*idp.Connector, error)
	ListConnectors(ctx context.Context, l store.List) ([]store.ConnectorSummary, string, error)
	Key(ctx context.Context, slug string) (*idp.Key, error)
	PutSetup(ctx context.Context, hash string, expires time.Time, event idp.Event) error
}

// Desk answers requests. All fields but Done are needed.
type Desk struct {
	Keeper Keeper
	Store  Store
	URL    string // the address that people reach Gatepost by, without a slash at its end
	Now    func() time.Time

	// Done is told of each operation and how it ended, for the log. The
	// operation and the slug are empty for a request that cannot be read. Of a
	// check, the error joins what is wrong with each key.
	Done func(ctx context.Context, op, slug string, err error)
}

// Handle answers one request. What goes wrong with it is in the answer; the error
// is for an answer that cannot be written, and nil else.
func (d *Desk) Handle(ctx context.Context, raw stdjson.RawMessage) (stdjson.RawMessage, error) {
	r, err := readRequest(raw)
	if err != nil {
		return d.finish(ctx, request{}, answer{}, err)
	}
	a, err := d.do(ctx, r)
	return d.finish(ctx, r, a, err)
}

func (d *Desk) finish(ctx context.Context, r request, a answer, failed error) (stdjson.RawMessage, error) {
	a.Error = wireFailure(failed)
	if d.Done != nil {
		d.Done(ctx, r.Op, r.Slug, errors.Join(failed, a.faults()))
	}
	text, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("write the answer: %w", err)
	}
	return text, nil
}

func (d *Desk) do(ctx context.Context, r request) (answer, error) {
	switch r.Op {
	case opCreate:
		return d.create(ctx, r)
	case opUpload:
		return d.upload(ctx, r)
	case opDelete:
		return answer{}, d.remove(ctx, r)
	case opCheck:
		return d.check(ctx, r)
	case opSetup:
		return d.setup(ctx, r)
	}
	return answer{}, refuse("op", "is not an operation")
}

func (d *Desk) create(ctx context.Context, r request) (answer, error) {
	_, err := d.signing(ctx, r.Slug)
	if err != nil {
		return answer{}, err
	}
	k, err := d.Keeper.Create(ctx, r.Slug, idp.Custody(r.Custody), d.event(r, idp.ActionKeyCreate))
	return answer{Key: wireKey(k)}, err
}

// upload refuses to take the key of a connector away that accounts may trust, as
// the console does: see package admin.
func (d *Desk) upload(ctx context.Context, r request) (answer, error) {
	c, err := d.signing(ctx, r.Slug)
	if err != nil {
		return answer{}, err
	}
	if c.Used {
		return answer{}, idp.Problems{{Field: "slug", Value: r.Slug, Reason: "has been active, so AWS accounts may trust the key that it has"}}
	}
	k, err := d.Keeper.Upload(ctx, r.Slug, []byte(r.PrivateKey), []byte(r.Certificate), d.event(r, idp.ActionKeyUpload))
	return answer{Key: wireKey(k)}, err
}

// remove also takes a key that has lost its connector.
func (d *Desk) remove(ctx context.Context, r request) error {
	c, err := d.Store.Connector(ctx, r.Slug)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return fmt.Errorf("connector %q: %w", r.Slug, err)
	case c.Active:
		return fmt.Errorf("connector %q: %w", r.Slug, store.ErrActive)
	}
	return d.Keeper.Delete(ctx, r.Slug, d.event(r, idp.ActionKeyDelete))
}

// signing is the connector, when it is of the kind that signs.
func (d *Desk) signing(ctx context.Context, slug string) (*idp.Connector, error) {
	c, err := d.Store.Connector(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("connector %q: %w", slug, err)
	}
	if c.Kind != idp.KindAWS {
		return nil, idp.Problems{{Field: "slug", Value: slug, Reason: "is a bookmark, which signs nothing"}}
	}
	return c, nil
}

// setup makes the link for the first owner, in place of an earlier one. The store
// knows the token's hash alone.
func (d *Desk) setup(ctx context.Context, r request) (answer, error) {
	secret, expires := idp.NewSecret(), d.Now().Add(setupLifetime)
	err := d.Store.PutSetup(ctx, session.Hash(secret), expires, d.event(r, idp.ActionSetupLink))
	if err != nil {
		return answer{}, err
	}
	return answer{Link: d.URL + "/setup?token=" + secret, ExpiresAt: expires.UTC()}, nil
}

// ownName is the actor of what nobody is named for.
const ownName = "keys function"

// event is the record of an operation: who asked is the caller's word, what was
// done, to what and when is ours.
func (d *Desk) event(r request, action idp.Action) idp.Event {
	e := idp.Event{
		ID: idp.NewID("ev_"), At: d.Now(), Actor: ownName,
		Action: action, Target: r.Slug, Connector: r.Slug, Outcome: idp.OutcomeDone,
	}
	if r.Event == nil {
		return e
	}
	if r.Event.ID != "" {
		e.ID = r.Event.ID
	}
	if r.Event.Actor != "" {
		e.Actor = r.Event.Actor
	}
	e.ActorID, e.SourceIP = r.Event.ActorID, r.Event.SourceIP
	e.UserAgent, e.RequestID = r.Event.UserAgent, r.Event.RequestID
	return e
}
