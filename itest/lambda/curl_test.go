package lambda

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/gatepost/gatepost/itest/server"
)

// curl speaks to the config API as a person's script does: with a token, or with
// the cookie of a browser that is signed in.
type curl struct {
	*stage
	browser *server.Person
	bearer  string // empty for the cookie
}

// with is a script that has a token.
func (s *stage) with(token string) curl { return curl{s, s.visitor(), token} }

// root is where the config API is.
const root = "/api/v1/"

// try sends a request. Below root it is of the config API.
func (c curl) try(request, body string, header ...string) server.Page {
	c.Helper()
	method, path, _ := strings.Cut(request, " ")
	if !strings.HasPrefix(path, "/") {
		path = root + path
	}
	r, err := http.NewRequestWithContext(c.Context(), method, address+path, strings.NewReader(body))
	c.must(err)
	switch {
	case method == http.MethodPatch:
		r.Header.Set("Content-Type", "application/merge-patch+json")
	case body != "":
		r.Header.Set("Content-Type", "application/json")
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	return c.browser.Do(c, r)
}

// want sends a request that must be answered with a status, and returns the JSON
// of the answer where it has some.
func (c curl) want(status int, request, body string, header ...string) map[string]any {
	c.Helper()
	page := c.try(request, body, header...)
	if page.Status != status {
		c.Fatalf("%s answers %d, want %d\n%s", request, page.Status, status, page.Body)
	}
	var value map[string]any
	if strings.Contains(page.Header.Get("Content-Type"), "json") {
		c.must(json.Unmarshal([]byte(page.Body), &value))
	}
	return value
}

// etag is the ETag of a thing, as a header for a change of it.
func (c curl) etag(path string) string {
	c.Helper()
	page := c.try("GET "+path, "")
	if page.Status != http.StatusOK || page.Header.Get("ETag") == "" {
		c.Fatalf("%s answers %d %v", path, page.Status, page.Header)
	}
	return "If-Match: " + page.Header.Get("ETag")
}

// object is a member of a JSON object that is an object.
func object(value map[string]any, name string) map[string]any {
	member, _ := value[name].(map[string]any)
	return member
}

// items are the objects of a page of a list.
func items(value map[string]any) []map[string]any {
	var all []map[string]any
	list, _ := value["items"].([]any)
	for _, one := range list {
		item, _ := one.(map[string]any)
		all = append(all, item)
	}
	return all
}

// text is JSON of a value.
func (s *stage) text(value any) string {
	s.Helper()
	data, err := json.Marshal(value)
	s.must(err)
	return string(data)
}

// local is the path and query of an address of the deployment, which links lead to.
func (s *stage) local(link any) string {
	s.Helper()
	written, _ := link.(string)
	u, err := url.Parse(written)
	s.must(err)
	if u.Scheme+"://"+u.Host != address {
		s.Fatalf("%q leads elsewhere", written)
	}
	return u.RequestURI()
}
