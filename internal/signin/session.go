package signin

import (
	"context"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
)

// proved is where everybody comes who has proved something, whatever the way. It
// is the place to ask for a second factor where one is enrolled or wanted; today
// one is enough, and the session starts.
func (s *Service) proved(ctx context.Context, a Attempt, c candidate, methods ...idp.Method) (Result, error) {
	err := s.SignOut(ctx, a.Previous, a.Client)
	if err != nil {
		return Result{}, err
	}
	return s.start(ctx, a, c, methods)
}

// start is the only place where a session begins: with a new secret each time,
// so that none that somebody planted is ever signed in, and with its event.
func (s *Service) start(ctx context.Context, a Attempt, c candidate, methods []idp.Method) (Result, error) {
	unvouched, err := s.unvouched(ctx, c.maker)
	if err != nil {
		return Result{}, err
	}
	now := s.now()
	token := session.NewToken(c.user.ID)
	started := &idp.Session{
		ID:            token.ID,
		UserID:        c.user.ID,
		Hash:          token.Hash(),
		Methods:       methods,
		AuthTime:      now,
		LastSeen:      now,
		ExpiresAt:     now.Add(idp.SessionLifetime),
		InstanceEpoch: c.epochs.Instance,
		UserEpoch:     c.epochs.User,
		SourceIP:      a.Client.SourceIP,
		UserAgent:     a.Client.UserAgent,
		Helpdesk:      unvouched,
	}
	event := s.event(a.Client, idp.ActionSignIn, idp.OutcomeDone, c.user)
	err = s.store.PutSession(ctx, started, event)
	if err != nil {
		return Result{}, fmt.Errorf("start session: %w", err)
	}
	return Result{User: c.user, Session: started, Token: token, Device: s.remember(ctx, c)}, nil
}

// SignOut ends the session of a token, at once and on the server. A session that
// is not there, or a zero token, is no error.
func (s *Service) SignOut(ctx context.Context, t session.Token, client Client) error {
	if t.UserID == "" {
		return nil
	}
	facts, err := s.store.SignedIn(ctx, t.Ticket())
	if err != nil {
		return fmt.Errorf("read session: %w", err)
	}
	if facts.Session == nil {
		return nil
	}
	err = s.store.DeleteSession(ctx, t.UserID, t.ID, s.event(client, idp.ActionSignOut, idp.OutcomeDone, facts.User))
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// event is what is recorded of a person's doing; the person is nil when it is
// not known who they are.
func (s *Service) event(client Client, action idp.Action, outcome idp.Outcome, u *idp.User) idp.Event {
	e := idp.Event{
		ID:        idp.NewID("ev_"),
		At:        s.now(),
		Action:    action,
		Outcome:   outcome,
		SourceIP:  client.SourceIP,
		UserAgent: client.UserAgent,
		RequestID: client.RequestID,
	}
	if u != nil {
		e.Actor, e.ActorID, e.Target = u.Email, u.ID, u.Email
	}
	return e
}
