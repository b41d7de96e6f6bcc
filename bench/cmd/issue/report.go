package main

import (
	"fmt"
	"io"
	"strings"
)

// report is what one run found.
type report struct {
	Go         string   `json:"go"`
	Platform   string   `json:"platform"`
	Rounds     int      `json:"rounds"`
	Batch      int      `json:"batch"`
	Contenders []result `json:"contenders"`
}

// result is the medians of one contender, per response.
type result struct {
	Name        string  `json:"name"`
	Microsecond float64 `json:"median_us"`
	Ratio       float64 `json:"ratio_to_raw"`
	Allocs      float64 `json:"allocs"`
	Bytes       float64 `json:"bytes"`
}

func (r *report) table(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-30s %10s %8s %12s %6s\n", "one response, one core", "median µs", "× raw", "allocations", "KiB")
	for _, c := range r.Contenders {
		fmt.Fprintf(&b, "%-30s %9.0f %8.3f %12.0f %6.0f\n", c.Name, c.Microsecond, c.Ratio, c.Allocs, c.Bytes/1024)
	}
	fmt.Fprintf(&b, "\n%s, %s; %d interleaved rounds of %d, every response verified\n", r.Go, r.Platform, r.Rounds, r.Batch)
	_, err := io.WriteString(out, b.String())
	return err
}
