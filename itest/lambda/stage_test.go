package lambda

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
	"github.com/gatepost/gatepost/itest/lambda/front"
)

// The deployment's own address. Nothing of these tests asks DNS for it.
const (
	domain  = "sso.example.com"
	address = "https://" + domain
)

// cloud is where the parts of AWS are that the functions use.
type cloud struct {
	dynamodb, kms, secrets string
	hurry                  bool // admin has 8 seconds for an event and not the template's 29, for tests that wait for its end
}

// kumo plays all of them in the test process.
func kumo(t testing.TB) cloud {
	t.Helper()
	everything := emulator.Kumo(t)
	return cloud{dynamodb: everything, kms: everything, secrets: everything}
}

// stage is a deployment of the template: its functions, each in one sandbox.
type stage struct {
	*testing.T
	items   store.Tables // past the proxies
	store   *store.Store // the same
	tables  *fault.Proxy // between functions and DynamoDB
	keys    *fault.Proxy // between functions and what holds keys: KMS or Secrets Manager
	office  *fault.Proxy // between the functions admin and keys
	sandbox map[string]*emulator.Sandbox
	given   map[string]map[string]string // the environment of each function
	front   *httptest.Server

	mu     sync.Mutex
	failed []string // invocations without an answer
}

// newStage deploys to a cloud, and sets up the walk-through. If an invocation is
// not answered, or a function ends, the test fails when it ends.
func newStage(t *testing.T, c cloud, custody idp.Custody) *stage {
	t.Helper()
	// Keys are made in one service, and none is uploaded: of the other no call is
	// meant.
	if custody == idp.CustodyKMS {
		c.secrets = nowhere
	} else {
		c.kms = nowhere
	}
	s := deploy(t, c, custody)
	s.fill()
	s.start(map[string]int{"/healthz": 200, "/metadata/aws-a": 200, "/sso/aws-a": 303, "/admin": 303})
	return s
}

// newEmptyStage deploys to a cloud, and nobody has set anything up.
func newEmptyStage(t *testing.T, c cloud, custody idp.Custody) *stage {
	t.Helper()
	s := deploy(t, c, custody)
	s.askKeys(`{"op":"check"}`)
	s.start(map[string]int{"/healthz": 200, "/metadata/aws-a": 404, "/sso/aws-a": 303, "/admin": 303})
	return s
}

func deploy(t *testing.T, c cloud, custody idp.Custody) *stage {
	t.Helper()
	bootstrap(t, functions[0]) // without the tools there is nothing to set up
	client := emulator.Client(c.dynamodb)
	names := emulator.Tables(t, client)
	items := dynamodb.New(client, names, dynamodb.Options{Patience: time.Minute, Budget: 2 * time.Minute})
	s := &stage{
		T:       t,
		items:   items,
		store:   store.New(items, time.Now),
		tables:  fault.New(t, c.dynamodb),
		sandbox: map[string]*emulator.Sandbox{},
		given:   map[string]map[string]string{},
	}
	endpoints := map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": s.tables.URL, "AWS_ENDPOINT_URL_LAMBDA": nowhere}
	if custody == idp.CustodyKMS {
		s.keys = fault.New(t, c.kms)
		endpoints["AWS_ENDPOINT_URL_KMS"], endpoints["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = s.keys.URL, c.secrets
	} else {
		s.keys = fault.New(t, c.secrets)
		endpoints["AWS_ENDPOINT_URL_KMS"], endpoints["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = c.kms, s.keys.URL
	}
	stack := deployed(t, custody, names)
	for _, name := range functions {
		own := environment(t, stack, name)
		maps.Copy(own, endpoints)
		if name == "admin" && c.hurry {
			own["AWS_LAMBDA_FUNCTION_TIMEOUT"] = "8"
		}
		s.given[name] = own
		s.sandbox[name] = emulator.Lambda(t, bootstrap(t, name), own)
		if name == "keys" {
			s.office = fault.New(t, s.sandbox[name].URL)
			endpoints["AWS_ENDPOINT_URL_LAMBDA"] = s.office.URL
		}
	}
	s.open(routes(t, stack))
	return s
}

// start lets each function answer for the first time. From now on none may end.
func (s *stage) start(pages map[string]int) {
	s.Helper()
	for path, want := range pages {
		page := s.visitor().Get(s, path)
		if page.Status != want {
			s.Fatalf("%s answers %d, want %d\n%s", path, page.Status, want, page.Body)
		}
	}
	pids := map[string]int{}
	for name, sandbox := range s.sandbox {
		pids[name] = sandbox.PID()
	}
	s.Cleanup(func() {
		for _, failure := range s.failures() {
			s.Error(failure)
		}
		for name, sandbox := range s.sandbox {
			if pid := sandbox.PID(); pid == 0 || pid != pids[name] {
				s.Errorf("function %s ran as process %d, now as %d", name, pids[name], pid)
			}
		}
	})
}

// nowhere is an address that refuses every connection, so that no call can reach
// what a test does not mean to use.
const nowhere = "http://127.0.0.1:1"

// open puts the front before the functions, with the routes of the template.
func (s *stage) open(all []served) {
	f := &front.Front{
		Routes:      map[string]front.Function{},
		Authorizers: map[string]front.Authorizer{},
		Failed: func(route string, err error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.failed = append(s.failed, fmt.Sprintf("%s: %v", route, err))
		},
	}
	for _, route := range all {
		f.Routes[route.key] = s.sandbox[route.function].Invoke
		if route.byIAM {
			f.Authorizers[route.key] = authorize
		}
	}
	s.front = httptest.NewTLSServer(f)
	s.Cleanup(s.front.Close)
}

// failures are the invocations without an answer since it was last asked.
func (s *stage) failures() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	failed := s.failed
	s.failed = nil
	return failed
}

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}
