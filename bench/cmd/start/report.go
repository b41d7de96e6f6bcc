package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/gatepost/gatepost/bench/internal/machine"
)

// report is what one run found.
type report struct {
	Machine   machine.Machine `json:"machine"`
	Rounds    int             `json:"rounds"`
	Functions []result        `json:"functions"`
	Routes    []route         `json:"routes"`
}

// result is the medians of one function. Ratios are to the function that makes
// the two clients.
type result struct {
	Name        string  `json:"name"`
	Ready       float64 `json:"ready_ms"`
	ReadyRatio  float64 `json:"ready_ratio"`
	Answer      float64 `json:"answer_ms"`
	Whole       float64 `json:"whole_ms"` // both
	WholeRatio  float64 `json:"whole_ratio"`
	CPU         float64 `json:"cpu_ms"`
	CPURatio    float64 `json:"cpu_ratio"`
	MemoryBytes float64 `json:"resident_bytes"`
	BinaryBytes int64   `json:"binary_bytes"`
	ZipBytes    int64   `json:"zip_bytes"`
}

const mib = 1 << 20

func (r *report) table(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-29s %9s %7s %9s %9s %7s %8s %7s %9s %9s %8s\n", "cold start, one core",
		"ready ms", "×", "answer ms", "both ms", "×", "CPU ms", "×", "RSS MiB", "arm64 MiB", "zip MiB")
	for _, f := range r.Functions {
		fmt.Fprintf(&b, "%-29s %9.1f %7.2f %9.1f %9.1f %7.2f %8.1f %7.2f %9.1f %9.1f %8.2f\n", f.Name,
			f.Ready, f.ReadyRatio, f.Answer, f.Whole, f.WholeRatio, f.CPU, f.CPURatio, f.MemoryBytes/mib, float64(f.BinaryBytes)/mib, float64(f.ZipBytes)/mib)
	}
	fmt.Fprintf(&b, "\n%-29s %11s %9s %11s %10s %8s %7s %14s\n", "calls to the store", "batch reads", "snapshots", "items asked", "read units", "queries", "writes", "items written")
	for _, route := range r.Routes {
		c := route.Calls
		fmt.Fprintf(&b, "%-29s %11d %9d %11d %10d %8d %7d %14d\n", route.Name, c.Gets, c.Snapshots, c.Keys, c.Units, c.Queries, c.Writes, c.Ops)
	}
	fmt.Fprintf(&b, "\n%s; %d interleaved rounds; × is to %q\n", r.Machine, r.Rounds, peer)
	_, err := io.WriteString(out, b.String())
	return err
}
