package admin

import (
	"fmt"
	"slices"

	"github.com/gatepost/gatepost/internal/idp"
)

// Operation is a kind of thing that administrators do.
type Operation string

// The operations.
const (
	OpRead           Operation = "read"           // connectors, people, groups, access, events, the export
	OpTest           Operation = "test"           // what would happen if a person opened a connector
	OpConnector      Operation = "connector"      // make, change, activate, deactivate, delete; keys; images; grants
	OpGroup          Operation = "group"          // make, change, delete
	OpMember         Operation = "member"         // who is in a group
	OpUser           Operation = "user"           // make, change, suspend, delete
	OpIdentity       Operation = "identity"       // all that a connector's rule can tell AWS of a person
	OpUserReset      Operation = "user reset"     // let a person in again: password links, resume, the end of a lock
	OpUserLock       Operation = "user lockdown"  // end all that a person has open
	OpAdministrators Operation = "administrators" // who is an administrator, and all that is done to one
	OpTokenOwn       Operation = "own tokens"     // make and revoke one's own
	OpTokenAny       Operation = "others' tokens" // list and revoke everybody's
	OpLockdown       Operation = "lockdown"       // close everything, and open it again
	OpSettings       Operation = "settings"       // change what holds for the whole installation
)

// Operations are all of them.
var Operations = []Operation{
	OpRead, OpTest, OpConnector, OpGroup, OpMember, OpUser, OpIdentity, OpUserReset, OpUserLock, OpAdministrators, OpTokenOwn, OpTokenAny, OpLockdown,
	OpSettings,
}

// Target is what an operation is about, as far as that decides.
type Target struct {
	Administrator bool // a person who has an administrator role
	Opens         bool // a group that opens a connector, or a person who is in one
	Delegated     bool // the settings leave it to helpdesk to let people with access in again

	LockedBy idp.AdminRole // who locked the person out; empty for nobody
}

// Denied says that the actor may not do an operation.
type Denied struct {
	Operation Operation
	Why       string
	Remedy    string
	Never     bool // the actor's role never includes it, whatever it is done to
}

// Error tells why.
func (d *Denied) Error() string { return fmt.Sprintf("not allowed: %s", d.Why) }

// grants says which administrator roles may do an operation, and whether it
// changes anything.
type grants struct {
	roles   []idp.AdminRole
	changes bool
}

// policy is the whole of who may do what, but for what [Allowed] adds.
func policy(op Operation) grants {
	const (
		viewer     = idp.AdminViewer
		helpdesk   = idp.AdminHelpdesk
		connectors = idp.AdminConnectors
		owner      = idp.AdminOwner
	)
	switch op {
	case OpRead, OpTest:
		return grants{[]idp.AdminRole{viewer, helpdesk, connectors, owner}, false}
	case OpConnector, OpGroup:
		return grants{[]idp.AdminRole{connectors, owner}, true}
	case OpMember:
		return grants{[]idp.AdminRole{helpdesk, connectors, owner}, true}
	case OpUser, OpIdentity, OpUserLock:
		return grants{[]idp.AdminRole{helpdesk, owner}, true}
	case OpUserReset:
		return grants{[]idp.AdminRole{helpdesk, connectors, owner}, true}
	case OpTokenOwn:
		return grants{[]idp.AdminRole{viewer, helpdesk, connectors, owner}, true}
	case OpAdministrators, OpTokenAny, OpLockdown, OpSettings:
		return grants{[]idp.AdminRole{owner}, true}
	}
	return grants{}
}

// Allowed is the one place that decides what an administrator may do: API,
// console, command line and file all ask it. The error is nil or a [*Denied].
//
// Helpdesk looks after people, but never after administrators, whose password
// links would make it one, nor after groups that open a connector, nor after what
// AWS is told of people to whom one is open. Those it does not let in again either,
// unless the settings say so: whoever sets a person's password can be them. Nobody
// undoes what a higher role locked.
func Allowed(a Actor, op Operation, t Target) error {
	g := policy(op)
	switch {
	case a.Role == idp.AdminNone:
		return &Denied{op, "you are not an administrator", "ask an owner for an administrator role", true}
	case g.changes && a.locked:
		return &Denied{op, "a lockdown is in force, in which owners alone change anything", "ask an owner to lift it", false}
	case g.changes && a.ReadOnly:
		return &Denied{op, "the token may only read", "make a token with the scope write", false}
	case !slices.Contains(g.roles, a.Role):
		return &Denied{op, fmt.Sprintf("the role %s does not include it", a.Role), "ask an owner", true}
	}
	return allowedTo(a, op, t)
}

// allowedTo is the second half of [Allowed]: whether somebody who may do an
// operation may do it to this target.
func allowedTo(a Actor, op Operation, t Target) error {
	helpdesk := a.Role == idp.AdminHelpdesk
	switch op {
	case OpUser, OpIdentity, OpUserReset, OpUserLock, OpMember:
	default:
		return nil // it is done to no person
	}
	switch {
	case helpdesk && t.Administrator:
		return &Denied{op, "helpdesk does not change administrators", "ask an owner", false}
	case op == OpUserReset && a.Role == idp.AdminConnectors && t.Administrator:
		return &Denied{op, "the person is an administrator", "ask an owner", false}
	case op != OpMember && op != OpUserLock && t.LockedBy.Outranks(a.Role):
		return &Denied{op, fmt.Sprintf("the person was locked out by the role %s", t.LockedBy), fmt.Sprintf("ask somebody of the role %s, or an owner", t.LockedBy), false}
	case helpdesk && op == OpMember && t.Opens:
		return &Denied{op, "the group opens connectors, and helpdesk decides nothing about access", "ask a connector administrator", false}
	case helpdesk && op == OpIdentity && t.Opens:
		return &Denied{op, "connectors are open to the person, and their rules can tell AWS the person's name, email and attributes", "ask an owner", false}
	case helpdesk && op == OpUserReset && t.Opens && !t.Delegated:
		return &Denied{op, "connectors are open to the person, and whoever lets them in again could be them", "ask a connector administrator or an owner", false}
	}
	return nil
}
