package dynamodb

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"

	"github.com/gatepost/gatepost/internal/store"
)

// tries are what repeat has made of a call: when each try came, and how much time
// it had.
type tries struct {
	at     []time.Time
	limits []time.Duration
}

// repeating has a call repeated that always ends as try does.
func repeating(ctx context.Context, try func(context.Context) error) (*tries, error) {
	made := &tries{}
	_, err := New(nil, Names{}, Options{}).repeat(ctx, func(ctx context.Context) error {
		limit, _ := ctx.Deadline()
		made.at, made.limits = append(made.at, time.Now()), append(made.limits, time.Until(limit))
		return try(ctx)
	})
	return made, err
}

func throttled(context.Context) error { return &smithy.GenericAPIError{Code: "ThrottlingException"} }

// hang answers when the try's time is over, as the SDK does then.
func hang(ctx context.Context) error {
	<-ctx.Done()
	return &smithy.OperationError{ServiceID: "DynamoDB", OperationName: "Query", Err: ctx.Err()}
}

func TestAThrottledCallGivesUpWithinItsBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		made, err := repeating(t.Context(), throttled)
		mustBe(t, err, store.ErrUnavailable, -1)
		took := time.Since(begun)
		if took > 3*time.Second || took < 2*time.Second {
			t.Errorf("it took %v, want most of the budget of 3s and no more", took)
		}
		if len(made.at) < 8 || len(made.at) > 20 {
			t.Errorf("%d tries, want neither too few nor a storm", len(made.at))
		}
		for i := 1; i < len(made.at); i++ {
			pause := made.at[i].Sub(made.at[i-1])
			most := min(firstWait<<min(i-1, maxDoublings), maxWait)
			if pause < most/2 || pause > most {
				t.Errorf("pause %d is %v, want between %v and %v", i, pause, most/2, most)
			}
		}
	})
}

func TestASlowCallGetsTwiceTheTimeAtEachTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		made, err := repeating(t.Context(), hang)
		mustBe(t, err, store.ErrUnavailable, -1)
		if errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v, but the caller's time has not ended", err)
		}
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("it took %v, want at most the budget of 3s", took)
		}
		if len(made.limits) != 2 || made.limits[0] != time.Second || made.limits[1] > 2*time.Second || made.limits[1] < 1900*time.Millisecond {
			t.Errorf("the tries had %v, want one second and what is left", made.limits)
		}
	})
}

func TestTheCallersEndComesFirst(t *testing.T) {
	for name, try := range map[string]func(context.Context) error{"of a slow service": hang, "of a throttling service": throttled} {
		t.Run("a context that is cancelled during a call "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(30*time.Millisecond, cancel)
				begun := time.Now()
				_, err := repeating(ctx, try)
				mustBe(t, err, store.ErrUnavailable, -1)
				mustBe(t, err, context.Canceled, -1)
				if took := time.Since(begun); took != 30*time.Millisecond {
					t.Errorf("it took %v, want 30ms", took)
				}
			})
		})
	}
	t.Run("a context that has ended asks nothing", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		made, err := repeating(ctx, throttled)
		mustBe(t, err, store.ErrUnavailable, -1)
		mustBe(t, err, context.Canceled, -1)
		if len(made.at) != 0 {
			t.Errorf("%d tries, want none", len(made.at))
		}
	})
}

func TestNoAnswerIsTakenWhileTheClockIsOff(t *testing.T) {
	for _, c := range []struct {
		skew time.Duration
		err  error
	}{
		{0, nil}, {50 * time.Second, nil}, {-50 * time.Second, nil}, {10 * time.Minute, store.ErrUnavailable}, {-10 * time.Minute, store.ErrUnavailable},
	} {
		tries := 0
		_, err := New(nil, Names{}, Options{Skew: func() time.Duration { return c.skew }}).repeat(t.Context(), func(context.Context) error {
			tries++
			return nil
		})
		if !errors.Is(err, c.err) || tries != 1 {
			t.Errorf("%v: %v after %d tries", c.skew, err, tries)
		}
	}
}
