package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// EventRetention is how long events are kept unless [Store.KeepEvents] says
// otherwise.
const EventRetention = 400 * 24 * time.Hour

// KeepEvents sets how long events are kept that are written from now on, and how
// far back they are listed. It belongs right after [New].
func (s *Store) KeepEvents(d time.Duration) { s.retention = d }

// Limits of a stored event, in bytes. What is longer is cut, so that a hostile
// header cannot keep an event, and with it a change, from being stored.
const (
	maxEvent     = 64 << 10
	maxEventText = 512
	maxEventRole = 2048
)

type eventRecord struct {
	ID          string         `json:"id"`
	At          time.Time      `json:"at"`
	Actor       string         `json:"actor,omitempty"`
	ActorID     string         `json:"actor_id,omitempty"`
	Action      string         `json:"action"`
	Target      string         `json:"target,omitempty"`
	Connector   string         `json:"connector,omitempty"`
	RoleARN     string         `json:"role_arn,omitempty"`
	Outcome     string         `json:"outcome,omitempty"`
	Reason      string         `json:"reason,omitempty"`
	AssertionID string         `json:"assertion_id,omitempty"`
	SourceIP    string         `json:"source_ip,omitempty"`
	UserAgent   string         `json:"user_agent,omitempty"`
	RequestID   string         `json:"request_id,omitempty"`
	Before      map[string]any `json:"before,omitempty"`
	After       map[string]any `json:"after,omitempty"`
}

// PutEvent stores an event that comes with no change. It fails with [ErrExists]
// when an event of the same ID and time is there: events are never replaced.
func (s *Store) PutEvent(ctx context.Context, ev idp.Event) error {
	put, err := s.eventOp(ev)
	if err != nil {
		return err
	}
	return About("event", ev.ID, s.tables.Write(ctx, put))
}

// eventOp is the operation that stores ev, with an ID and a time if it has none.
func (s *Store) eventOp(ev idp.Event) (Op, error) {
	if ev.ID == "" {
		ev.ID = idp.NewID("")
	}
	if ev.At.IsZero() {
		ev.At = s.time()
	}
	ev.At = ev.At.UTC().Round(0)
	data, err := encodeEvent(ev)
	if err != nil {
		return Op{}, err
	}
	item := Item{Key: eventKey(ev.At, ev.ID), Data: data, Expires: ev.At.Add(s.retention)}
	if wellFormed(ev.ActorID) {
		item.Indexes = append(item.Indexes, IndexKey{ByUser, userEventPartition(ev.At, ev.ActorID), item.Key.Sort})
	}
	if wellFormed(ev.Connector) {
		item.Indexes = append(item.Indexes, IndexKey{ByConnector, connectorEventPartition(ev.At, ev.Connector, eventShard(ev.ID)), item.Key.Sort})
	}
	return Put(item, Absent()), nil
}

func encodeEvent(ev idp.Event) ([]byte, error) {
	r := eventRecord{
		ID: ev.ID, At: ev.At, Action: string(ev.Action), Outcome: string(ev.Outcome),
		Actor: cutText(ev.Actor, maxEventText), ActorID: cutText(ev.ActorID, maxEventText),
		Target: cutText(ev.Target, maxEventText), Connector: cutText(ev.Connector, maxEventText),
		RoleARN: cutText(ev.RoleARN, maxEventRole), Reason: cutText(ev.Reason, maxEventText),
		AssertionID: cutText(ev.AssertionID, maxEventText), SourceIP: cutText(ev.SourceIP, maxEventText),
		UserAgent: cutText(ev.UserAgent, maxEventText), RequestID: cutText(ev.RequestID, maxEventText),
	}
	data, err := encode(r)
	if err != nil {
		return nil, err
	}
	room := (maxEvent - len(data)) / 2
	r.Before, err = cutFields(ev.Before, room)
	if err != nil {
		return nil, err
	}
	r.After, err = cutFields(ev.After, room)
	if err != nil {
		return nil, err
	}
	return encode(r)
}

// cutText shortens s to at most n bytes, between characters.
func cutText(s string, n int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= n {
		return s
	}
	const mark = "…"
	return strings.ToValidUTF8(s[:n-len(mark)], "") + mark
}

// cutFields is fields, or when their JSON is longer than room, a copy in which
// the longest values are replaced by a word about their length.
func cutFields(fields map[string]any, room int) (map[string]any, error) {
	sizes := make(map[string]int, len(fields))
	total := len(`"before":{},`)
	for name, value := range fields {
		data, err := json.Marshal(map[string]any{name: value})
		if err != nil {
			return nil, About("encode event field", name, err)
		}
		sizes[name] = len(data)
		total += len(data)
	}
	if total <= room {
		return fields, nil
	}
	cut := maps.Clone(fields)
	names := slices.SortedFunc(maps.Keys(sizes), func(a, b string) int { return sizes[b] - sizes[a] })
	for _, name := range names {
		word := fmt.Sprintf("(cut: %d bytes)", sizes[name])
		total -= sizes[name] - len(name) - len(word) - len(`{"":""}`)
		cut[name] = word
		if total <= room {
			return cut, nil
		}
	}
	return map[string]any{"cut": fmt.Sprintf("%d fields", len(fields))}, nil
}

func eventFrom(item *Item) (*idp.Event, error) {
	r, err := decode[eventRecord](item.Data)
	if err != nil {
		return nil, err
	}
	return &idp.Event{
		ID: r.ID, At: r.At, Actor: r.Actor, ActorID: r.ActorID, Action: idp.Action(r.Action), Target: r.Target,
		Connector: r.Connector, RoleARN: r.RoleARN, Outcome: idp.Outcome(r.Outcome), Reason: r.Reason,
		AssertionID: r.AssertionID, SourceIP: r.SourceIP, UserAgent: r.UserAgent, RequestID: r.RequestID,
		Before: r.Before, After: r.After,
	}, nil
}

// derived is the event of a smaller change that a change brings with it.
func derived(ev idp.Event, action idp.Action, target, connector string) idp.Event {
	ev.ID, ev.At = "", time.Time{}
	ev.Action, ev.Target, ev.Connector = action, target, connector
	ev.Before, ev.After = nil, nil
	return ev
}
