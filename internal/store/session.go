package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

type sessionRecord struct {
	Hash          string    `json:"hash,omitempty"` // empty in those that an earlier version made: nothing opens them
	Methods       []string  `json:"methods,omitempty"`
	AuthTime      time.Time `json:"auth_time"`
	LastSeen      time.Time `json:"last_seen"`
	ExpiresAt     time.Time `json:"expires_at"`
	InstanceEpoch uint64    `json:"instance_epoch,omitempty"`
	UserEpoch     uint64    `json:"user_epoch,omitempty"`
	SourceIP      string    `json:"source_ip,omitempty"`
	UserAgent     string    `json:"user_agent,omitempty"`

	// Added later: a session that was stored without it opens what it opened.
	Helpdesk bool `json:"helpdesk,omitempty"`
}

func sessionItem(s *idp.Session) (Item, error) {
	r := sessionRecord{
		Hash: s.Hash, AuthTime: s.AuthTime.UTC(), LastSeen: s.LastSeen.UTC(), ExpiresAt: s.ExpiresAt.UTC(),
		InstanceEpoch: s.InstanceEpoch, UserEpoch: s.UserEpoch,
		SourceIP: cutText(s.SourceIP, maxEventText), UserAgent: cutText(s.UserAgent, maxEventText), Helpdesk: s.Helpdesk,
	}
	for _, m := range s.Methods {
		r.Methods = append(r.Methods, string(m))
	}
	data, err := encode(r)
	return Item{Key: sessionKey(s.UserID, s.ID), Data: data, Expires: s.ExpiresAt}, err
}

func sessionFrom(item *Item) (*idp.Session, error) {
	r, err := decode[sessionRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read session: %w", err)
	}
	s := &idp.Session{
		UserID: item.Key.Partition[len(sessionKey("", "").Partition):], ID: item.Key.Sort, Hash: r.Hash,
		AuthTime: r.AuthTime, LastSeen: r.LastSeen, ExpiresAt: r.ExpiresAt,
		InstanceEpoch: r.InstanceEpoch, UserEpoch: r.UserEpoch,
		SourceIP: r.SourceIP, UserAgent: r.UserAgent, Helpdesk: r.Helpdesk, Version: item.Version,
	}
	for _, m := range r.Methods {
		s.Methods = append(s.Methods, idp.Method(m))
	}
	return s, nil
}

// PutSession stores a new session, with the epochs that it says. They must have
// been read, with [Store.Epochs], before the person proved who they are: then a
// password that is changed meanwhile ends this session too. It fails with
// [ErrExists] when the person has a session of that ID.
func (s *Store) PutSession(ctx context.Context, session *idp.Session, ev idp.Event) error {
	item, err := sessionItem(session)
	if err != nil {
		return err
	}
	err = s.commit(ctx, ev, Put(item, Absent()))
	if err != nil {
		return About("session of user", session.UserID, err)
	}
	session.Version = 1
	return nil
}

// RefreshSession writes that the session was seen now, when what is written is
// older than [idp.SessionRefresh]. A session that ended or was written by another
// request meanwhile is left as it is.
func (s *Store) RefreshSession(ctx context.Context, session *idp.Session) error {
	now := s.time()
	if now.Sub(session.LastSeen) < idp.SessionRefresh {
		return nil
	}
	seen := *session
	seen.LastSeen = now
	item, err := sessionItem(&seen)
	if err != nil {
		return err
	}
	err = s.tables.Write(ctx, Put(item, Version(session.Version)))
	if errors.Is(err, ErrStale) || errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return About("session of user", session.UserID, err)
	}
	seen.Version++
	*session = seen
	return nil
}

// DeleteSession ends a session. When there is none, it does nothing.
func (s *Store) DeleteSession(ctx context.Context, userID, id string, ev idp.Event) error {
	if !wellFormed(userID, id) {
		return nil
	}
	err := s.commit(ctx, ev, Delete(sessionKey(userID, id), Present()))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return About("session of user", userID, err)
}

// maxSessions is how many sessions of one person are listed.
const maxSessions = 1000

// ListSessions returns a person's sessions, by ID. Not all of them need be
// live.
func (s *Store) ListSessions(ctx context.Context, userID string) ([]*idp.Session, error) {
	if !wellFormed(userID) {
		return nil, nil
	}
	items, err := s.collect(ctx, Query{Table: Activity, Partition: sessionKey(userID, "").Partition}, maxSessions)
	if err != nil {
		return nil, About("sessions of user", userID, err)
	}
	sessions := make([]*idp.Session, len(items))
	for i := range items {
		sessions[i], err = sessionFrom(&items[i])
		if err != nil {
			return nil, err
		}
	}
	return sessions, nil
}

// deleteSessions removes a deleted person's sessions, and the browsers that they
// are known by.
func (s *Store) deleteSessions(ctx context.Context, userID string) error {
	for _, key := range []Key{sessionKey(userID, ""), deviceKey(userID, "")} {
		items, err := s.collect(ctx, Query{Table: key.Table, Partition: key.Partition}, maxSessions)
		if err != nil {
			return err
		}
		err = s.writeAll(ctx, deletes(items))
		if err != nil {
			return err
		}
	}
	return nil
}
