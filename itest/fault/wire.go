package fault

import (
	"io"
	"maps"
	"net/http"
	"time"
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

// Dated lets a call pass, and has the answer's Date be that of a service whose clock is
// behind by so much: to the client its own clock is ahead.
func Dated(behind time.Duration) Fault {
	return func(c *call) {
		answer := c.forward(c.body)
		answer.Header().Set("Date", time.Now().Add(-behind).UTC().Format(http.TimeFormat))
		c.deliver(answer)
	}
}

// Look shows a call's headers and body to a function, and lets the call pass.
func Look(look func(header http.Header, body []byte)) Fault {
	return func(c *call) {
		look(maps.Clone(c.r.Header), c.body)
		passOn(c)
	}
}
