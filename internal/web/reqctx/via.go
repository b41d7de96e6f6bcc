package reqctx

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// OriginHeader is the header by which CloudFront is known: it adds it to what it
// sends to its origin, and no client knows the value.
const OriginHeader = "X-Gatepost-Origin"

// viewerHeader is the address and port of CloudFront's client. CloudFront writes
// it over whatever the client sent.
//
// See https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html.
const viewerHeader = "CloudFront-Viewer-Address"

// Via is what stands between people and this process. The zero value is nothing:
// whoever opens the connection is who makes the request.
type Via struct {
	// Proxies are the networks of proxies whose X-Forwarded-For counts.
	Proxies []netip.Prefix

	// Secrets are the values of [OriginHeader], two while one is changed for the
	// other. Where there are any, a request without one is refused.
	Secrets []string
}

// The variables that [ReadVia] reads.
const (
	proxiesName = "GATEPOST_TRUSTED_PROXY"
	secretsName = "GATEPOST_ORIGIN_SECRET"
)

// Bounds of a secret, in characters.
const (
	minSecret  = 32
	maxSecret  = 256
	maxSecrets = 2
)

// ReadVia reads networks and secrets as GATEPOST_TRUSTED_PROXY and
// GATEPOST_ORIGIN_SECRET hold them, with commas or blanks between them. It returns
// [idp.Problems] for what is wrong with either; they do not quote a secret.
func ReadVia(proxies, secrets string) (Via, error) {
	var v Via
	var problems idp.Problems
	for _, text := range strings.FieldsFunc(proxies, between) {
		network, err := network(text)
		if err != nil {
			problems = append(problems, idp.Problem{Field: proxiesName, Value: text, Reason: err.Error(), Remedy: "name the networks of your proxies alone, such as 10.0.0.0/24"})
		}
		v.Proxies = append(v.Proxies, network)
	}
	v.Secrets = strings.FieldsFunc(secrets, between)
	for _, secret := range v.Secrets {
		if len(secret) < minSecret || len(secret) > maxSecret || strings.ContainsFunc(secret, func(r rune) bool { return r < '!' || r > '~' }) {
			problems = append(problems, idp.Problem{Field: secretsName, Reason: "holds what is no secret for a header", Remedy: fmt.Sprintf("use %d to %d letters and digits, at random", minSecret, maxSecret)})
		}
	}
	if len(v.Secrets) > maxSecrets {
		problems = append(problems, idp.Problem{Field: secretsName, Reason: fmt.Sprintf("holds %d secrets", len(v.Secrets)), Remedy: "use one, or two while you change one for the other"})
	}
	return v, problems.Err()
}

func between(r rune) bool { return r == ',' || r == ' ' }

// network reads a network, or one address.
func network(text string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a, notOne := netip.ParseAddr(text)
		if notOne != nil {
			return netip.Prefix{}, errors.New("is not a network in CIDR notation")
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	const mapped = 96 // bits before an address of IPv4 in IPv6
	if p.Addr().Is4In6() && p.Bits() >= mapped {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mapped)
	}
	if p.Bits() == 0 {
		return netip.Prefix{}, errors.New("is everybody, who could then claim any address")
	}
	return p.Masked(), nil
}

// source is where a request comes from, by its peer and its headers.
type source struct {
	address string
	local   bool // made on this machine, by nothing that says it forwards for others
}

// source finds out where a request comes from, and takes the secret out of its
// headers. It is false for a request that went around CloudFront.
func (v Via) source(peer string, h http.Header) (source, bool) {
	secrets := h.Values(OriginHeader)
	h.Del(OriginHeader)
	if len(v.Secrets) > 0 {
		if len(secrets) != 1 || !v.knows(secrets[0]) {
			return source{}, false
		}
		viewer, err := withPort(h.Get(viewerHeader))
		if err == nil {
			return source{address: viewer.String()}, true
		}
	}
	at, err := address(peer)
	if err != nil {
		return source{address: peer}, true
	}
	if !v.trusts(at) {
		return source{address: at.String(), local: at.IsLoopback() && !forwarded(h)}, true
	}
	return source{address: v.beyond(at, h).String()}, true
}

// knows compares with all secrets, in a time that tells nothing of them.
func (v Via) knows(given string) bool {
	right := 0
	for _, secret := range v.Secrets {
		right |= subtle.ConstantTimeCompare([]byte(secret), []byte(given))
	}
	return right == 1
}

// beyond reads X-Forwarded-For from the right: each proxy adds whom it was called
// by, so that what proxies of ours say ends with the first address that is none of
// theirs. What stands left of it anybody may have written.
func (v Via) beyond(at netip.Addr, h http.Header) netip.Addr {
	said := strings.Split(strings.Join(h.Values("X-Forwarded-For"), ","), ",")
	for i := len(said) - 1; i >= 0 && v.trusts(at); i-- {
		next, err := address(strings.TrimSpace(said[i]))
		if err != nil {
			break
		}
		at = next
	}
	return at
}

func (v Via) trusts(a netip.Addr) bool {
	for _, proxies := range v.Proxies {
		if proxies.Contains(a) {
			return true
		}
	}
	return false
}

// forwarded reports whether something says that it passes a request on.
func forwarded(h http.Header) bool {
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} {
		if len(h.Values(name)) > 0 {
			return true
		}
	}
	return false
}

// address reads an address with or without a port, in one form for each: one of
// IPv4 that is written as IPv6 is IPv4 (RFC 4291, 2.5.5.2).
func address(text string) (netip.Addr, error) {
	a, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return withPort(text)
	}
	return a.Unmap().WithZone(""), nil
}

// withPort reads an address that has a port, which is what follows the last colon:
// CloudFront writes an address of IPv6 before it without brackets.
func withPort(text string) (netip.Addr, error) {
	host, _, err := net.SplitHostPort(text)
	if err != nil {
		host = text[:max(0, strings.LastIndexByte(text, ':'))]
	}
	a, err := netip.ParseAddr(host)
	return a.Unmap().WithZone(""), err
}
