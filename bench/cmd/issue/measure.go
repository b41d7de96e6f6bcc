package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/gatepost/gatepost/bench/internal/figures"
)

// contender is one way of making a response. issue returns what would be sent.
type contender struct {
	name   string
	issue  func() (string, error)
	verify func(sent string) error
}

// turn is one batch of one contender, per response.
type turn struct {
	nanos  float64
	allocs float64
	bytes  float64
}

// measure gives every contender a turn in each round, beginning each round with
// another of them.
func measure(contenders []contender, rounds, batch int) (*report, error) {
	turns := make([][]turn, len(contenders))
	for _, c := range contenders { // warm up, unmeasured
		_, err := c.turn(batch)
		if err != nil {
			return nil, err
		}
	}
	for round := range rounds {
		for i := range contenders {
			n := (round + i) % len(contenders)
			t, err := contenders[n].turn(batch)
			if err != nil {
				return nil, err
			}
			turns[n] = append(turns[n], t)
		}
	}
	return summarize(contenders, turns, rounds, batch), nil
}

func (c *contender) turn(batch int) (turn, error) {
	sent := make([]string, batch)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	for i := range sent {
		response, err := c.issue()
		if err != nil {
			return turn{}, fmt.Errorf("%s: issue: %w", c.name, err)
		}
		sent[i] = response
	}
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	for _, response := range sent {
		err := c.verify(response)
		if err != nil {
			return turn{}, fmt.Errorf("%s: verify: %w", c.name, err)
		}
	}
	n := float64(batch)
	return turn{
		nanos:  float64(took.Nanoseconds()) / n,
		allocs: float64(after.Mallocs-before.Mallocs) / n,
		bytes:  float64(after.TotalAlloc-before.TotalAlloc) / n,
	}, nil
}

// summarize takes medians: of the times, and of the ratios to the first
// contender's turn in the same round.
func summarize(contenders []contender, turns [][]turn, rounds, batch int) *report {
	r := &report{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Rounds: rounds, Batch: batch}
	for i, c := range contenders {
		of := func(value func(turn, turn) float64) float64 {
			values := make([]float64, rounds)
			for round := range values {
				values[round] = value(turns[i][round], turns[0][round])
			}
			return figures.Median(values)
		}
		r.Contenders = append(r.Contenders, result{
			Name:        c.name,
			Microsecond: of(func(t, _ turn) float64 { return t.nanos / 1000 }),
			Ratio:       of(func(t, raw turn) float64 { return t.nanos / raw.nanos }),
			Allocs:      of(func(t, _ turn) float64 { return t.allocs }),
			Bytes:       of(func(t, _ turn) float64 { return t.bytes }),
		})
	}
	return r
}
