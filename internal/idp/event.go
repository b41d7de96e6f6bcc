package idp

import "time"

// Outcome tells how the thing ended that an event records.
type Outcome string

// The outcomes. An issuance is stored as issuing before the response leaves; if
// signing then fails, an event with the same assertion ID says failed.
const (
	OutcomeDone    Outcome = "done"
	OutcomeRefused Outcome = "refused"
	OutcomeIssuing Outcome = "issuing"
	OutcomeFailed  Outcome = "failed"
)

// Action names what an event records, as "thing.verb".
type Action string

// The actions that are recorded.
const (
	ActionSignIn              Action = "session.signin"
	ActionSignOut             Action = "session.signout"
	ActionLaunch              Action = "connector.launch"
	ActionConnectorCreate     Action = "connector.create"
	ActionConnectorUpdate     Action = "connector.update"
	ActionConnectorActivate   Action = "connector.activate"
	ActionConnectorDeactivate Action = "connector.deactivate"
	ActionConnectorDelete     Action = "connector.delete"
	ActionGrant               Action = "connector.grant"
	ActionRevoke              Action = "connector.revoke"
	ActionKeyCreate           Action = "key.create"
	ActionKeyUpload           Action = "key.upload"
	ActionKeyDelete           Action = "key.delete"
	ActionUserCreate          Action = "user.create"
	ActionUserUpdate          Action = "user.update"
	ActionUserSuspend         Action = "user.suspend"
	ActionUserResume          Action = "user.resume"
	ActionUserDelete          Action = "user.delete"
	ActionPasswordSet         Action = "user.password"
	ActionPasswordLink        Action = "user.password-link"
	ActionGroupCreate         Action = "group.create"
	ActionGroupUpdate         Action = "group.update"
	ActionGroupDelete         Action = "group.delete"
	ActionGroupClose          Action = "group.close" // to new members and grants, before it is destroyed
	ActionGroupReopen         Action = "group.reopen"
	ActionMemberAdd           Action = "group.add-member"
	ActionMemberRemove        Action = "group.remove-member"
	ActionSetup               Action = "instance.setup"
	ActionSetupLink           Action = "instance.setup-link"
	ActionInstanceUpdate      Action = "instance.update"
	ActionImagePut            Action = "connector.image"
	ActionImageDelete         Action = "connector.image-delete"
	ActionConnectorTest       Action = "connector.test"
	ActionUserLock            Action = "user.lockdown"
	ActionUserUnlock          Action = "user.lockdown-lift"
	ActionLockdown            Action = "instance.lockdown"
	ActionLockdownLift        Action = "instance.lockdown-lift"
	ActionTokenCreate         Action = "token.create"
	ActionTokenRevoke         Action = "token.revoke"
	ActionExport              Action = "instance.export"
	ActionSettings            Action = "settings.update"
	ActionDenied              Action = "admin.denied" // a change that the administrator may not make
)

// Event is one line of the audit record: who did what to which thing, from
// where, and how it ended. It never holds a secret, a cookie or an assertion.
type Event struct {
	ID          string // random; unique
	At          time.Time
	Actor       string // email of the person, or the name of the program that acted
	ActorID     string // ID of the person, where there is one
	Action      Action
	Target      string // what it was done to: a slug, an email, a group's name
	Connector   string // slug, where a connector is concerned
	RoleARN     string
	Outcome     Outcome
	Reason      string // why it was refused or failed
	AssertionID string // ties a launch to CloudTrail's sAMLAssertionID
	SourceIP    string
	UserAgent   string
	RequestID   string
	Before      map[string]any // changed fields only, without secrets
	After       map[string]any
}
