package resource

import "github.com/gatepost/gatepost/internal/idp"

// Event is one line of the audit record.
type Event struct {
	ID          string         `json:"id" yaml:"id"`
	At          string         `json:"at" yaml:"at"`
	Actor       string         `json:"actor" yaml:"actor"`
	ActorID     string         `json:"actor_id" yaml:"actor_id"` // of a person, who keeps it when the email changes
	Action      string         `json:"action" yaml:"action"`
	Target      string         `json:"target" yaml:"target"`
	Connector   string         `json:"connector" yaml:"connector"`
	RoleARN     string         `json:"role_arn" yaml:"role_arn"`
	Outcome     string         `json:"outcome" yaml:"outcome"`
	Reason      string         `json:"reason" yaml:"reason"`
	AssertionID string         `json:"assertion_id" yaml:"assertion_id"`
	SourceIP    string         `json:"source_ip" yaml:"source_ip"`
	UserAgent   string         `json:"user_agent" yaml:"user_agent"`
	RequestID   string         `json:"request_id" yaml:"request_id"`
	Before      map[string]any `json:"before" yaml:"before"` // the fields that changed
	After       map[string]any `json:"after" yaml:"after"`
}

// FromEvent shows an event.
func FromEvent(e idp.Event) Event {
	shown := Event{
		ID: e.ID, At: Stamp(e.At), Actor: e.Actor, ActorID: e.ActorID, Action: string(e.Action), Target: e.Target, Connector: e.Connector,
		RoleARN: e.RoleARN, Outcome: string(e.Outcome), Reason: e.Reason, AssertionID: e.AssertionID,
		SourceIP: e.SourceIP, UserAgent: e.UserAgent, RequestID: e.RequestID, Before: e.Before, After: e.After,
	}
	if shown.Before == nil {
		shown.Before = map[string]any{}
	}
	if shown.After == nil {
		shown.After = map[string]any{}
	}
	return shown
}
