// Package figures says a lot of measurements in one.
package figures

import (
	"slices"
	"time"
)

// Median is the middle of the values, or the mean of the two in the middle. There
// must be some.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// Percentile is the smallest of the times, in milliseconds, that so many in a
// hundred do not pass. There must be some.
func Percentile(times []time.Duration, percent int) float64 {
	sorted := slices.Sorted(slices.Values(times))
	at := (len(sorted)*percent + 99) / 100
	return Milliseconds(sorted[max(0, at-1)])
}

// Milliseconds is d in milliseconds, with what is left of one.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
