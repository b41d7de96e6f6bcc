package awsfed

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/saml"
)

// statement is what AWS reads of the attributes, by short name. An attribute
// that stands there twice has the values of both.
type statement struct {
	roles          []string
	sessionName    []string
	duration       []string
	sourceIdentity []string
	transitive     []string
	tags           []tagValues
	unread         []saml.Attribute
}

type tagValues struct {
	key    string
	values []string
}

func (p Partition) readStatement(attributes []saml.Attribute) statement {
	var s statement
	for i := range attributes {
		short, ok := p.ShortName(attributes[i].Name)
		a := parseShort(short)
		values := attributes[i].Values
		switch {
		case !ok || a.kind == kindUnknown:
			s.unread = append(s.unread, attributes[i])
		case a.kind == kindRole:
			s.roles = join(s.roles, values)
		case a.kind == kindSessionName:
			s.sessionName = join(s.sessionName, values)
		case a.kind == kindDuration:
			s.duration = join(s.duration, values)
		case a.kind == kindSourceIdentity:
			s.sourceIdentity = join(s.sourceIdentity, values)
		case a.kind == kindTransitive:
			s.transitive = join(s.transitive, values)
		case a.kind == kindTag:
			s.tags = append(s.tags, tagValues{a.key, values})
		}
	}
	return s
}

// join avoids a copy for the usual attribute, which stands there once.
func join(have, more []string) []string {
	if have == nil {
		return more
	}
	return slices.Concat(have, more)
}

func checkRoles(e *evidence) {
	if len(e.statement.roles) == 0 {
		e.find(sayInvalid, "there is no attribute "+AttributeName(nameRole)+e.nearMiss(nameRole), "send the role and its provider in it")
		return
	}
	for _, value := range e.statement.roles {
		e.checkRole(value)
	}
}

// nearMiss tells of an attribute that was meant to be the one of that short
// name: in other letter case, or as another partition spells it.
func (e *evidence) nearMiss(short string) string {
	for i := range e.statement.unread {
		name := e.statement.unread[i].Name
		last := name[strings.LastIndexByte(name, '/')+1:]
		if strings.EqualFold(last, short) {
			return fmt.Sprintf("; AWS does not read %q", clip(name))
		}
	}
	return ""
}

// checkRole judges one pair, whichever stands first, and notes the session that
// it opens.
func (e *evidence) checkRole(value string) {
	role, provider, ok := splitPair(value)
	if !ok {
		e.find(sayInvalid, quote("the Role value", value)+" is not a role and a SAML provider with one comma between", "write ROLE_ARN,PROVIDER_ARN")
		return
	}
	r, err := ParseRole(role)
	if err != nil {
		e.find(sayInvalid, err.Error(), "correct the role")
		return
	}
	v, err := ParseProvider(provider)
	if err != nil {
		e.find(sayInvalid, err.Error(), "correct the provider")
		return
	}
	e.findFault("the role", role, r.reservedRole())
	e.findFault("the provider", provider, v.reservedProvider())
	if reason, remedy := strangers(r, v); reason != "" {
		e.find(sayDenied, quote("the provider", provider)+" "+reason, remedy)
		return
	}
	if r.Partition != e.partition.Name {
		e.find(sayProvider, quote("the provider", provider)+" is not of partition "+e.partition.Name+", where the response is sent", "send it to the sign-in address of partition "+r.Partition)
		return
	}
	e.sessions = append(e.sessions, RoleSession{RoleARN: role, ProviderARN: provider, Account: r.Account, NameID: e.assertion.NameID})
}

// splitPair takes a Role value apart into the role and the provider, whichever
// of the two stands first.
func splitPair(value string) (string, string, bool) {
	first, second, found := strings.Cut(value, ",")
	if !found || strings.Contains(second, ",") {
		return "", "", false
	}
	if strings.Contains(first, ":saml-provider/") {
		return second, first, true
	}
	return first, second, true
}

func checkSessionName(e *evidence) {
	values := e.statement.sessionName
	if len(values) == 0 {
		e.find(sayNoName, "there is no attribute "+AttributeName(nameSessionName)+e.nearMiss(nameSessionName), "send the person's email in it")
		return
	}
	if !e.single(nameSessionName, values) {
		return
	}
	e.findFault(nameSessionName, values[0], sessionNameFault(values[0]))
	for i := range e.sessions {
		e.sessions[i].Name = values[0]
	}
}

// single reports whether there is one value, and adds a finding when there are
// more.
func (e *evidence) single(name string, values []string) bool {
	if len(values) == 1 {
		return true
	}
	e.find(sayInvalid, fmt.Sprintf("%s has %d values", name, len(values)), "send exactly one")
	return false
}

func checkDuration(e *evidence) {
	seconds := defaultDuration
	values := e.statement.duration
	if len(values) > 0 {
		if !e.single(nameDuration, values) {
			return
		}
		f := durationFault(values[0])
		if f != nil {
			e.findFault(nameDuration, values[0], f)
			return
		}
		n, err := strconv.Atoi(values[0])
		if err == nil {
			seconds = n
		}
	}
	duration := time.Duration(seconds) * time.Second
	end := e.sessionEnd()
	if !end.IsZero() {
		duration = min(duration, end.Sub(e.now).Truncate(time.Second))
	}
	for i := range e.sessions {
		e.sessions[i].Duration, e.sessions[i].Ends = duration, end
	}
}

func checkSourceIdentity(e *evidence) {
	values := e.statement.sourceIdentity
	if len(values) == 0 || !e.single(nameSourceIdentity, values) {
		return
	}
	e.findFault(nameSourceIdentity, values[0], sourceIdentityFault(values[0]))
	for i := range e.sessions {
		e.sessions[i].SourceIdentity = values[0]
	}
}

func checkTags(e *evidence) {
	all := e.statement.tags
	if len(all) == 0 {
		return
	}
	if len(all) > maxTags {
		e.find(sayInvalid, fmt.Sprintf("there are %d session tags", len(all)), fmt.Sprintf("send at most %d", maxTags))
	}
	tags := make([]Tag, 0, len(all))
	for i, tag := range all {
		e.findFault("the tag", tag.key, tagKeyFault(tag.key))
		same := func(other tagValues) bool { return sameKey(other.key, tag.key) }
		if slices.ContainsFunc(all[:i], same) {
			e.find(sayDuplicateTag, quote("the tag", tag.key)+" stands there twice; keys that differ in case only are one", "send it once")
		}
		if !e.single(prefixTag+clip(tag.key), tag.values) {
			continue
		}
		e.findFault(prefixTag+clip(tag.key), tag.values[0], tagValueFault(tag.values[0]))
		tags = append(tags, Tag{Key: tag.key, Value: tag.values[0]})
	}
	for i := range e.sessions {
		e.sessions[i].Tags = tags
	}
}

func checkTransitive(e *evidence) {
	for _, key := range e.statement.transitive {
		same := func(tag tagValues) bool { return sameKey(tag.key, key) }
		if !slices.ContainsFunc(e.statement.tags, same) {
			e.find(sayTransitive, quote("the transitive key", key)+" names no session tag of this response", "send the tag too or leave the key out")
		}
	}
	for i := range e.sessions {
		e.sessions[i].TransitiveKeys = e.statement.transitive
	}
}
