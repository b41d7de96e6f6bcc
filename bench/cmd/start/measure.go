package main

import (
	"context"
	"slices"
	"time"

	"github.com/gatepost/gatepost/bench/internal/figures"
)

// measure starts every function once in each round, beginning each round with
// another of them.
func measure(ctx context.Context, functions []built, rounds int) ([]result, error) {
	core, err := lastCore()
	if err != nil {
		return nil, err
	}
	starts := make([][]start, len(functions))
	for round := range rounds + 1 {
		for i := range functions {
			n := (round + i) % len(functions)
			s, err := functions[n].start(ctx, core)
			if err != nil {
				return nil, err
			}
			if round > 0 { // the first one reads the files into memory
				starts[n] = append(starts[n], s)
			}
		}
	}
	return summarize(functions, starts), nil
}

// summarize takes medians: of the times, and of the ratios to the peer's start in
// the same round. Without the peer, the first function stands in for it.
func summarize(functions []built, starts [][]start) []result {
	base := max(0, slices.IndexFunc(functions, func(b built) bool { return b.name == peer }))
	var results []result
	for i, f := range functions {
		of := func(value func(own, peer start) float64) float64 {
			values := make([]float64, len(starts[i]))
			for round := range values {
				values[round] = value(starts[i][round], starts[base][round])
			}
			return figures.Median(values)
		}
		results = append(results, result{
			Name:        f.name,
			Ready:       of(func(s, _ start) float64 { return figures.Milliseconds(s.ready) }),
			ReadyRatio:  of(func(s, p start) float64 { return ratio(s.ready, p.ready) }),
			Answer:      of(func(s, _ start) float64 { return figures.Milliseconds(s.answer) }),
			Whole:       of(func(s, _ start) float64 { return figures.Milliseconds(s.ready + s.answer) }),
			WholeRatio:  of(func(s, p start) float64 { return ratio(s.ready+s.answer, p.ready+p.answer) }),
			CPU:         of(func(s, _ start) float64 { return figures.Milliseconds(s.cpu) }),
			CPURatio:    of(func(s, p start) float64 { return ratio(s.cpu, p.cpu) }),
			MemoryBytes: of(func(s, _ start) float64 { return float64(s.memory) }),
			BinaryBytes: f.size,
			ZipBytes:    f.zipped,
		})
	}
	return results
}

func ratio(own, peer time.Duration) float64 { return float64(own) / float64(peer) }
