package awsfed

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Warnings tells what c may do but its administrator should know: what blinds
// the audit trail, and what works only when the account allows it. It is in the
// form of problems and keeps nothing from being stored.
func Warnings(c *idp.Connector) idp.Problems {
	p, ok := PartitionByName(c.Partition)
	if c.Kind != idp.KindAWS || !ok {
		return nil
	}
	var warnings idp.Problems
	if c.EntityID != "" && !idp.IsURI(c.EntityID) {
		warnings = append(warnings, idp.Problem{Field: "entity_id", Value: c.EntityID, Reason: "is a plain word, while SAML asks for a URI; AWS takes it, other readers of the metadata may not", Remedy: "keep it only where accounts know the identity provider by it already"})
	}
	tags := false
	for i, rule := range c.Attributes {
		field := fmt.Sprintf("attributes[%d]", i)
		switch p.parseRuleName(rule.Name).kind {
		case kindSessionName:
			warnings = append(warnings, sessionNameWarnings(field+".value", rule)...)
		case kindSourceIdentity:
			warnings = append(warnings, idp.Problem{Field: field, Value: rule.Name, Reason: "works only where the role's trust policy allows sts:SetSourceIdentity", Remedy: "add the action to the trust policy of each role"})
		case kindTag:
			tags = true
		}
	}
	if tags {
		warnings = append(warnings, idp.Problem{Field: "attributes", Reason: "session tags work only where the role's trust policy allows sts:TagSession", Remedy: "add the action to the trust policy of each role"})
	}
	if c.SessionDuration > time.Hour {
		warnings = append(warnings, idp.Problem{Field: "session_duration", Value: c.SessionDuration.String(), Reason: "works only where the role's MaxSessionDuration is as long; a new role's is one hour (AWS answers else “" + sayDuration.text + "”, documented as “" + documentedDuration + "”)", Remedy: remedyDuration})
	}
	if reason := tokenFault(p.ruleWeights(c)); reason != "" {
		warnings = append(warnings, idp.Problem{Field: "attributes", Reason: reason, Remedy: remedyToken})
	}
	if c.AWSChooser && chooserSize(c.Roles) > maxResponse {
		warnings = append(warnings, idp.Problem{Field: "aws_chooser", Reason: "can make a response longer than the 100,000 characters that AWS takes for people to whom all roles are open", Remedy: "open fewer roles to each group, or let people choose here"})
	}
	return warnings
}

const remedyDuration = "raise it on each role"

// chooserSize estimates the length in base64 of a response that carries all the
// roles.
func chooserSize(roles []idp.Role) int {
	const rest = 8_000 // of the response, with a certificate and two signatures
	const markup = 44  // of each value, with its comma
	size := rest
	for _, role := range roles {
		size += len(role.RoleARN) + len(role.ProviderARN) + markup
	}
	return base64.StdEncoding.EncodedLen(size)
}

func sessionNameWarnings(field string, rule idp.AttributeRule) idp.Problems {
	switch {
	case rule.Constant():
		return idp.Problems{{Field: field, Value: rule.Value, Reason: "is the same for everybody, so CloudTrail cannot tell people apart", Remedy: "use ${user.email}"}}
	case strings.Contains(rule.Value, "${user.name}"):
		return idp.Problems{{Field: field, Value: rule.Value, Reason: "fails for people whose name has a space or a letter that is not ASCII", Remedy: "use ${user.email}"}}
	}
	return nil
}
