package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Somebody who looks at a person sees what a launch would be refused for.
func TestAPersonIsShownWithWhatIsUnconfirmed(t *testing.T) {
	people := map[string]string{"bob": `,"unconfirmed":["attributes.scope","email"]`, "alice": ""}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/v1/users/"), "@")
		_, _ = io.WriteString(w, `{"email":"`+name+`@example.com","name":"","active":true,"admin_role":"","attributes":{},"groups":[]`+people[name]+`}`)
	}))
	t.Cleanup(server.Close)
	t.Setenv("GATEPOST_DATA", "")
	const told = "told to no AWS account until an owner saves the person: attribute scope (removed), email"
	for name, unconfirmed := range people {
		var out, errs bytes.Buffer
		code := run(t.Context(), []string{"--server", server.URL, "--token", "gp_x", "user", "show", name + "@example.com"}, strings.NewReader(""), &out, &errs)
		if code != exitDone || !strings.Contains(out.String(), name+"@example.com") || strings.Contains(errs.String(), told) != (unconfirmed != "") {
			t.Errorf("exit %d: %s%s", code, out.String(), errs.String())
		}
	}
}
