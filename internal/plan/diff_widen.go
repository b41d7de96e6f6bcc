package plan

import (
	"fmt"
	"strings"

	"github.com/gatepost/gatepost/internal/resource"
)

// widen tells of each role that was kept to some groups and will be open to all of
// the connector's, and refuses those of which the file leaves the groups out.
func (d *differ) widen(have *resource.Connector, want *Connector) {
	at := fmt.Sprintf("connectors[%q].", want.Slug)
	for _, fault := range resource.Unsaid(have.Roles, want.Roles) {
		d.problem(at+fault.Field, fault.Value, fault.Reason, fault.Remedy)
	}
	kept := map[string][]string{}
	for _, role := range have.Roles {
		kept[role.RoleARN] = role.Groups
	}
	for _, i := range resource.Widened(have.Roles, want.Roles) {
		arn := want.Roles[i].RoleARN
		d.note(fmt.Sprintf("%sroles[%q]", at, arn), "", "opens to all groups of the connector, and was kept to "+strings.Join(kept[arn], comma), "")
	}
}
