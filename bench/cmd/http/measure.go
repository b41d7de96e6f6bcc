package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gatepost/gatepost/bench/internal/machine"
)

// contender is one way of making a response, or a part of it.
type contender interface {
	name() string
	signatures() int                            // in what a launch returns
	pid() int                                   // of the process that makes it
	begin()                                     // a turn: with new connections
	launch(ctx context.Context) ([]byte, error) // what is sent, whole
	verify(sent []byte) error
}

// turn is so many launches of one contender.
type turn struct {
	wall, cpu time.Duration
	times     []time.Duration // of each launch
}

// measure gives every contender a turn at each level in each round, beginning each
// round with another of them.
func measure(ctx context.Context, contenders []contender, rounds, launches int) ([]level, error) {
	turns := make([][][]turn, len(levels)) // by level, contender and round
	for l := range levels {
		turns[l] = make([][]turn, len(contenders))
	}
	for _, c := range contenders { // warm up, unmeasured
		_, err := take(ctx, c, 1, min(launches, 50))
		if err != nil {
			return nil, err
		}
	}
	for round := range rounds {
		for l, at := range levels {
			for i := range contenders {
				n := (round + i) % len(contenders)
				t, err := take(ctx, contenders[n], at, launches)
				if err != nil {
					return nil, err
				}
				turns[l][n] = append(turns[l][n], t)
			}
		}
	}
	return summarize(contenders, turns), nil
}

// take has a contender make so many launches, at of them at once, and verifies
// all of them afterwards.
func take(ctx context.Context, c contender, at, launches int) (turn, error) {
	c.begin()
	sent, failed := make([][]byte, launches), make([]error, launches)
	t := turn{times: make([]time.Duration, launches)}
	before, err := machine.CPU(c.pid())
	if err != nil {
		return turn{}, err
	}
	began := time.Now()
	var all sync.WaitGroup
	var next atomic.Int64
	for range at {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(launches); i = next.Add(1) - 1 {
				asked := time.Now()
				sent[i], failed[i] = c.launch(ctx)
				t.times[i] = time.Since(asked)
			}
		})
	}
	all.Wait()
	t.wall = time.Since(began)
	after, err := machine.CPU(c.pid())
	t.cpu = after - before
	err = errors.Join(append(failed, err)...)
	if err != nil {
		return turn{}, fmt.Errorf("%s: %w", c.name(), err)
	}
	for _, one := range sent {
		err := c.verify(one)
		if err != nil {
			return turn{}, fmt.Errorf("%s: verify: %w", c.name(), err)
		}
	}
	return t, nil
}

// peaks are the memory of the servers.
func peaks(contenders []contender) ([]peak, error) {
	var all []peak
	for _, c := range contenders[1:] { // the raw signatures are made here
		bytes, err := machine.Peak(c.pid())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name(), err)
		}
		all = append(all, peak{c.name(), bytes})
	}
	return all, nil
}
