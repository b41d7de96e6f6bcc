package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gatepost/gatepost/bench/internal/figures"
	"github.com/gatepost/gatepost/bench/internal/machine"
)

// report is what one run found.
type report struct {
	Machine  machine.Machine `json:"machine"`
	Procs    string          `json:"gomaxprocs_of_servers,omitempty"`
	Rounds   int             `json:"rounds"`
	Launches int             `json:"launches_in_a_turn"`
	Levels   []level         `json:"levels"`
	Peaks    []peak          `json:"peaks"`
}

// peak is the most memory that a server has had in use during the whole run.
type peak struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// level is what was found with so many launches at once.
type level struct {
	AtOnce     int      `json:"at_once"`
	Contenders []result `json:"contenders"`
}

// result is one contender's. CPU, ratio and rate are medians of the turns; the
// percentiles are of all launches.
type result struct {
	Name       string  `json:"name"`
	CPU        float64 `json:"cpu_ms"` // of one launch
	Ratio      float64 `json:"ratio_to_raw"`
	Rate       float64 `json:"launches_a_second"`
	P50        float64 `json:"p50_ms"`
	P99        float64 `json:"p99_ms"`
	Longest    float64 `json:"longest_ms"`
	Signatures int     `json:"signatures"` // in one response
	Verified   int     `json:"verified"`   // responses
}

// summarize takes a ratio to the first contender's turn in the same round.
func summarize(contenders []contender, turns [][][]turn) []level {
	all := make([]level, len(levels))
	for l, at := range levels {
		all[l].AtOnce = at
		for i, c := range contenders {
			of := func(value func(own, raw turn) float64) float64 {
				values := make([]float64, len(turns[l][i]))
				for round := range values {
					values[round] = value(turns[l][i][round], turns[l][0][round])
				}
				return figures.Median(values)
			}
			var times []time.Duration
			for _, t := range turns[l][i] {
				times = append(times, t.times...)
			}
			all[l].Contenders = append(all[l].Contenders, result{
				Name:       c.name(),
				CPU:        of(func(own, _ turn) float64 { return figures.Milliseconds(own.cpu) / float64(len(own.times)) }),
				Ratio:      of(func(own, raw turn) float64 { return float64(own.cpu) / float64(raw.cpu) }),
				Rate:       of(func(own, _ turn) float64 { return float64(len(own.times)) / own.wall.Seconds() }),
				P50:        figures.Percentile(times, 50),
				P99:        figures.Percentile(times, 99),
				Longest:    figures.Percentile(times, 100),
				Signatures: c.signatures(),
				Verified:   len(times),
			})
		}
	}
	return all
}

func (r *report) table(out io.Writer) error {
	var b strings.Builder
	for _, l := range r.Levels {
		fmt.Fprintf(&b, "%-24s %7s %7s %9s %8s %8s %10s %11s %9s\n", fmt.Sprintf("launches, %d at once", l.AtOnce), "CPU ms", "× raw", "a second", "p50 ms", "p99 ms", "longest ms", "signatures", "verified")
		for _, c := range l.Contenders {
			fmt.Fprintf(&b, "%-24s %7.2f %7.2f %9.0f %8.1f %8.1f %10.1f %11d %9d\n", c.Name, c.CPU, c.Ratio, c.Rate, c.P50, c.P99, c.Longest, c.Signatures, c.Verified)
		}
		b.WriteString("\n")
	}
	for _, p := range r.Peaks {
		fmt.Fprintf(&b, "%s: at most %.0f MiB of memory\n", p.Name, float64(p.Bytes)/(1<<20))
	}
	fmt.Fprintf(&b, "%s; %d rounds of turns of %d launches", r.Machine, r.Rounds, r.Launches)
	if r.Procs != "" {
		fmt.Fprintf(&b, "; servers with GOMAXPROCS=%s", r.Procs)
	}
	b.WriteString("\n")
	_, err := io.WriteString(out, b.String())
	return err
}
