package awsfed

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// MaxRelayState is the longest relay state, in bytes. The binding says 80 (SAML
// bindings, 3.5.3), which AWS does not enforce and links into the console exceed:
// those into Logs Insights by far.
const MaxRelayState = 4096

// maxRelayStates bounds all that a connector lists, in bytes: every launch reads it.
const maxRelayStates = 50 << 10

// ErrRelayState means that a relay state is not a page that may be opened. The
// launch can go on without it.
var ErrRelayState = errors.New("relay state not allowed")

// place is where a relay state leads.
type place struct {
	address string // without the label of somebody's console session
	console bool   // a page of the console; else one of another service
}

// RelayState is the page for a launch of c: the one asked for, or the connector's
// own when none is. Every console page of its partition may be asked for, unless
// the connector lists some: then only those and its own. Pages of other AWS
// services may be opened only when the connector lists them, letter for letter, and
// do not narrow the console. A label that names somebody's session in the console is
// taken off, since it names none of the new session. Empty means that AWS opens its
// start page. The error wraps [ErrRelayState] unless the connector's partition is
// unknown.
func RelayState(c *idp.Connector, asked string) (string, error) {
	p, problem := checkPartition(c.Partition)
	if problem != nil {
		return "", *problem
	}
	if asked == "" {
		asked = c.RelayState
	}
	if asked == "" {
		return "", nil
	}
	to, reason := p.relayPlace(asked)
	if reason != "" {
		return "", fmt.Errorf("%w: %q %s", ErrRelayState, clip(asked), reason)
	}
	if !p.mayOpen(c, to) {
		return "", fmt.Errorf("%w: %q is not one of the pages that connector %q may open", ErrRelayState, clip(asked), c.Slug)
	}
	return to.address, nil
}

func (p *Partition) mayOpen(c *idp.Connector, to place) bool {
	narrowed := false
	for _, listed := range c.RelayStates {
		one, reason := p.relayPlace(listed)
		if reason == "" && one.address == to.address {
			return true
		}
		narrowed = narrowed || one.console
	}
	own, reason := p.relayPlace(c.RelayState)
	return reason == "" && own.address == to.address || to.console && !narrowed
}

// relayPlace is where s leads, or the reason why AWS sign-in should not be asked to
// go on to it: s must be an https address below the partition's domain, at most
// [MaxRelayState] bytes of printable ASCII. The host is read off the text and once
// more off the parsed address, so that no reader can see another host than the one
// compared here.
func (p *Partition) relayPlace(s string) (place, string) {
	if len(s) > MaxRelayState {
		return place{}, fmt.Sprintf("is longer than %d characters", MaxRelayState)
	}
	if !allBytes(s, isPathByte) || strings.Contains(s, `\`) {
		return place{}, "holds white space, a control character, a backslash or a letter that is not ASCII"
	}
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		return place{}, "does not begin with https://"
	}
	host := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host = rest[:end]
	}
	if strings.ContainsAny(host, "@:%") {
		return place{}, "has a user name, a port or an escape before the path"
	}
	if !isBelow(host, p.domain) {
		return place{}, "is not a page of https://" + p.console + " or a host below it, nor of another service below " + p.domain
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host != host || u.User != nil {
		return place{}, "is not a well-formed address"
	}
	if host != p.console && !isBelow(host, p.console) {
		return place{address: s}, ""
	}
	return place{address: "https://" + withoutSession(host) + rest[len(host):], console: true}, ""
}

// hostLabel is a part of a host's name between dots: RFC 1123, 2.1.
var hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// isBelow reports whether host is a name below base: at most 253 characters of
// well-formed labels (RFC 1123, 2.1), in lower case as browsers write them.
func isBelow(host, base string) bool {
	const maxHost, maxLabel = 253, 63
	labels, ok := strings.CutSuffix(host, "."+base)
	if !ok || len(host) > maxHost {
		return false
	}
	for label := range strings.SplitSeq(labels, ".") {
		if len(label) > maxLabel || !hostLabel.MatchString(label) {
			return false
		}
	}
	return true
}

// sessionLabel is what the console puts before its host while a browser is signed in
// to several accounts: the account and a hash of the session.
var sessionLabel = regexp.MustCompile(`^[0-9]{12}-[a-z0-9]+\.`)

func withoutSession(host string) string { return host[len(sessionLabel.FindString(host)):] }

func relayProblems(p Partition, c *idp.Connector) idp.Problems {
	var problems idp.Problems
	all := 0
	check := func(field, value string) {
		all += len(value)
		_, reason := p.relayPlace(value)
		if reason != "" {
			problems = append(problems, idp.Problem{Field: field, Value: value, Reason: reason, Remedy: "give the address of a console page, such as https://" + p.console + "/ec2/home, or of another AWS service"})
		}
	}
	if c.RelayState != "" {
		check("relay_state", c.RelayState)
	}
	for i, state := range c.RelayStates {
		check(fmt.Sprintf("relay_states[%d]", i), state)
	}
	if all > maxRelayStates {
		problems = append(problems, idp.Problem{Field: "relay_states", Value: fmt.Sprint(all), Reason: "are too long together", Remedy: fmt.Sprintf("use at most %d characters in all", maxRelayStates)})
	}
	return problems
}
