package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/gatepost/gatepost/bench/internal/counted"
)

// route is what one request asks of the store.
type route struct {
	Name  string        `json:"name"`
	Calls counted.Calls `json:"calls"`
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
		s.tables.Reset()
		err := s.send(ctx, root, r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.name, err)
		}
		routes = append(routes, route{Name: r.name, Calls: s.tables.Reset()})
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
