package awsfed

import (
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// FillDefaults gives what was left out of an AWS connector its default: the
// partition of its first role, the person's email as the session name, and sessions
// of an hour, which AWS would give by itself. The names of the rules become short.
// The entity ID is left to who knows the address of the site.
func FillDefaults(c *idp.Connector) {
	if c.Partition == "" {
		c.Partition = partitionOf(c.Roles)
	}
	if len(c.Attributes) == 0 {
		c.Attributes = []idp.AttributeRule{{Name: nameSessionName, Value: defaultSessionName}}
	}
	if c.SessionDuration == 0 {
		c.SessionDuration = defaultDuration * time.Second
	}
	NormalizeRules(c)
}

// partitionOf is the partition of the first role that can be read, so that nobody
// has to say twice that an account is in China.
func partitionOf(roles []idp.Role) string {
	for _, role := range roles {
		arn, err := ParseRole(role.RoleARN)
		if err == nil {
			return arn.Partition
		}
	}
	return partitions[0].Name
}
