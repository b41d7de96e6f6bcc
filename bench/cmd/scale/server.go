package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"

	"github.com/gatepost/gatepost/bench/internal/process"
)

// serve starts `gatepost serve` on a data folder.
func (b *bench) serve(ctx context.Context, folder string) (*process.Server, error) {
	return process.Serve(b.program.command(ctx, "serve", "--addr", "127.0.0.1:0", "--data", folder))
}

// counter stands before a server and counts the requests to it.
type counter struct {
	front *httptest.Server
	url   string

	mu    sync.Mutex
	kinds map[string]int // by method
}

// countBefore puts a counter before a server.
func countBefore(s *process.Server) (*counter, error) {
	behind, err := url.Parse(s.URL)
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
