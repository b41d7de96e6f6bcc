package plan

import (
	"fmt"
	"strings"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
)

const (
	// maxSpelled is how many bytes the matrices of one file may spell: a usual one of
	// [MaxMatrix] combinations has two thirds of that.
	maxSpelled = 64 << 20

	// maxText is the longest text that a template may stand for, in bytes. Whatever is
	// longer is refused by the field that it stands in: no text may be longer than a
	// relay state, and no path of a file in most systems.
	maxText = awsfed.MaxRelayState
)

// tooMany tells of lists that are too long for each of the connectors.
func (s *speller) tooMany() {
	for _, fault := range tooMany(&s.Connector) {
		line := lineOf(s.node, "connector."+fault.Field)
		fault.Field = s.path + ".connector." + fault.Field
		s.add(line, fault)
	}
}

// checkText keeps a matrix from spelling more text than there is room for. It only
// counts: nothing has been spelled yet. Each account counts as if it had the longest
// name of all.
func (s *speller) checkText() {
	inside := s.lengths(s.longest())
	outside := inside
	if !s.each() {
		outside = s.lengths(account{})
	}
	before := len(s.faults)
	one := 0
	eachText(&s.Connector, func(field string, text *string) {
		one += s.room("connector."+field, *text, spelledLength(*text, outside))
	})
	pairs := s.roomOfRoles(inside)
	if len(s.faults) > before {
		return
	}
	spells := 1
	if s.each() {
		spells = max(1, len(s.Accounts))
	}
	s.spelledBytes += spells*one + max(1, len(s.Accounts))*pairs
	if s.spelledBytes > maxSpelled {
		s.fault(s.node, s.path, "", "spells too much text", fmt.Sprintf("shorten its names and templates: use at most %d MiB in one file", maxSpelled>>20))
	}
}

// roomOfRoles is what the roles of one account take.
func (s *speller) roomOfRoles(lengths map[string]int) int {
	// The ARNs may be as long as the file: they are looked at once, and not for each role.
	arn, provider := spelledLength(s.RoleARN, lengths), spelledLength(s.ProviderARN, lengths)
	arnNames, providerNames := placeholders(s.RoleARN, "role"), placeholders(s.ProviderARN, "role")
	longest, sum := 0, 0
	for _, role := range s.Roles {
		at := strings.TrimPrefix(role.path, s.path+".")
		delete(lengths, "role")
		name := spelledLength(role.name, lengths)
		sum += s.room(at, role.name, name)
		longest = max(longest, name)
		lengths["role"] = name
		for _, group := range role.cell.Groups {
			sum += s.room(at, group, spelledLength(group, lengths))
		}
		sum += arn + provider + (arnNames+providerNames)*(name-len("{role}"))
	}
	s.room("role_arn", s.RoleARN, arn+arnNames*(longest-len("{role}")))
	s.room("provider_arn", s.ProviderARN, provider+providerNames*(longest-len("{role}")))
	return sum
}

// room is what a text takes that becomes so long, and tells when that is too long.
func (s *speller) room(field, template string, length int) int {
	if length > maxText {
		s.add(lineOf(s.node, field), idp.Problem{Field: s.path + "." + field, Value: template, Reason: "is too long, or stands for too long a text", Remedy: fmt.Sprintf("use at most %d bytes", maxText)})
	}
	const header = 16 // of a string
	return header + length
}

func (s *speller) longest() account {
	var longest account
	for _, a := range s.Accounts {
		if len(a.name) >= len(longest.name) {
			longest = a
		}
	}
	return longest
}

// lengths are those of the values.
func (s *speller) lengths(a account) map[string]int {
	lengths := map[string]int{}
	for name, value := range s.values(a) {
		lengths[name] = len(value)
	}
	return lengths
}

// spelledLength is how long [expand] makes a template.
func spelledLength(template string, lengths map[string]int) int {
	length := len(template)
	for name, of := range lengths {
		length += placeholders(template, name) * (of - len("{"+name+"}"))
	}
	return length
}

// placeholders is how many times a template has the placeholder.
func placeholders(template, name string) int {
	mark := "{" + name + "}"
	return strings.Count(template, mark) - strings.Count(template, "$"+mark)
}
