package awsfed

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// maxRelayState is the longest relay state, in bytes. The binding says 80 (SAML
// bindings, 3.5.3), which AWS does not enforce and links into the console exceed.
const maxRelayState = 1024

// ErrRelayState means that a relay state is not a console page that may be
// opened. The launch can go on without it.
var ErrRelayState = errors.New("relay state not allowed")

// CheckRelayState tells why AWS sign-in should not be asked to go on to s, or
// returns nil: s must be an https address on the partition's console, global or
// of a region, at most 1024 bytes of printable ASCII. The error wraps
// [ErrRelayState].
func (p Partition) CheckRelayState(s string) error {
	reason := p.relayFault(s)
	if reason == "" {
		return nil
	}
	return fmt.Errorf("%w: %q %s", ErrRelayState, clip(s), reason)
}

// relayFault is the reason, or empty. The host is read off the text and once
// more off the parsed address, so that no reader can see another host than the
// one compared here.
func (p *Partition) relayFault(s string) string {
	if len(s) > maxRelayState {
		return fmt.Sprintf("is longer than %d characters", maxRelayState)
	}
	if !allBytes(s, isPathByte) || strings.Contains(s, `\`) {
		return "holds white space, a control character, a backslash or a letter that is not ASCII"
	}
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		return "does not begin with https://"
	}
	host := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host = rest[:end]
	}
	if strings.ContainsAny(host, "@:%") {
		return "has a user name, a port or an escape before the path"
	}
	if !p.isHost(host, p.console) {
		return "is not a page of https://" + p.console + " or https://REGION." + p.console
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host != host || u.User != nil {
		return "is not a well-formed address"
	}
	return ""
}

// RelayState is the console page for a launch of c: the one asked for, or the
// connector's own when none is. A connector that lists relay states takes only
// those and its own, letter for letter; any other takes every console page of
// its partition. Empty means that AWS opens its start page. The error wraps
// [ErrRelayState] unless the connector's partition is unknown.
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
	if len(c.RelayStates) > 0 && asked != c.RelayState && !slices.Contains(c.RelayStates, asked) {
		return "", fmt.Errorf("%w: %q is not one of the pages that connector %q may open", ErrRelayState, clip(asked), c.Slug)
	}
	err := p.CheckRelayState(asked)
	if err != nil {
		return "", err
	}
	return asked, nil
}
