// Package growtest tells whether the work of a reader grows with its input, on any
// machine and however busy it is: no time is judged, only how two of them relate.
package growtest

import (
	"testing"
	"time"
)

const (
	rounds = 8
	short  = 2 * time.Millisecond // less is too little to compare, and no harm
	small  = 1 << 18              // bytes of the first input
	most   = 10                   // four times the input is 4 times the work, and by comparing all with all 16
)

// Linear fails the test when four times the input is, each time it is tried, far more
// than four times the work. Each time counts by the least that it took so far: what
// else the machine does adds, and never takes away.
func Linear(t *testing.T, input func(bytes int) string, read func([]byte)) {
	t.Helper()
	one, four := []byte(input(small)), []byte(input(4*small))
	least := func(before time.Duration, text []byte) time.Duration {
		at := time.Now()
		read(text)
		return min(before, time.Since(at))
	}
	took, tookFour := time.Hour, time.Hour
	for range rounds {
		took, tookFour = least(took, one), least(tookFour, four)
		if tookFour < short || tookFour < most*took {
			return
		}
	}
	t.Errorf("four times the input takes %.1f times as long (%v, %v)", tookFour.Seconds()/took.Seconds(), took, tookFour)
}
