package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/gatepost/gatepost/bench/internal/machine"
)

// server is `gatepost serve` on a data folder.
type server struct {
	command *exec.Cmd
	url     string // as people reach it
	log     bytes.Buffer
}

// serve starts the server. Its first line tells its address.
func (b *bench) serve(ctx context.Context, folder string) (*server, error) {
	s := &server{command: b.program.command(ctx, "serve", "--addr", "127.0.0.1:0", "--data", folder)}
	s.command.Stderr = &s.log
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	err = s.command.Start()
	if err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	address, found := strings.CutPrefix(strings.TrimSpace(line), "url: ")
	if err != nil || !found {
		return nil, errors.Join(fmt.Errorf("serve begins with %q: %w", line, err), s.stop())
	}
	s.url = address
	return s, nil
}

// stop has the server end as a person would.
func (s *server) stop() error {
	err := s.command.Process.Signal(os.Interrupt)
	if err != nil {
		return err
	}
	err = s.command.Wait()
	if err != nil {
		return fmt.Errorf("serve: %w\n%s", err, s.log.Bytes())
	}
	return nil
}

// peak is the most memory that the server has had in use, in bytes.
func (s *server) peak() (int64, error) { return machine.Peak(s.command.Process.Pid) }

// counter stands before a server and counts the requests to it.
type counter struct {
	front *httptest.Server
	url   string

	mu    sync.Mutex
	kinds map[string]int // by method
}

// countBefore puts a counter before a server.
func countBefore(s *server) (*counter, error) {
	behind, err := url.Parse(s.url)
	if err != nil {
		return nil, err
	}
	c := &counter{kinds: map[string]int{}}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(behind) }} // which names the server's host
	c.front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.kinds[r.Method]++
		c.mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	c.url = c.front.URL
	return c, nil
}

// reset returns the requests by method since the last reset.
func (c *counter) reset() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	kinds := c.kinds
	c.kinds = map[string]int{}
	return kinds
}
