package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

// How long to wait between tries: at most firstWait after the first, twice as
// long after each further one, up to maxWait. Half of it is random, so that those
// who were turned away together do not come back together.
const (
	firstWait = 20 * time.Millisecond
	maxWait   = 400 * time.Millisecond
)

// maxDoublings bounds the shifts; the budget ends a call long before.
const maxDoublings = 8

// errNoAnswer stands for the SDK's error when a try took too long: that wraps the
// end of a context that is not the caller's.
var errNoAnswer = errors.New("no answer in time")

// errClock says that this machine's clock cannot be right. Whatever is done begins
// with a read or with what is counted, so that what follows is not written.
var errClock = errors.New("the clock is off")

// maxSkew is how far the clock may be from the service's.
const maxSkew = time.Minute

// repeat makes a call until it is settled, fails for good, or has no time for
// another try. It also reports whether an earlier try may have happened although
// its answer was lost. An error is a failed condition, [store.ErrFormat], or
// [store.ErrUnavailable].
func (t *Tables) repeat(ctx context.Context, call func(context.Context) error) (bool, error) {
	if ctx.Err() != nil {
		return false, unavailable(ctx, nil)
	}
	whole, cancel := context.WithTimeout(ctx, t.budget)
	defer cancel()
	doubt := false
	for n := 0; ; n++ {
		err := t.try(whole, n, call)
		switch outcomeOf(err) {
		case settled:
			if skew := t.skew(); skew.Abs() > maxSkew {
				return doubt, unavailable(ctx, fmt.Errorf("%w: by %v from the service's", errClock, skew.Round(time.Second)))
			}
			return doubt, err
		case broken:
			return doubt, unavailable(ctx, err)
		case lost:
			doubt = true
		case refused:
		}
		if !pause(whole, n) {
			return doubt, unavailable(ctx, err)
		}
	}
}

// try is the try number n, from 0.
func (t *Tables) try(ctx context.Context, n int, call func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, t.patience<<min(n, maxDoublings))
	defer cancel()
	err := call(limited)
	if limited.Err() != nil && outcomeOf(err) == lost {
		return fmt.Errorf("%w (try %d): %v", errNoAnswer, n+1, err)
	}
	return err
}

// pause waits before the next try. It reports false, at once, when there is no
// time for another one.
func pause(ctx context.Context, n int) bool {
	most := min(firstWait<<min(n, maxDoublings), maxWait)
	wait := most/2 + rand.N(most/2)
	deadline, _ := ctx.Deadline()
	if time.Until(deadline) <= wait {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// unavailable tells the end of the caller's context apart from other reasons.
func unavailable(ctx context.Context, err error) error {
	switch {
	case ctx.Err() == nil:
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	case err == nil:
		return fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
	}
	return fmt.Errorf("%w: %w: %v", store.ErrUnavailable, ctx.Err(), err)
}
