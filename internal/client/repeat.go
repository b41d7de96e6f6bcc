package client

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// How often a call is sent, and how long a pause between two may be. The longest
// pause is the time that a busy function needs to come back.
const (
	maxTries = 4
	maxPause = 30 * time.Second
)

// repeat tells whether a refused call is sent again, and after which pause: when
// the server is busy, and the call does the same when it is done twice.
func repeat(k call, refused *Error, try int) (time.Duration, bool) {
	if try == maxTries || !repeatable(k, refused.Status) {
		return 0, false
	}
	pause := refused.RetryAfter
	if pause == 0 {
		pause = time.Second << (try - 1)
	}
	return pause, pause <= maxPause
}

// repeatable tells whether a call may be done twice. After 503 the first may have
// been done: a change under a condition on the version would then be told that
// somebody else made it.
func repeatable(k call, status int) bool {
	switch k.method {
	case http.MethodGet, http.MethodPut, http.MethodDelete:
	default:
		return false
	}
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable && (k.match == "" || k.match == AnyVersion)
}

// retryAfter is the pause that an answer asks for in seconds: RFC 9110, 10.2.3.
// The form with a date is not used by Gatepost and gives none.
func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.Atoi(header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, 86400)) * time.Second
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
