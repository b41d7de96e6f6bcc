// Command http measures launches as people make them, by HTTP: the signed form of
// /sso/aws-a, from the request to the last byte, 1, 16 and 64 of them at once. The
// contenders take turns in each round:
//
//   - raw: one RSA-2048 PKCS #1 v1.5 signature of crypto/rsa, by as many at once
//   - gatepost: the built `gatepost serve`, on the embedded store with keys in files
//   - crewjam/saml: the samlidp server that comes with it, which keeps all in memory
//     and signs twice
//
// Each server is a process of its own on this machine. What a launch costs is the
// CPU time of all threads of that process, user and system, and is compared with
// the raw signature in the same round. A turn begins with new connections. Every
// response is verified in the same run, after the turn that it is from.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/gatepost/gatepost/bench/internal/machine"
)

func main() {
	var o options
	flag.StringVar(&o.root, "root", "..", "the repository")
	flag.StringVar(&o.builds, "builds", "../build/bench", "where programs are built and data is kept meanwhile")
	flag.IntVar(&o.rounds, "rounds", 7, "how often each contender has its turn")
	flag.IntVar(&o.launches, "launches", 400, "launches in a turn")
	flag.StringVar(&o.procs, "procs", "", "GOMAXPROCS of the servers (default: Go's own)")
	flag.StringVar(&o.beside, "beside", "", "another build of gatepost, to be measured in the same run")
	flag.StringVar(&o.file, "json", "", "write the results to this file too")
	flag.Parse()

	err := run(context.Background(), os.Stdout, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "http:", err)
		os.Exit(1)
	}
}

type options struct {
	root     string
	builds   string
	rounds   int
	launches int
	procs    string
	beside   string
	file     string
}

// levels are how many launches are under way at once.
var levels = []int{1, 16, 64}

// Limits of a run: of its time, and of how many responses are kept to be verified.
const (
	timeLimit   = 15 * time.Minute
	maxLaunches = 10_000
)

func run(ctx context.Context, out io.Writer, o options) (err error) {
	if o.rounds < 1 || o.launches < 1 || o.launches > maxLaunches {
		return fmt.Errorf("%d rounds of %d launches cannot be measured: take at least one of each, and at most %d launches", o.rounds, o.launches, maxLaunches)
	}
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	r := &report{Machine: machine.This(), Procs: o.procs, Rounds: o.rounds, Launches: o.launches}
	contenders, end, err := begin(ctx, o)
	if err != nil {
		return err
	}
	r.Levels, err = measure(ctx, contenders, o.rounds, o.launches)
	if err == nil {
		r.Peaks, err = peaks(contenders)
	}
	err = errors.Join(err, end())
	if err != nil {
		return err
	}
	err = r.table(out)
	if err != nil || o.file == "" {
		return err
	}
	return machine.Keep(r, o.file)
}
