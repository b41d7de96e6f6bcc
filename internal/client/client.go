package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/gatepost/gatepost/internal/resource"
)

// ErrUnreachable says that no answer came: wrong address, no network, no server,
// or one that does not speak TLS as it should.
var ErrUnreachable = errors.New("the server cannot be reached")

// ErrForeign says that what answered is not Gatepost's config API.
var ErrForeign = errors.New("the answer is not one of Gatepost's config API")

// AnyVersion as match means: whatever its version is, as long as it exists.
const AnyVersion = "*"

// maxAnswer bounds what is read of one answer, in bytes: a page of a hundred
// connectors, each as large as the store takes it, and some.
const maxAnswer = 64 << 20

// Options tell how the API is reached.
type Options struct {
	// Base is the address that people reach Gatepost by, without a path.
	Base *url.URL
	// Transport sends the requests; nil for the network.
	Transport http.RoundTripper
	// Authorize puts on each request who asks, as [Bearer] and [IAM] do; nil for
	// nobody.
	Authorize func(*http.Request) error
	// UserAgent names the program in the audit record.
	UserAgent string
	// Warned is told what an answer to a change warns of, whichever method made it;
	// nil for nobody.
	Warned func(resource.Warning)
	// Timeout is how long one request may take; zero for no limit.
	Timeout time.Duration
	// Sleep waits before a request is repeated; nil for a real wait.
	Sleep func(context.Context, time.Duration) error
}

// Client is a client of the config API. It is safe for concurrent use.
type Client struct {
	options Options
	http    *http.Client
}

// New returns a client. It sends nothing yet.
func New(o Options) *Client {
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return &Client{options: o, http: &http.Client{
		Transport: o.Transport,
		Timeout:   o.Timeout,
		// A token goes to the address it was given for and to no other.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// call is one request to the API.
type call struct {
	method string
	root   string   // empty for that of the config API
	path   []string // below the root; each part is escaped
	query  url.Values
	match  string // If-Match
	kind   string // Content-Type of the body
	body   []byte
}

// answer is an answer that says yes.
type answer struct {
	header http.Header
	status int
	body   []byte
}

// send sends a call until it is answered for good, and returns an [*Error] for an
// answer that says no.
func (c *Client) send(ctx context.Context, k call) (*answer, error) {
	address, err := c.address(k)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		got, err := c.once(ctx, address, k)
		if err != nil {
			return nil, err
		}
		if got.status < http.StatusMultipleChoices {
			c.warn(k, got)
			return got, nil
		}
		refused := c.refusal(k, got)
		pause, again := repeat(k, refused, try)
		if !again {
			return nil, refused
		}
		err = c.options.Sleep(ctx, pause)
		if err != nil {
			return nil, fmt.Errorf("%w, while waiting to repeat: %w", refused, err)
		}
	}
}

// warn tells what the answer to a change warns of.
func (c *Client) warn(k call, got *answer) {
	if c.options.Warned == nil || k.method == http.MethodGet {
		return
	}
	var said struct {
		Warnings []resource.Warning `json:"warnings"`
	}
	err := json.Unmarshal(got.body, &said)
	if err != nil {
		return // it is for whoever reads the answer to say so
	}
	for _, w := range said.Warnings {
		c.options.Warned(w)
	}
}

func (c *Client) address(k call) (string, error) {
	var b strings.Builder
	b.WriteString(strings.TrimRight(c.options.Base.String(), "/") + cmp.Or(k.root, "/api/v1"))
	for _, part := range k.path {
		if part == "" || part == "." || part == ".." { // would be another route
			return "", &Error{Status: http.StatusNotFound, Kind: KindNotFound, Title: "Not found", Detail: fmt.Sprintf("%q: not found", part)}
		}
		b.WriteString("/" + url.PathEscape(part))
	}
	if len(k.query) > 0 {
		b.WriteString("?" + k.query.Encode())
	}
	return b.String(), nil
}

func (c *Client) once(ctx context.Context, address string, k call) (*answer, error) {
	request, err := http.NewRequestWithContext(ctx, k.method, address, bytes.NewReader(k.body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	err = c.dress(request, k)
	if err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, unreachable(ctx, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, unreachable(ctx, err)
	case len(body) > maxAnswer:
		return nil, fmt.Errorf("%w: it is longer than %d MiB", ErrForeign, maxAnswer>>20)
	}
	return &answer{response.Header, response.StatusCode, body}, nil
}

// dress puts the headers on a request.
func (c *Client) dress(request *http.Request, k call) error {
	for name, value := range map[string]string{"User-Agent": c.options.UserAgent, "If-Match": k.match, "Content-Type": k.kind} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	if c.options.Authorize == nil {
		return nil
	}
	return c.options.Authorize(request)
}

// Bearer authorizes requests by a token of the config API.
func Bearer(token string) func(*http.Request) error {
	return func(r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
}

// unreachable tells why no answer came; a person who interrupts is told no more
// than that.
func unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err // without the address and its query
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// refusal reads an answer that says no.
func (c *Client) refusal(k call, got *answer) *Error {
	e := readError(got)
	location := got.header.Get("Location")
	if got.status < http.StatusBadRequest && location != "" {
		e.Title = "Redirected"
		e.Detail = fmt.Sprintf("%s leads to another address, %s", c.options.Base, siteOf(location))
		e.Remedy = "name the address that Gatepost is reached by"
	}
	return e
}

// siteOf is the beginning of an address, without what was asked for.
func siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Scheme + "://" + u.Host
}

// read sends a call and decodes the JSON it is answered with.
func read[T any](ctx context.Context, c *Client, k call) (T, *answer, error) {
	var value T
	got, err := c.send(ctx, k)
	if err != nil {
		return value, nil, err
	}
	err = json.Unmarshal(got.body, &value)
	if err != nil {
		return value, nil, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	return value, got, nil
}

// done sends a call whose answer says no more than that it is done.
func (c *Client) done(ctx context.Context, k call) error {
	_, err := c.send(ctx, k)
	return err
}

const (
	jsonKind       = "application/json"
	mergePatchKind = "application/merge-patch+json"
)

// with is the call with a value as its JSON body. Lists that were never made are
// empty lists in it, not null; those that mean something else then are left out.
func (k call) with(value any) (call, error) {
	body, err := jsonv2.Marshal(value, jsonv2.Deterministic(true), jsonv1.OmitEmptyWithLegacySemantics(true))
	if err != nil {
		return k, fmt.Errorf("write request: %w", err)
	}
	k.kind, k.body = jsonKind, body
	return k, nil
}

// edited is the call that stores a changed value over the version it was read as.
// What is not of the version that the caller wants is not changed at all.
func edited[T any](k call, value *T, match string, is version, change func(*T) error) (call, error) {
	etag, err := is.exchange(match)
	if err != nil {
		return k, err
	}
	err = change(value)
	if err != nil {
		return k, err
	}
	k.match = etag
	return k.with(*value)
}

// matched is a match that the API understands, of something that is to be deleted.
func matched[T any](match string, get func() (T, error), versionOf func(*T) version) (string, error) {
	if !isStandIn(match) {
		return cmp.Or(match, AnyVersion), nil
	}
	now, err := get()
	if err != nil {
		return "", err
	}
	return versionOf(&now).exchange(match)
}

func get(path ...string) call  { return call{method: http.MethodGet, path: path} }
func post(path ...string) call { return call{method: http.MethodPost, path: path} }
func patch(path ...string) call {
	return call{method: http.MethodPatch, path: path}
}
func put(path ...string) call { return call{method: http.MethodPut, path: path} }

func remove(match string, path ...string) call {
	return call{method: http.MethodDelete, path: path, match: match}
}
