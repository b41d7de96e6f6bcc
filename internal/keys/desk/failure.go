package desk

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/store"
)

// failure is an error on its way from the function to its caller.
type failure struct {
	Message  string    `json:"message"`
	Kinds    []string  `json:"kinds,omitzero"`
	Problems []problem `json:"problems,omitzero"`
}

type problem struct {
	Field  string `json:"field"`
	Value  string `json:"value,omitzero"`
	Reason string `json:"reason"`
	Remedy string `json:"remedy,omitzero"`
}

// kind is the name of a sentinel on the way.
type kind struct {
	name string
	err  error
}

// kinds are the errors that callers of the function decide by. A name, once used,
// is kept: the two sides may be of different versions during a deployment.
func kinds() []kind {
	return []kind{
		{"not_found", store.ErrNotFound},
		{"exists", store.ErrExists},
		{"stale", store.ErrStale},
		{"limit", store.ErrLimit},
		{"too_large", store.ErrTooLarge},
		{"bad_cursor", store.ErrCursor},
		{"active", store.ErrActive},
		{"key_in_use", store.ErrKeyInUse},
		{"format", store.ErrFormat},
		{"store_unavailable", store.ErrUnavailable},
		{"no_key", keys.ErrNoKey},
		{"no_import", keys.ErrNoImport},
		{"mismatch", keys.ErrMismatch},
		{"leftover", keys.ErrLeftover},
		{"key_unavailable", keys.ErrUnavailable},
	}
}

// maxMessage bounds the message of an error, in bytes.
const maxMessage = 2048

func wireFailure(err error) *failure {
	if err == nil {
		return nil
	}
	message := err.Error()
	if len(message) > maxMessage {
		message = message[:maxMessage] + "…"
	}
	f := &failure{Message: strings.ToValidUTF8(message, "")}
	for _, k := range kinds() {
		if errors.Is(err, k.err) {
			f.Kinds = append(f.Kinds, k.name)
		}
	}
	if len(f.Kinds) == 0 && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		// The function's time was up, which is not the caller's context.
		f.Kinds = []string{"key_unavailable"}
	}
	var problems idp.Problems
	if errors.As(err, &problems) {
		for _, p := range problems {
			f.Problems = append(f.Problems, problem(p))
		}
	}
	return f
}

// remoteError is a failure at its caller. It unwraps to the sentinels and the
// problems that it was made from.
type remoteError struct {
	message string
	causes  []error
}

func (e *remoteError) Error() string   { return e.message }
func (e *remoteError) Unwrap() []error { return e.causes }

func (f *failure) domain() error {
	if f == nil {
		return nil
	}
	e := &remoteError{message: f.Message}
	for _, k := range kinds() {
		if slices.Contains(f.Kinds, k.name) {
			e.causes = append(e.causes, k.err)
		}
	}
	if len(f.Problems) > 0 {
		problems := make(idp.Problems, len(f.Problems))
		for i, p := range f.Problems {
			problems[i] = idp.Problem(p)
		}
		e.causes = append(e.causes, problems)
	}
	return e
}
