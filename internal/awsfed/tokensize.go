package awsfed

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// maxToken is how large a session token may be, in bytes: STS API reference, since
// the limit on packed tags is gone.
const maxToken = 4096

// AWS does not say how it makes a token, so its size is estimated, and rather too
// high: what every token has, and each part in base64 with some bytes around it.
const (
	tokenBase = 1000
	tokenPart = 8
)

const remedyToken = "use fewer session tags, or shorter ones"

// weight is what one part of a role session adds to its token.
type weight struct {
	name  string
	bytes int
}

func weigh(name string, texts ...string) weight {
	w := weight{name, tokenPart}
	for _, text := range texts {
		w.bytes += len(text)
	}
	return w
}

// tokenFault tells of a session token that can become larger than AWS takes, with
// what weighs most; empty when the estimate is within the limit.
func tokenFault(parts []weight) string {
	size := 0
	for _, part := range parts {
		size += part.bytes
	}
	size = tokenBase + (size*4+2)/3
	if size <= maxToken {
		return ""
	}
	const most = 3
	slices.SortStableFunc(parts, func(a, b weight) int { return cmp.Compare(b.bytes, a.bytes) })
	var heaviest []string
	for _, part := range parts[:min(most, len(parts))] {
		heaviest = append(heaviest, fmt.Sprintf("%s (%d bytes)", clip(part.name), part.bytes))
	}
	return fmt.Sprintf("may make a session token larger than the %d bytes that AWS takes: about %d by a cautious estimate, of which %s weigh most", maxToken, size, strings.Join(heaviest, ", "))
}

// weights are the parts of a session that AWS would open.
func (s *RoleSession) weights() []weight {
	parts := []weight{weigh(nameSessionName, s.Name), weigh("NameID", s.NameID), weigh("role", s.RoleARN), weigh("provider", s.ProviderARN)}
	if s.SourceIdentity != "" {
		parts = append(parts, weigh(nameSourceIdentity, s.SourceIdentity))
	}
	for _, tag := range s.Tags {
		parts = append(parts, weigh(prefixTag+tag.Key, tag.Key, tag.Value))
	}
	for _, key := range s.TransitiveKeys {
		parts = append(parts, weigh(nameTransitive+" "+key, key))
	}
	return parts
}

// ruleWeights are the parts that the rules of c can make at most, whoever comes.
func (p Partition) ruleWeights(c *idp.Connector) []weight {
	longest := weight{}
	for _, role := range c.Roles {
		w := weigh("role and provider", role.RoleARN, role.ProviderARN)
		longest.name, longest.bytes = w.name, max(longest.bytes, w.bytes)
	}
	parts := []weight{longest}
	for _, rule := range c.Attributes {
		w := weigh(p.shortRuleName(rule.Name), p.parseRuleName(rule.Name).key)
		w.bytes += longestValue(rule)
		parts = append(parts, w)
	}
	return parts
}

// longestValue is how long the value of a rule can become, in bytes of ASCII.
func longestValue(rule idp.AttributeRule) int {
	if rule.Constant() {
		return len(rule.Value)
	}
	u := &idp.User{
		ID: idp.NewID("u"), Email: strings.Repeat("x", maxName), Name: strings.Repeat("x", idp.MaxName), Attributes: map[string]string{},
	}
	for _, name := range idp.UserAttributes([]idp.AttributeRule{rule}) {
		u.Attributes[name] = strings.Repeat("x", idp.MaxAttributeValue)
	}
	value, err := rule.Expand(u)
	if err != nil { // it is too long for AWS and for us
		return idp.MaxAttributeValue
	}
	return len(value)
}

// cautions are what AWS may refuse although nothing in the response is wrong: it
// depends on the account, or on what AWS does not document.
func (e *evidence) cautions() []Finding {
	var list []Finding
	end := e.sessionEnd()
	if !end.IsZero() && near(end, e.now) {
		list = append(list, sayInvalid.finding("the role session lasts 15 minutes or longer", "the role session ends at "+clock(end)+": "+EarlyEndTerms, e.remedyEarlyEnd(end)))
	}
	for i := range e.sessions {
		s := &e.sessions[i]
		if s.Duration.Seconds() > defaultDuration && i == 0 {
			list = append(list, sayDuration.finding("SessionDuration is no longer than the role's MaxSessionDuration", "the response asks for "+s.Duration.String()+", and a new role allows one hour; AWS documents the answer as “"+documentedDuration+"”", remedyDuration))
		}
		reason := tokenFault(s.weights())
		if reason != "" {
			list = append(list, sayInvalid.finding("the session token has at most 4,096 bytes", "the session of "+s.RoleARN+" "+reason, remedyToken))
		}
	}
	return list
}

// remedyEarlyEnd is what applies: an end that a sign-in of that moment has, the
// membership does not give.
func (e *evidence) remedyEarlyEnd(end time.Time) string {
	for i := range e.assertion.Authn {
		if e.assertion.Authn[i].Instant.Add(idp.SessionLifetime).Sub(end).Abs() < time.Second {
			return "sign in afresh"
		}
	}
	return EarlyEndRemedy
}

func (a answer) finding(rule, cause, remedy string) Finding {
	return Finding{Rule: rule, Text: a.text, Code: a.code, Status: a.status, Cause: cause, Remedy: remedy}
}
