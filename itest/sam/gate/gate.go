// Package gate stands between a function and an emulator of AWS and lets through
// what the policies of template.yaml allow, as AWS itself would: emulators look at
// no policy. So a permission that is missing shows here and not after deployment.
package gate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"

	"github.com/gatepost/gatepost/itest/sam/policy"
	"github.com/gatepost/gatepost/itest/sam/template"
)

// Gate is a handler in front of an emulator, for the calls of one role to
// DynamoDB, KMS, Secrets Manager and Lambda. Make it with [New].
type Gate struct {
	stack    *template.Stack
	role     string // ARN
	policies []policy.Statement
	keys     *Keys
	pass     http.Handler

	mu        sync.Mutex
	denied    []string
	seen      map[string]bool
	functions map[string]Function
}

// Keys remembers the policies of KMS keys, which the gates of several roles
// share. The zero value is empty.
type Keys struct {
	mu    sync.Mutex
	byARN map[string]*key
}

// New is a gate for a role of the stack, by logical ID, in front of an address.
func New(s *template.Stack, roleID, address string, keys *Keys) (*Gate, error) {
	policies, err := policy.OfRole(s, roleID)
	if err != nil {
		return nil, err
	}
	role, err := s.Resolve(map[string]any{"Fn::GetAtt": []any{roleID, "Arn"}})
	if err != nil {
		return nil, err
	}
	to, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	return &Gate{
		stack: s, role: fmt.Sprint(role), policies: policies, keys: keys,
		pass: httputil.NewSingleHostReverseProxy(to), seen: map[string]bool{}, functions: map[string]Function{},
	}, nil
}

// Denied are the calls that were not let through, each as action and resource.
func (g *Gate) Denied() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.denied...)
}

// Seen reports whether a call of that action was let through.
func (g *Gate) Seen(action string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.seen[action]
}

// ServeHTTP implements [http.Handler].
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	if found := invocation.FindStringSubmatch(r.URL.Path); found != nil {
		g.invoke(w, r, found[1], body)
		return
	}
	service, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	refused := g.judge(service, operation, body)
	if refused != "" {
		g.refuse(w, refused)
		return
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	if service == kmsTarget && operation == "CreateKey" {
		g.create(w, r, body)
		return
	}
	g.pass.ServeHTTP(w, r)
}

// judge is why a call is not let through; empty when it is.
func (g *Gate) judge(service, operation string, body []byte) string {
	switch {
	case strings.HasPrefix(service, "DynamoDB_"):
		requests, err := tableRequests(operation, body)
		if err != nil {
			return err.Error()
		}
		return g.all(requests)
	case service == "secretsmanager":
		return g.judgeSecret(operation, body)
	case service == kmsTarget:
		return g.judgeKey(operation, body)
	default:
		return "an unknown service: " + service
	}
}

// all is the first of the requests that the role's own policies do not allow.
func (g *Gate) all(requests []policy.Request) string {
	for _, r := range requests {
		if !policy.Allows(g.policies, r) {
			return fmt.Sprintf("%s on %s with %v", r.Action, r.Resource, r.Context)
		}
		g.saw(r.Action)
	}
	return ""
}

func (g *Gate) saw(action string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen[action] = true
}

func (g *Gate) refuse(w http.ResponseWriter, what string) {
	g.mu.Lock()
	g.denied = append(g.denied, what)
	g.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{ // the client may be gone
		"__type":  "com.amazon.coral.service#AccessDeniedException",
		"Message": g.role + " is not authorized to perform: " + what,
	})
}

// resourceARN is the ARN of something in the account and region of the stack.
func resourceARN(service, resource string) string {
	return "arn:aws:" + service + ":" + template.Region + ":" + template.Account + ":" + resource
}
