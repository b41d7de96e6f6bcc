// Command gatepost is the whole program: `gatepost serve` runs it on one
// machine, and the other commands are for administrators.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/gatepost/gatepost/internal/idp"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its surroundings as parameters, so that tests can run the
// command without a process.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	p := &program{in: in, out: out, errs: errs}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	var quiet exitWith
	if errors.As(err, &quiet) {
		return int(quiet)
	}
	text, hint := explain(err)
	fmt.Fprintln(errs, "error:", idp.Shown(text, "\n"))
	if hint != "" {
		fmt.Fprintln(errs, "hint:", idp.Shown(hint, "\n"))
	}
	var usage *usageError
	if !p.started || errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}
