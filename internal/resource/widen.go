package resource

import (
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
)

// Widened are the indexes of those roles of after that are open to all of the
// connector's groups and were kept to some of them before. A role is known by its
// ARN, which a connector has once.
func Widened(before, after []Role) []int {
	kept := map[string]bool{}
	for _, role := range before {
		kept[role.RoleARN] = kept[role.RoleARN] || len(role.Groups) > 0
	}
	var wide []int
	for i, role := range after {
		if len(role.Groups) == 0 && kept[role.RoleARN] {
			wide = append(wide, i)
		}
	}
	return wide
}

// Unsaid tells of the roles that are widened by leaving their groups out. To open
// a role to all of the connector's groups takes the word [].
func Unsaid(before, after []Role) idp.Problems {
	var problems idp.Problems
	for _, i := range Widened(before, after) {
		if after[i].Groups == nil {
			problems = append(problems, idp.Problem{
				Field: fmt.Sprintf("roles[%d].groups", i), Value: after[i].RoleARN, Reason: "is left out, which would open the role to all of the connector's groups",
				Remedy: "name its groups, or write [] to open it to all of them",
			})
		}
	}
	return problems
}
