package awsfed

import (
	"errors"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// CheckConnector tells everything in c that AWS could never take, value by
// value, as [idp.Problems]. What is still missing is no problem: a stored
// connector may be a draft. Bookmarks have nothing to do with AWS and pass.
//
// Constants are checked against AWS's patterns now; templates are checked with
// each person's values when they open the connector.
func CheckConnector(c *idp.Connector) error { return connectorProblems(c).Err() }

// CheckComplete tells everything that keeps c from working: what
// [CheckConnector] tells, and what is missing. Activation demands it. The session
// name needs no rule: without one it is the person's email.
func CheckComplete(c *idp.Connector) error {
	problems := connectorProblems(c)
	if c.Kind == idp.KindAWS && len(c.Roles) == 0 {
		problems = append(problems, idp.Problem{Field: "roles", Reason: "is empty", Remedy: "add at least one role with the SAML provider of its account"})
	}
	return problems.Err()
}

func connectorProblems(c *idp.Connector) idp.Problems {
	if c.Kind != idp.KindAWS {
		return nil
	}
	p, problem := checkPartition(c.Partition)
	if problem != nil {
		return idp.Problems{*problem} // all else depends on it
	}
	var problems idp.Problems
	_, err := p.ACS(c.Region)
	if region, ok := errors.AsType[idp.Problem](err); ok {
		problems = append(problems, region)
	}
	problems = append(problems, roleProblems(p, c.Roles)...)
	problems = append(problems, ruleProblems(p, c.Attributes)...)
	problems = append(problems, durationProblems(c.SessionDuration)...)
	return append(problems, relayProblems(p, c)...)
}

func roleProblems(p Partition, roles []idp.Role) idp.Problems {
	var problems idp.Problems
	first := make(map[string]int, len(roles))
	for i, role := range roles {
		at := fmt.Sprintf("roles[%d].", i)
		arn, _, faults := parsePair(role.RoleARN, role.ProviderARN)
		for _, fault := range faults {
			fault.Field = at + fault.Field
			problems = append(problems, fault)
		}
		if len(faults) == 0 && arn.Partition != p.Name {
			problems = append(problems, idp.Problem{Field: at + "role_arn", Value: role.RoleARN, Reason: "is of partition " + arn.Partition + " and the connector of " + p.Name, Remedy: "make a connector for each partition"})
		}
		if before, twice := first[role.RoleARN]; twice && role.RoleARN != "" {
			problems = append(problems, idp.Problem{Field: at + "role_arn", Value: role.RoleARN, Reason: fmt.Sprintf("is the same role as roles[%d]", before), Remedy: "keep one of them and give it the groups of both"})
			continue
		}
		first[role.RoleARN] = i
	}
	return problems
}

func durationProblems(d time.Duration) idp.Problems {
	if d == 0 {
		return nil
	}
	const remedy = "use whole seconds from 15m to 12h, or leave it out for AWS's one hour"
	if d%time.Second != 0 || d < minDuration*time.Second || d > maxDuration*time.Second {
		return idp.Problems{{Field: "session_duration", Value: d.String(), Reason: "is not a duration that AWS takes for a role session", Remedy: remedy}}
	}
	return nil
}
