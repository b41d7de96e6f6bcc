package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// sandbox is the service's side of the Lambda runtime API for one process and one
// request.
//
// See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
type sandbox struct {
	event []byte
	ready chan time.Time // when the process asked for work first
	done  chan outcome
}

// outcome is how the request ended.
type outcome struct {
	at     time.Time
	answer []byte
	err    error
}

func newSandbox(event []byte) *sandbox {
	return &sandbox{event: event, ready: make(chan time.Time, 1), done: make(chan outcome, 1)}
}

const (
	runtimeAPI  = "/2018-06-01/runtime/"
	requestID   = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
	functionARN = "arn:aws:lambda:eu-west-1:111122223333:function:gatepost"
	timeLimit   = 10 * time.Second // of an init phase
)

// ServeHTTP hands the event over once; who asks again waits, as in a sandbox that
// is not needed at the moment.
func (s *sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := strings.TrimPrefix(r.URL.Path, runtimeAPI); path {
	case "invocation/next":
		select {
		case s.ready <- time.Now():
			s.hand(w)
		default:
			<-r.Context().Done()
		}
	case "invocation/" + requestID + "/response":
		answer, err := io.ReadAll(r.Body)
		s.end(outcome{at: time.Now(), answer: answer, err: err})
		w.WriteHeader(http.StatusAccepted)
	default:
		problem, err := io.ReadAll(r.Body)
		s.end(outcome{err: errors.Join(fmt.Errorf("the function posts to %q: %s", path, problem), err)})
		w.WriteHeader(http.StatusAccepted)
	}
}

func (s *sandbox) hand(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", requestID)
	header.Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(timeLimit).UnixMilli()))
	header.Set("Lambda-Runtime-Invoked-Function-Arn", functionARN)
	_, _ = w.Write(s.event) // a process that went away shows at its end
}

// end notes the first outcome.
func (s *sandbox) end(o outcome) {
	select {
	case s.done <- o:
	default:
	}
}
