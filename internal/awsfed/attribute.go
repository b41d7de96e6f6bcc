package awsfed

import (
	"strings"
)

// Short names of the attributes that AWS reads. Storage and the API speak them;
// responses carry the full names of the partition.
const (
	nameRole           = "Role"
	nameSessionName    = "RoleSessionName"
	nameDuration       = "SessionDuration"
	nameSourceIdentity = "SourceIdentity"
	nameTransitive     = "TransitiveTagKeys"
	prefixTag          = "PrincipalTag:"
)

// defaultSessionName is the value of RoleSessionName for connectors without a
// rule of their own: the person's email, so that CloudTrail tells who it was.
const defaultSessionName = "${user.email}"

// kind tells which attribute a name means.
type kind int

const (
	kindUnknown kind = iota // none that AWS reads
	kindRole
	kindSessionName
	kindDuration
	kindSourceIdentity
	kindTag
	kindTransitive
)

// attribute is a short name, understood.
type attribute struct {
	kind kind
	key  string // of a tag
}

func parseShort(short string) attribute {
	switch short {
	case nameRole:
		return attribute{kind: kindRole}
	case nameSessionName:
		return attribute{kind: kindSessionName}
	case nameDuration:
		return attribute{kind: kindDuration}
	case nameSourceIdentity:
		return attribute{kind: kindSourceIdentity}
	case nameTransitive:
		return attribute{kind: kindTransitive}
	}
	if key, ok := strings.CutPrefix(short, prefixTag); ok {
		return attribute{kind: kindTag, key: key}
	}
	return attribute{}
}

// parseRuleName understands the name of a connector's rule: a short name, or
// the full name of the connector's partition.
func (p Partition) parseRuleName(name string) attribute { return parseShort(p.shortRuleName(name)) }

func (p Partition) shortRuleName(name string) string {
	short, ok := p.ShortName(name)
	if !ok {
		return name
	}
	return short
}
