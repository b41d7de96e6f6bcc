// Package serve runs the whole program in one process: setup, the portal,
// launches, metadata and, where it is asked for, a page that stands in for AWS.
package serve

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/idp"
)

// Config is how `serve` is started.
type Config struct {
	Addr         string // host and port to listen on
	URL          string // the address that people reach it by; empty for http://localhost:PORT
	Data         string // the data folder; empty with the tables of a deployment
	DynamoDB     bool   // work on the tables of a deployment, named by the environment
	Demo         bool   // fill an empty folder with the demo
	DemoPassword string // everybody's password in the demo; empty for a random one
	DemoACS      bool   // post responses to a page of our own instead of AWS
	WhomToAsk    string // who gives access: words or an email address
}

// Check tells everything that is wrong with the configuration.
func (c Config) Check() error {
	var problems idp.Problems
	host, _, err := net.SplitHostPort(c.Addr)
	switch {
	case err != nil:
		problems = append(problems, idp.Problem{Field: "--addr", Value: c.Addr, Reason: "is not host:port", Remedy: "write it as 127.0.0.1:8080"})
	case c.Demo && !loopback(host):
		problems = append(problems, idp.Problem{Field: "--addr", Value: c.Addr, Reason: "is not loopback, and the demo's password is no secret", Remedy: "use 127.0.0.1 with --demo, or start without --demo"})
	}
	if c.URL != "" {
		problems = append(problems, checkURL(c.URL)...)
		u, err := url.Parse(c.URL)
		if c.DemoACS && (err != nil || !loopback(u.Hostname())) {
			problems = append(problems, idp.Problem{Field: "--demo-acs", Value: c.URL, Reason: "posts signed responses to a page of Gatepost's own, which must be on this machine", Remedy: "leave it out, or use an address on localhost"})
		}
	}
	if c.Demo && c.DynamoDB && !localTables() {
		problems = append(problems, idp.Problem{Field: "--demo", Value: "--store dynamodb", Reason: "would make people with a password that is no secret in the tables of a deployment", Remedy: "use a data folder, or an emulator on this machine by AWS_ENDPOINT_URL_DYNAMODB"})
	}
	return problems.Err()
}

// localTables reports whether the tables are those of an emulator on this machine.
func localTables() bool {
	address := environment.Endpoint("dynamodb")
	if address == nil {
		return false
	}
	u, err := url.Parse(*address)
	return err == nil && loopback(u.Hostname())
}

func checkURL(s string) idp.Problems {
	u, err := url.Parse(s)
	switch {
	case err != nil, u.Host == "", u.User != nil, strings.Trim(u.Path, "/") != "", u.RawQuery != "", u.Fragment != "":
		return idp.Problems{{Field: "--url", Value: s, Reason: "is not the address of a site", Remedy: "write it as https://sso.example.com"}}
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return idp.Problems{{Field: "--url", Value: s, Reason: "is http on a name that is not loopback: cookies and responses could be read on the way", Remedy: "use https"}}
	case u.Scheme != "https" && u.Scheme != "http":
		return idp.Problems{{Field: "--url", Value: s, Reason: "is neither https nor http", Remedy: "write it as https://sso.example.com"}}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// address is the address that people reach the server by.
func (c Config) address(listener net.Addr) (*url.URL, error) {
	if c.URL != "" {
		return url.Parse(strings.TrimRight(c.URL, "/"))
	}
	_, port, err := net.SplitHostPort(listener.String())
	if err != nil {
		return nil, fmt.Errorf("port of %q: %w", listener, err)
	}
	// A name and not an address: passkeys need one.
	return &url.URL{Scheme: "http", Host: "localhost:" + port}, nil
}
