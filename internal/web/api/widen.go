package api

import (
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// withoutWidening refuses a change that opens a role which was kept to some groups
// to all of the connector's by saying nothing of its groups: that takes the word [].
func withoutWidening(change func(*resource.Connector) error) func(*resource.Connector) error {
	return func(c *resource.Connector) error {
		kept := map[string]bool{}
		for _, role := range c.Roles {
			kept[role.RoleARN] = kept[role.RoleARN] || len(role.Groups) > 0
		}
		err := change(c)
		if err != nil {
			return err
		}
		var problems idp.Problems
		for i, role := range c.Roles {
			if role.Groups == nil && kept[role.RoleARN] {
				problems = append(problems, idp.Problem{
					Field: fmt.Sprintf("roles[%d].groups", i), Value: role.RoleARN, Reason: "is left out, which would open the role to all of the connector's groups",
					Remedy: "name its groups, or write [] to open it to all of them",
				})
			}
		}
		return problems.Err()
	}
}
