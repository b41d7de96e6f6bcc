package store

import (
	"context"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
)

// Launch is all that a launch needs to know: the facts to decide by, and what is
// known of the connector's signing key.
type Launch struct {
	idp.Facts
	Key *idp.Key // nil when the connector has none
}

// Launch reads, in one call to the tables and as of one moment, what decides
// whether the person with that session may open that connector and what signs for
// it. What does not exist, or cannot since its name is no name, is nil; so is a
// session that the ticket does not open.
func (s *Store) Launch(ctx context.Context, ticket idp.Ticket, slug string) (Launch, error) {
	var b batch
	facts := b.facts(ticket)
	connector := b.want(connectorKey(slug), slug)
	key := b.want(keyKey(slug), slug)
	items, err := s.tables.Snapshot(ctx, b.keys)
	if err != nil {
		return Launch{}, fmt.Errorf("read launch: %w", err)
	}
	var l Launch
	l.Facts, err = facts.from(items)
	if err != nil {
		return Launch{}, err
	}
	l.Connector, err = optional(connector.in(items), connectorFrom)
	if err != nil {
		return Launch{}, err
	}
	l.Key, err = optional(key.in(items), keyFrom)
	if err != nil {
		return Launch{}, err
	}
	return l, nil
}

// SignedIn reads, in one call to the tables and as of one moment, what decides
// whether that session is live and its person active: the facts without a
// connector.
func (s *Store) SignedIn(ctx context.Context, ticket idp.Ticket) (idp.Facts, error) {
	var b batch
	facts := b.facts(ticket)
	items, err := s.tables.Snapshot(ctx, b.keys)
	if err != nil {
		return idp.Facts{}, fmt.Errorf("read session: %w", err)
	}
	return facts.from(items)
}

// batch gathers keys for one read.
type batch struct{ keys []Key }

// place is where in the answer of a batch an item is; 0 for one that was not
// asked for.
type place int

// want adds a key, unless the names it is made of cannot be in a key.
func (b *batch) want(key Key, names ...string) place {
	if !wellFormed(names...) {
		return 0
	}
	b.keys = append(b.keys, key)
	return place(len(b.keys))
}

func (p place) in(items []*Item) *Item {
	if p == 0 {
		return nil
	}
	return items[p-1]
}

// factPlaces is where in the answer the parts of the facts are.
type factPlaces struct {
	instance, session, epoch, user place

	ticket idp.Ticket
}

func (b *batch) facts(t idp.Ticket) factPlaces {
	return factPlaces{
		instance: b.want(instanceKey()),
		session:  b.want(sessionKey(t.UserID, t.SessionID), t.UserID, t.SessionID),
		epoch:    b.want(epochKey(t.UserID), t.UserID),
		user:     b.want(userKey(t.UserID), t.UserID),
		ticket:   t,
	}
}

func (p factPlaces) from(items []*Item) (idp.Facts, error) {
	var f idp.Facts
	instance, err := optional(p.instance.in(items), instanceFrom)
	if err != nil {
		return idp.Facts{}, err
	}
	if instance != nil {
		f.Instance = *instance
	}
	session, err := optional(p.session.in(items), sessionFrom)
	if err != nil {
		return idp.Facts{}, err
	}
	if p.ticket.Opens(session) {
		f.Session = session
	}
	if epoch := p.epoch.in(items); epoch != nil {
		f.UserEpoch = uint64(epoch.Count)
	}
	f.User, err = optional(p.user.in(items), userFrom)
	if err != nil {
		return idp.Facts{}, err
	}
	return f, nil
}
