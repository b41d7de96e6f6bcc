package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/client"
)

// The stores that --store names.
const (
	bolt     = "bolt"
	dynamoDB = "dynamodb"
)

// requestTime is how long the server may take to answer one request: a function
// in AWS is cut off after less.
const requestTime = time.Minute

// checkStore tells whether the flags name one store.
func (p *program) checkStore() error {
	switch {
	case p.store != bolt && p.store != dynamoDB:
		return &usageError{fmt.Sprintf("--store %q is not a store", p.store), "use bolt or dynamodb"}
	case p.store == dynamoDB && p.data != "":
		return &usageError{"--data and --store dynamodb name two stores", "give one of them"}
	}
	return nil
}

// checkTarget tells whether flags and environment name one installation, and with
// a server who asks it.
func (p *program) checkTarget() error {
	p.server = cmp.Or(p.server, os.Getenv("GATEPOST_SERVER"))
	local := p.data != "" || p.store == dynamoDB
	switch {
	case p.server != "" && local:
		return &usageError{"both a server and a store are named", "give --server (or GATEPOST_SERVER), or else --data (or GATEPOST_DATA) or --store dynamodb"}
	case p.server == "" && (p.token != "" || p.iam):
		return &usageError{"--token and --iam are for a server, and none is named", "name it with --server, or leave them out"}
	case p.server == "":
		return nil
	case p.token != "" && p.iam:
		return &usageError{"--token and --iam are two ways to say who asks", "give one of them"}
	}
	if p.token == "" && !p.iam {
		p.token = strings.TrimSpace(os.Getenv("GATEPOST_TOKEN"))
	}
	if p.token == "" && !p.iam {
		return &usageError{"there is no token for the server", "set GATEPOST_TOKEN to one of yours (an administrator makes it in the console), or give --iam to use AWS credentials"}
	}
	return nil
}

// dial is a client of the server over the network.
func (p *program) dial(ctx context.Context) (*client.Client, error) {
	base, err := serverAddress(p.server)
	if err != nil {
		return nil, err
	}
	o := client.Options{Base: base, UserAgent: userAgent(), Timeout: requestTime, Warned: p.warn}
	if !p.iam {
		o.Authorize = client.Bearer(p.token)
		return client.New(o), nil
	}
	loaded, err := config.LoadDefaultConfig(ctx, config.WithRegion(p.region))
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	if loaded.Region == "" {
		return nil, &usageError{"the AWS region of the deployment is not known", "give --aws-region, or set AWS_REGION"}
	}
	iam := &client.IAM{Options: o, Region: loaded.Region, Credentials: loaded.Credentials, Now: time.Now}
	o.Authorize = iam.Authorize
	return client.New(o), nil
}

// serverAddress reads an address. A token is not sent where others can read it on
// the way.
func serverAddress(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil, u.Host == "", u.User != nil, strings.Trim(u.Path, "/") != "", u.RawQuery != "", u.Fragment != "", u.Scheme != "https" && u.Scheme != "http":
		return nil, &usageError{fmt.Sprintf("--server %q is not the address of a site", s), "write it as https://sso.example.com"}
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, &usageError{fmt.Sprintf("--server %q would send the token where others can read it", s), "use https"}
	}
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// userAgent names the program in the audit record.
func userAgent() string { return "gatepost/" + environment.Version() }
