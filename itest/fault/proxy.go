// Package fault is a proxy between the SDK and an emulator that a test drives: it
// lets calls pass and counts them, or does to them what networks and services do
// on bad days.
package fault

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Any stands for every operation.
const Any = ""

// Proxy passes calls on to one address. It is safe for concurrent use.
type Proxy struct {
	URL string // where the SDK finds it

	pass    *httputil.ReverseProxy
	address string
	ended   chan struct{} // closed when the test ends: lets go of the calls that are held

	mu       sync.Mutex
	server   *http.Server
	listener net.Listener
	next     []planned
	always   map[string]Fault
	calls    []string
}

// planned is a fault for the next call of an operation.
type planned struct {
	operation string
	fault     Fault
}

// New starts a proxy in front of a target, an address such as http://127.0.0.1:1.
// It stops when the test ends.
func New(t testing.TB, target string) *Proxy {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{pass: httputil.NewSingleHostReverseProxy(to), ended: make(chan struct{}), always: map[string]Fault{}}
	p.pass.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address = listener.Addr().String()
	p.URL = "http://" + p.address
	p.serve(listener)
	t.Cleanup(func() {
		close(p.ended)
		p.Down(t)
	})
	return p
}

func (p *Proxy) serve(listener net.Listener) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.server, p.listener = &http.Server{Handler: p}, listener
	go func(server *http.Server) { _ = server.Serve(listener) }(p.server) // ends when the server is closed
}

// Down ends every connection; from now on they are refused.
func (p *Proxy) Down(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.listener.Close() // closed already, unless the server had no time to begin
	err := p.server.Close()
	if err != nil && !errors.Is(err, net.ErrClosed) {
		t.Errorf("stop the proxy: %v", err)
	}
}

// Up takes connections again after Down.
func (p *Proxy) Up(t testing.TB) {
	t.Helper()
	var err error
	for range 100 { // another process may have borrowed the port
		listener, listenErr := net.Listen("tcp", p.address)
		if listenErr == nil {
			p.serve(listener)
			return
		}
		err = listenErr
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal(err)
}

// Next plans faults for the next calls of an operation, one for each.
func (p *Proxy) Next(operation string, faults ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range faults {
		p.next = append(p.next, planned{operation, f})
	}
}

// Always lets a fault befall every call of an operation for which none is planned.
func (p *Proxy) Always(operation string, f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.always[operation] = f
}

// Heal lets all calls pass from now on. Calls that are held stay held.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next, p.always = nil, map[string]Fault{}
}

// Calls are the operations of all calls since the last Forget, in the order in
// which they came: of AWS's JSON protocols the last word of X-Amz-Target, such as
// PutItem, of others method and path.
func (p *Proxy) Calls() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// Forget forgets the calls so far.
func (p *Proxy) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = nil
}

// ServeHTTP implements [http.Handler].
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	c := &call{w: w, r: r, body: body, proxy: p}
	f := p.choose(operationOf(r))
	if f == nil {
		f = passOn
	}
	f(c)
}

// choose notes a call and takes the fault that is to befall it; nil for none.
func (p *Proxy) choose(operation string) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, operation)
	for i, plan := range p.next {
		if plan.operation == operation || plan.operation == Any {
			p.next = slices.Delete(p.next, i, i+1)
			return plan.fault
		}
	}
	if f := p.always[operation]; f != nil {
		return f
	}
	return p.always[Any]
}

func operationOf(r *http.Request) string {
	words := strings.Split(r.Header.Get("X-Amz-Target"), ".")
	if last := words[len(words)-1]; last != "" {
		return last
	}
	return r.Method + " " + r.URL.Path
}

// call is a call on its way through the proxy.
type call struct {
	w     http.ResponseWriter
	r     *http.Request
	body  []byte
	proxy *Proxy
}

// forward has the target answer a body in place of the call's.
func (c *call) forward(body []byte) *httptest.ResponseRecorder {
	request := c.r.Clone(c.r.Context())
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	rec := httptest.NewRecorder()
	c.proxy.pass.ServeHTTP(rec, request)
	return rec
}

// deliver gives the client an answer of the target.
func (c *call) deliver(answer *httptest.ResponseRecorder) {
	maps.Copy(c.w.Header(), answer.Header())
	c.w.WriteHeader(answer.Code)
	_, _ = c.w.Write(answer.Body.Bytes()) // the client may be gone
}

// reset breaks the connection off, as a machine that went down does.
func (c *call) reset() {
	hijacker, ok := c.w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	connection, _, err := hijacker.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}

// hold waits until the client gives up, or the test ends.
func (c *call) hold() {
	select {
	case <-c.r.Context().Done():
	case <-c.proxy.ended:
	}
}
