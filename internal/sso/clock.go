package sso

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrClock says that this machine's clock cannot be right. It comes with
// [ErrUnavailable]: by a clock that is off, access that has ended would be open, and
// what is signed could be redeemed too late.
var ErrClock = errors.New("the clock is off")

// maxSkew is how far the clock may be from AWS's, which takes a response for five
// minutes and none from the future.
const maxSkew = time.Minute

// checkSkew compares the clock with AWS's, as far as its last answer told it.
func (s *Service) checkSkew() error {
	if s.Skew == nil {
		return nil
	}
	skew := s.Skew()
	if skew.Abs() > maxSkew {
		return fmt.Errorf("%w: %w: by %v from AWS's", ErrUnavailable, ErrClock, skew.Round(time.Second))
	}
	return nil
}

// checkClock does the same, and demands that the clock did not jump since the launch
// was decided: it is wall-clock time that is signed.
func (s *Service) checkClock(l *granted) error {
	moved := s.Now().Round(0).Sub(l.decided.Round(0))
	if moved.Abs() > s.Budget+maxSkew {
		return fmt.Errorf("%w: %w: it moved by %v during a launch", ErrUnavailable, ErrClock, moved.Round(time.Second))
	}
	return s.checkSkew()
}

// rest is a context for what is left of a launch's time: one deadline holds for all
// of its parts.
func (l *granted) rest(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, l.until)
}

// grace is how much longer than the launch a record of its failure may take.
const grace = time.Second

// afterwards is a context for what is recorded of a launch, which a person who closes
// the connection must not prevent.
func (s *Service) afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	end, limited := ctx.Deadline()
	if !limited {
		end = time.Now().Add(s.Budget)
	}
	return context.WithDeadline(context.WithoutCancel(ctx), end.Add(grace))
}
