package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// api is a server that answers as the test says, and remembers what it was asked.
type api struct {
	t       *testing.T
	answers []reply // one a request; the last is repeated
	asked   []*http.Request
	bodies  []string
	slept   []time.Duration
}

type reply struct {
	status int
	header map[string]string
	body   string
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		a.t.Errorf("read request: %v", err)
	}
	now := a.answers[min(len(a.asked), len(a.answers)-1)]
	a.asked, a.bodies = append(a.asked, r), append(a.bodies, string(body))
	for name, value := range now.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(now.status)
	_, err = io.WriteString(w, now.body)
	if err != nil {
		a.t.Logf("write answer: %v", err)
	}
}

// last is the latest request as "METHOD path?query".
func (a *api) last() string {
	r := a.asked[len(a.asked)-1]
	return r.Method + " " + r.URL.RequestURI()
}

// client is a client of the server over the network, which remembers its waits.
func (a *api) client() *Client {
	server := httptest.NewServer(a)
	a.t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		a.t.Fatal(err)
	}
	return New(Options{Base: base, Authorize: Bearer("gp_secret"), UserAgent: "test/1", Sleep: a.sleep})
}

// inProcess is a client of the same handler without a network.
func (a *api) inProcess() *Client {
	return New(Options{Base: &url.URL{Scheme: "http", Host: "in.process"}, Transport: Direct(a), Authorize: Bearer("gp_secret"), UserAgent: "test/1", Sleep: a.sleep})
}

func (a *api) sleep(ctx context.Context, d time.Duration) error {
	a.slept = append(a.slept, d)
	return ctx.Err()
}

// both runs a test over the network and in process: they behave alike.
func both(t *testing.T, answers []reply, test func(*testing.T, *api, *Client)) {
	t.Helper()
	for _, way := range []struct {
		name string
		open func(*api) *Client
	}{{"over the network", (*api).client}, {"in process", (*api).inProcess}} {
		t.Run(way.name, func(t *testing.T) {
			a := &api{t: t, answers: answers}
			test(t, a, way.open(a))
		})
	}
}

func ok(body string, header ...string) reply { return says(http.StatusOK, body, header...) }

func says(status int, body string, header ...string) reply {
	r := reply{status, map[string]string{"Content-Type": "application/json"}, body}
	for i := 0; i < len(header); i += 2 {
		r.header[header[i]] = header[i+1]
	}
	return r
}

// no is a problem with a title.
func no(status int, header ...string) reply {
	r := says(status, fmt.Sprintf(`{"title":"No","status":%d}`, status), header...)
	r.header["Content-Type"] = "application/problem+json"
	return r
}
