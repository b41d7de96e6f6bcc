package fault

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// Fault is what befalls one call. A fault of one's own is a combination of these.
type Fault func(*call)

func passOn(c *call) { c.deliver(c.forward(c.body)) }

// Refuse breaks the connection off before the call reaches the target.
func Refuse() Fault { return func(c *call) { c.reset() } }

// Lose lets the call reach the target, and breaks the connection off in place of
// the answer: what was asked has happened, and nobody says so.
func Lose() Fault { return LoseThen(func() {}) }

// LoseThen is [Lose] with something that happens between the call and the
// breaking off: time for others to act.
func LoseThen(do func()) Fault {
	return func(c *call) {
		c.forward(c.body)
		do()
		c.reset()
	}
}

// RefuseAfter is [Refuse] with something that happens before the breaking off.
func RefuseAfter(do func()) Fault {
	return func(c *call) {
		do()
		c.reset()
	}
}

// Hang keeps the call from the target, and answers nothing until the client gives
// up.
func Hang() Fault { return func(c *call) { c.hold() } }

// LoseSlowly lets the call reach the target, and answers nothing until the client
// gives up.
func LoseSlowly() Fault {
	return func(c *call) {
		c.forward(c.body)
		c.hold()
	}
}

// Delay lets the call pass after a while.
func Delay(d time.Duration) Fault {
	return func(c *call) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			passOn(c)
		case <-c.r.Context().Done():
		case <-c.proxy.ended:
		}
	}
}

// Cut lets the call reach the target, and breaks the connection off in the middle
// of the answer.
func Cut() Fault {
	return func(c *call) {
		answer := c.forward(c.body)
		body := answer.Body.Bytes()
		maps.Copy(c.w.Header(), answer.Header())
		c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		c.w.WriteHeader(answer.Code)
		_, _ = c.w.Write(body[:len(body)/2])
		_ = http.NewResponseController(c.w).Flush()
		panic(http.ErrAbortHandler) // closes the connection
	}
}

// Answer answers in the target's place with an error of AWS's JSON protocols.
func Answer(status int, code string) Fault {
	return func(c *call) {
		c.w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		c.w.WriteHeader(status)
		fmt.Fprintf(c.w, `{"__type":"com.amazonaws.fault#%s","message":"made by the fault proxy"}`, code)
	}
}

// Throttle answers as a service does that has too much to do.
func Throttle() Fault { return Answer(http.StatusBadRequest, "ThrottlingException") }

// ThrottleTable answers as DynamoDB does when a table has too much to do.
func ThrottleTable() Fault {
	return Answer(http.StatusBadRequest, "ProvisionedThroughputExceededException")
}

// Fail answers as a service does that has a fault of its own.
func Fail() Fault { return Answer(http.StatusInternalServerError, "InternalServerError") }
