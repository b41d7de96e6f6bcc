package lambda

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
	"github.com/gatepost/gatepost/itest/lambda/front"
	"github.com/gatepost/gatepost/itest/sam/template"
	"github.com/gatepost/gatepost/itest/tool"
)

// The deployment's own address. Nothing of these tests asks DNS for it.
const (
	domain  = "sso.example.com"
	address = "https://" + domain
)

// cloud is where the parts of AWS are that the functions use.
type cloud struct{ dynamodb, kms, secrets string }

// kumo plays all of them in the test process.
func kumo(t testing.TB) cloud {
	t.Helper()
	everything := emulator.Kumo(t)
	return cloud{everything, everything, everything}
}

// stage is a deployment of the template: its functions, each in one sandbox, and
// the walk-through's setup in its tables.
type stage struct {
	*testing.T
	items   store.Tables // past the proxies
	store   *store.Store // the same
	tables  *fault.Proxy // between functions and DynamoDB
	keys    *fault.Proxy // between functions and what holds keys: KMS or Secrets Manager
	sandbox map[string]*emulator.Sandbox
	front   *httptest.Server

	mu     sync.Mutex
	failed []string // invocations without an answer
}

// newStage deploys to a cloud. If an invocation is not answered, or a function ends,
// the test fails when it ends.
func newStage(t *testing.T, c cloud, custody idp.Custody) *stage {
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
	}
	endpoints := map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": s.tables.URL}
	switch custody {
	case idp.CustodyKMS:
		s.keys = fault.New(t, c.kms)
		endpoints["AWS_ENDPOINT_URL_KMS"], endpoints["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = s.keys.URL, nowhere
	case idp.CustodySecrets:
		s.keys = fault.New(t, c.secrets)
		endpoints["AWS_ENDPOINT_URL_KMS"], endpoints["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = nowhere, s.keys.URL
	}
	for _, name := range functions {
		own := environment(t, name, names, custody)
		maps.Copy(own, endpoints)
		s.sandbox[name] = emulator.Lambda(t, bootstrap(t, name), own)
	}
	s.open()
	s.fill()
	s.start()
	return s
}

// start lets each function answer for the first time. From now on none may end.
func (s *stage) start() {
	s.Helper()
	for path, want := range map[string]int{"/healthz": 200, "/metadata/aws-a": 200, "/sso/aws-a": 303} {
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

// environment is what template.yaml gives a function, and what Lambda does.
func environment(t testing.TB, function string, names dynamodb.Names, custody idp.Custody) map[string]string {
	t.Helper()
	read, err := template.Read(filepath.Join(tool.Root(), "..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	stack, err := read.Stack(map[string]any{
		"DomainName": domain, "CertificateArn": "arn:aws:acm:eu-central-1:111122223333:certificate/1", "Contact": "help@example.com", "KeyCustody": string(custody),
	})
	if err != nil {
		t.Fatal(err)
	}
	stack.Call("ConfigTable", names.Config)
	stack.Call("DirectoryTable", names.Directory)
	stack.Call("ActivityTable", names.Activity)
	r, err := stack.Resource(strings.ToUpper(function[:1]) + function[1:] + "Function")
	if err != nil {
		t.Fatal(err)
	}
	var e struct{ Variables map[string]string }
	err = template.Into(r.Properties["Environment"], &e)
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]string{
		"AWS_REGION": template.Region, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"AWS_LAMBDA_FUNCTION_NAME":        fmt.Sprint(r.Properties["FunctionName"]),
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": fmt.Sprint(r.Properties["MemorySize"]),
		"AWS_LAMBDA_FUNCTION_TIMEOUT":     fmt.Sprint(r.Properties["Timeout"]), // the emulator ends what takes longer
		"AWS_LAMBDA_LOG_FORMAT":           "JSON",
	}
	maps.Copy(own, e.Variables)
	return own
}

// open puts the front before the functions, with the routes of the template.
func (s *stage) open() {
	f := &front.Front{
		Routes: map[string]front.Function{
			"ANY /sso/{proxy+}":      s.sandbox["sso"].Invoke,
			"ANY /metadata/{proxy+}": s.sandbox["metadata"].Invoke,
			"POST /signin":           s.sandbox["portal"].Invoke,
			"$default":               s.sandbox["portal"].Invoke,
		},
		Failed: func(route string, err error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.failed = append(s.failed, fmt.Sprintf("%s: %v", route, err))
		},
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
