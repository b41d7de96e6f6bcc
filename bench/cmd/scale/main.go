// Command scale measures a large installation, by default 1,000 connectors, 200
// groups and 10,000 people in five groups each, on the embedded store:
//
//   - apply, diff and export of a file that describes it, made from a seed, over the
//     config API of `gatepost serve` and on the data folder itself, by the built
//     program; and a second apply that changes some of everything
//   - lists and searches through the API: percentiles of so many requests each
//   - how often a page of each list calls the store
//   - a lockdown: how many writes it is, how long it takes, and what a launch is
//     answered right after
//
// Requests are counted by a proxy between the program and the server, which is not
// there when lists are measured. Memory is the peak of resident memory (VmHWM).
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/gatepost/gatepost/bench/internal/machine"
	"github.com/gatepost/gatepost/bench/internal/process"
)

func main() {
	var o options
	flag.StringVar(&o.root, "root", "..", "the repository")
	flag.StringVar(&o.builds, "builds", "../build/bench", "where the program is built")
	flag.IntVar(&o.size.Connectors, "connectors", 1000, "how many connectors")
	flag.IntVar(&o.size.Groups, "groups", 200, "how many groups")
	flag.IntVar(&o.size.Users, "users", 10000, "how many people")
	flag.Uint64Var(&o.seed, "seed", 1, "of the file")
	flag.IntVar(&o.requests, "requests", 1000, "how many requests of each list")
	flag.StringVar(&o.file, "json", "", "write the results to this file too")
	flag.Parse()

	err := run(context.Background(), os.Stdout, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

type options struct {
	root     string
	builds   string
	size     size
	seed     uint64
	requests int
	file     string
}

// check refuses a city in which nothing could be changed or looked for.
func (o options) check() error {
	if o.size.Connectors < 20 || o.size.Groups < 20 || o.size.Users < 20 || o.requests < 1 {
		return fmt.Errorf("%+v with %d requests is nothing to measure: take at least 20 of each, and a request", o.size, o.requests)
	}
	return nil
}

func run(ctx context.Context, out io.Writer, o options) error {
	err := o.check()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "gatepost-scale-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) // of the temporary folder; what stays of it hurts nobody
	r := &report{Machine: machine.This(), Size: o.size, Seed: o.seed}
	b := bench{options: o, folder: folder, report: r}
	err = b.measure(ctx)
	if err != nil {
		return err
	}
	err = r.table(out)
	if err != nil || o.file == "" {
		return err
	}
	return machine.Keep(r, o.file)
}

// bench is one run.
type bench struct {
	options
	folder  string // where files and stores are
	program program
	token   string // of the owner, for the store that was filled by the API
	report  *report
}

func (b *bench) path(name string) string { return filepath.Join(b.folder, name) }

func (b *bench) measure(ctx context.Context) error {
	var err error
	b.program.binary, err = process.Build(ctx, b.root, "./cmd/gatepost", b.builds)
	if err != nil {
		return err
	}
	err = b.writeFiles()
	if err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{b.overAPI, b.onFolder, b.lists, b.pageCalls, b.stepCalls, b.lockdown} {
		err := part(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
