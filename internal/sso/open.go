package sso

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// Store is what a launch reads and writes: one read, one event.
type Store interface {
	Launch(ctx context.Context, ticket idp.Ticket, slug string) (store.Launch, error)
	PutEvent(ctx context.Context, e idp.Event) error
}

// Keys finds the signer of a connector's current certificate.
type Keys interface {
	Signer(ctx context.Context, key *idp.Key, certificate *x509.Certificate) (crypto.Signer, error)
}

// Service issues responses. All fields but Skew are needed.
type Service struct {
	Store  Store
	Keys   Keys
	Now    func() time.Time
	Skew   func() time.Duration // how far the clock is ahead of AWS's; nil where nothing tells
	Budget time.Duration        // the longest a launch may take, from its opening on, before it is given up
	TLS    bool                 // people reach Gatepost over TLS, so that a password was protected on its way
	Log    *slog.Logger
}

// Request is who asks for what, as far as the request tells.
type Request struct {
	Ticket  idp.Ticket // from the cookie
	Slug    string
	RoleARN string // the role chosen; empty when none was
	Client  Client
}

// Client is where a request comes from, for the audit record.
type Client struct {
	SourceIP  string
	UserAgent string
	RequestID string
}

// ErrUnavailable wraps every failure of the store or the key service. Nothing
// was issued; the person may try again.
var ErrUnavailable = errors.New("the store or the key service does not answer")

// Refusal says that a launch is denied. NoSession and NoUser mean that the
// person has to sign in.
type Refusal struct {
	Reason idp.Reason
}

func (r *Refusal) Error() string { return "launch refused: " + string(r.Reason) }

// Open reads what the launch needs, consistently and in one round trip, and
// decides. It returns a [*Refusal] when the launch is denied and an error that
// wraps [ErrUnavailable] when the store does not answer.
func (s *Service) Open(ctx context.Context, req Request) (*Launch, error) {
	until := time.Now().Add(s.Budget)
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	facts, err := s.Store.Launch(ctx, req.Ticket, req.Slug)
	if err != nil {
		return nil, fmt.Errorf("read launch of %q: %w: %w", req.Slug, ErrUnavailable, err)
	}
	err = s.checkSkew()
	if err != nil {
		return nil, err
	}
	now := s.Now()
	decision := idp.Decide(facts.Facts, now)
	launch := &granted{
		connector: facts.Connector,
		user:      facts.User,
		session:   facts.Session,
		roles:     decision.Roles,
		key:       facts.Key,
		client:    req.Client,
		decided:   now,
		until:     until,
	}
	if decision.Reason == idp.Granted && req.RoleARN != "" {
		decision.Reason = launch.choose(req.RoleARN)
	}
	if decision.Reason != idp.Granted {
		return nil, s.refuse(ctx, launch, req, decision.Reason)
	}
	return &Launch{launch}, nil
}

// refuse records the refusal and returns it. Requests without a session are not
// recorded: anybody can make them, and there is no person to name.
func (s *Service) refuse(ctx context.Context, l *granted, req Request, reason idp.Reason) error {
	refusal := &Refusal{Reason: reason}
	if reason == idp.NoSession || reason == idp.NoUser {
		return refusal
	}
	event := s.event(l, idp.OutcomeRefused)
	event.Connector, event.Target = req.Slug, req.Slug
	event.RoleARN = req.RoleARN
	event.Reason = string(reason)
	s.record(ctx, event)
	return refusal
}

// record writes an event whose loss must not change the answer: a refusal
// stays a refusal. The loss itself is logged.
func (s *Service) record(ctx context.Context, e idp.Event) {
	ctx, cancel := s.afterwards(ctx)
	defer cancel()
	err := s.put(ctx, e)
	if err != nil {
		s.Log.ErrorContext(ctx, "event lost", "action", e.Action, "outcome", e.Outcome, "connector", e.Connector, "request_id", e.RequestID, "error", err)
	}
}

func (s *Service) event(l *granted, outcome idp.Outcome) idp.Event {
	e := idp.Event{
		ID:        idp.NewID("ev_"),
		At:        s.Now(),
		Action:    idp.ActionLaunch,
		Outcome:   outcome,
		SourceIP:  l.client.SourceIP,
		UserAgent: l.client.UserAgent,
		RequestID: l.client.RequestID,
	}
	if l.user != nil {
		e.Actor, e.ActorID = l.user.Email, l.user.ID
	}
	if l.connector != nil {
		e.Connector, e.Target = l.connector.Slug, l.connector.Slug
	}
	return e
}
