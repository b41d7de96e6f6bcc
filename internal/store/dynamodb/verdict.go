package dynamodb

import (
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/store"
)

// writing is one call of Write.
type writing struct {
	ops  []store.Op
	word string    // random, stored in every item that the write puts or updates
	at   time.Time // the moment at which items have ended or not
}

// failure is an operation whose condition did not hold, and the item that it
// found: nil for none.
type failure struct {
	index int
	old   attributes
}

// codeConditionFailed is the reason for a cancelled transaction that makes it the
// caller's affair. The reasons of the other operations are None, or empty.
const codeConditionFailed = "ConditionalCheckFailed"

// failures are the operations whose conditions kept a write from happening, in
// order; none when it failed for another reason.
func failures(err error) []failure {
	var single *types.ConditionalCheckFailedException
	if errors.As(err, &single) {
		return []failure{{0, single.Item}}
	}
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return nil
	}
	var all []failure
	for i, reason := range cancelled.CancellationReasons {
		if aws.ToString(reason.Code) == codeConditionFailed {
			all = append(all, failure{i, reason.Item})
		}
	}
	return all
}

// verdict says what the outcome of the last try means. A failed condition that met
// an item with the write's own word means that an earlier try happened. When that
// cannot be known, doubt makes a failed condition the service's fault.
func (w writing) verdict(err error, doubt bool) error {
	if err == nil {
		return nil
	}
	failed := failures(err)
	if len(failed) == 0 {
		return w.describe(err)
	}
	for _, f := range failed {
		if w.isOurs(f) {
			return nil
		}
	}
	if doubt {
		return w.describe(fmt.Errorf("%w: the answer to a try was lost, and the item has changed since", store.ErrUnavailable))
	}
	first := failed[0]
	if first.index >= len(w.ops) {
		return w.describe(fmt.Errorf("%w: %w", store.ErrUnavailable, err))
	}
	op := w.ops[first.index]
	return &store.OpError{Index: first.index, Key: op.Item.Key, Err: w.reason(op, first.old)}
}

// isOurs reports whether the item that failed a condition was written by an
// earlier try of the same write. A put under Always has no other condition than
// that it was not.
func (w writing) isOurs(f failure) bool {
	if f.index < len(w.ops) {
		op := w.ops[f.index]
		if op.Action == store.ActionPut && op.If.State == store.StateAny {
			return true
		}
	}
	r := reader{from: f.old}
	return r.text(attrWrite) == w.word
}

// reason is the port's error for a condition that failed on an item.
func (w writing) reason(op store.Op, old attributes) error {
	switch {
	case op.Action == store.ActionAdd:
		return store.ErrLimit
	case op.If.State == store.StateAbsent:
		return store.ErrExists
	case op.If.State == store.StateVersion && w.isLive(old):
		return store.ErrStale
	}
	return store.ErrNotFound
}

func (w writing) isLive(old attributes) bool {
	r := reader{from: old}
	end := r.end()
	return r.bad == "" && live(&store.Item{Expires: end}, w.at)
}
