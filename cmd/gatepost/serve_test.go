package main

import (
	"runtime/debug"
	"testing"
)

func TestGarbageIsCollectedLessUnlessToldOtherwise(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	for _, c := range []struct {
		gogc string
		want int
	}{{"50", 100}, {"", garbage}} { // Go itself has read GOGC when the test began
		t.Setenv("GOGC", c.gogc)
		collectLess()
		if got := debug.SetGCPercent(100); got != c.want {
			t.Errorf("with GOGC=%q garbage may be %d percent, want %d", c.gogc, got, c.want)
		}
	}
}
