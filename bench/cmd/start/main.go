// Command start measures what people wait for when a function has no sandbox yet,
// and what each route asks of the store.
//
// Each function is built with the flags of the Makefile and started by a stand-in
// for the Lambda runtime API, again and again, on one core:
//
//   - to ready: from the start of the process to its first request for work, which
//     is what Lambda calls the init phase
//   - to answer: from there on to the answer to one API Gateway event, which needs
//     no store, so that only our own work is in it
//   - CPU: what the process used until then, in all its threads; on a busy machine
//     the steadiest of the three
//   - resident: its memory after the answer (VmRSS)
//
// Beside ours run a function that does nothing and one that makes the clients that
// our hot path needs, in two forms; see the commands bare, clients and lean. The
// rounds are interleaved, and a ratio is taken within a round, so that a machine
// that gets slower is slower for all.
//
// Sizes are those of the linux/arm64 build, which is what is deployed.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/gatepost/gatepost/bench/internal/machine"
)

func main() {
	var o options
	flag.StringVar(&o.root, "root", "..", "the repository")
	flag.StringVar(&o.builds, "builds", "../build/bench", "where the functions are built")
	flag.IntVar(&o.rounds, "rounds", 100, "how often each function is started")
	flag.StringVar(&o.file, "json", "", "write the results to this file too")
	flag.Parse()

	err := run(context.Background(), os.Stdout, o, contenders())
	if err != nil {
		fmt.Fprintln(os.Stderr, "start:", err)
		os.Exit(1)
	}
}

type options struct {
	root   string
	builds string
	rounds int
	file   string
}

func run(ctx context.Context, out io.Writer, o options, functions []function) error {
	if o.rounds < 1 {
		return fmt.Errorf("%d rounds are nothing to measure", o.rounds)
	}
	r := &report{Machine: machine.This(), Rounds: o.rounds}
	built, err := buildAll(ctx, o, functions)
	if err != nil {
		return err
	}
	r.Functions, err = measure(ctx, built, o.rounds)
	if err != nil {
		return err
	}
	r.Routes, err = countRoutes(ctx, o.root)
	if err != nil {
		return err
	}
	err = r.table(out)
	if err != nil || o.file == "" {
		return err
	}
	return machine.Keep(r, o.file)
}
