package kms

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

func TestAKeyIsLookedForSixTimesInThreeSeconds(t *testing.T) {
	unknown := fmt.Errorf("operation error KMS: %w", &types.NotFoundException{})
	other := errors.New("something else")
	tests := []struct {
		name    string
		answers []error // the last one is repeated
		calls   int
		takes   time.Duration
		want    error
	}{
		{"known at once", []error{nil}, 1, 0, nil},
		{"known a little later", []error{unknown, unknown, unknown, nil}, 4, 700 * time.Millisecond, nil},
		{"never known", []error{unknown}, 6, 3100 * time.Millisecond, unknown},
		{"another error", []error{other}, 1, 0, other},
		{"another error a little later", []error{unknown, other}, 2, 100 * time.Millisecond, other},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, calls := time.Now(), 0
				err := untilKnown(t.Context(), func() error {
					calls++
					return test.answers[min(calls, len(test.answers))-1]
				})
				if err != test.want || calls != test.calls || time.Since(start) != test.takes {
					t.Errorf("got %v after %d calls in %s", err, calls, time.Since(start))
				}
			})
		})
	}
}

func TestAKeyIsNotLookedForAfterTheRequestHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
		defer cancel()
		calls := 0
		err := untilKnown(ctx, func() error {
			calls++
			return &types.NotFoundException{}
		})
		if !isNotFound(err) || calls != 2 {
			t.Errorf("got %v after %d calls", err, calls)
		}
	})
}
