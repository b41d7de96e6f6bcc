package fault

import (
	"io"
	"maps"
	"net/http"
)

// Wire answers in the target's place with a status, headers and a body as a
// service's documents give them. Without headers the answer is one of AWS's JSON
// protocols.
func Wire(status int, header map[string]string, body string) Fault {
	return func(c *call) {
		c.w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		for name, value := range header {
			c.w.Header().Set(name, value)
		}
		c.w.WriteHeader(status)
		_, _ = io.WriteString(c.w, body) // the client may be gone
	}
}

// Look shows a call's headers and body to a function, and lets the call pass.
func Look(look func(header http.Header, body []byte)) Fault {
	return func(c *call) {
		look(maps.Clone(c.r.Header), c.body)
		passOn(c)
	}
}
