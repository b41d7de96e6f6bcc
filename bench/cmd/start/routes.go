package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/gatepost/gatepost/internal/store"
)

// route is what one request asks of the store.
type route struct {
	Name  string `json:"name"`
	Calls calls  `json:"calls"`
}

// calls are calls to the tables; each of them is one call to DynamoDB.
type calls struct {
	Gets    int `json:"batch_reads"`
	Keys    int `json:"items_asked"`
	Queries int `json:"queries"`
	Writes  int `json:"writes"`
	Ops     int `json:"items_written"`
}

// counted counts the calls to tables.
type counted struct {
	store.Tables
	mu  sync.Mutex
	sum calls
}

func (c *counted) add(more calls) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum.Gets += more.Gets
	c.sum.Keys += more.Keys
	c.sum.Queries += more.Queries
	c.sum.Writes += more.Writes
	c.sum.Ops += more.Ops
}

// reset returns the calls since the last reset.
func (c *counted) reset() calls {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := c.sum
	c.sum = calls{}
	return sum
}

// Get implements [store.Tables].
func (c *counted) Get(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	c.add(calls{Gets: 1, Keys: len(keys)})
	return c.Tables.Get(ctx, keys)
}

// Query implements [store.Tables].
func (c *counted) Query(ctx context.Context, q store.Query) (store.Page, error) {
	c.add(calls{Queries: 1})
	return c.Tables.Query(ctx, q)
}

// Write implements [store.Tables].
func (c *counted) Write(ctx context.Context, ops ...store.Op) error {
	c.add(calls{Writes: 1, Ops: len(ops)})
	return c.Tables.Write(ctx, ops...)
}

// requests are what is counted, each with the answer that it must get: a request
// that fails early asks for less.
func requests() []request {
	return []request{
		{"launch", "sso-launch", http.StatusOK},
		{"launch, signed out", "sso-signed-out", http.StatusSeeOther},
		{"launch, not granted", "sso-not-granted", http.StatusForbidden},
		{"portal", "portal-home", http.StatusOK},
		{"sign-in", "portal-signin", http.StatusSeeOther},
		{"sign-in, wrong password", "portal-signin-wrong", http.StatusUnauthorized},
		{"sign-out", "portal-signout", http.StatusSeeOther},
		{"metadata", "metadata", http.StatusOK},
	}
}

type request struct {
	name   string
	event  string
	status int
}

// countRoutes sends the sample events to the functions, over the embedded store.
func countRoutes(ctx context.Context, root string) ([]route, error) {
	folder, err := os.MkdirTemp("", "gatepost-bench-")
	if err != nil {
		return nil, err
	}
	s, err := openStage(ctx, folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	routes, err := s.count(ctx, root)
	return routes, errors.Join(err, s.close(), os.RemoveAll(folder))
}

func (s *stage) count(ctx context.Context, root string) ([]route, error) {
	var routes []route
	for _, r := range requests() {
		s.tables.reset()
		err := s.send(ctx, root, r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.name, err)
		}
		routes = append(routes, route{Name: r.name, Calls: s.tables.reset()})
	}
	return routes, nil
}

func (s *stage) send(ctx context.Context, root string, r request) error {
	event, err := readEvent(root, r.event)
	if err != nil {
		return err
	}
	text, err := json.Marshal(event)
	if err != nil {
		return err
	}
	for placeholder, token := range s.sessions {
		text = []byte(strings.ReplaceAll(string(text), placeholder, token))
	}
	err = json.Unmarshal(text, &event)
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(r.event, "-")
	answer, err := s.functions[name](ctx, event)
	if err != nil {
		return err
	}
	if answer.StatusCode != r.status {
		return fmt.Errorf("answered %d, want %d", answer.StatusCode, r.status)
	}
	return nil
}
