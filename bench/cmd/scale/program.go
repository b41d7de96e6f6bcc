package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/gatepost/gatepost/bench/internal/machine"
)

// program is the built program, and the environment that it runs in: an
// installation by its address or by its folder.
type program struct {
	binary string
	env    []string
}

func (p program) with(name, value string) program {
	p.env = append(p.env[:len(p.env):len(p.env)], name+"="+value)
	return p
}

func (p program) command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, p.binary, args...)
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "GATEPOST_LOG_LEVEL=warn"}, p.env...)
	return command
}

// ran is what one run of the program took, and what it wrote.
type ran struct {
	wall, cpu time.Duration
	peak      int64 // bytes of memory
	out       []byte
	steps     *steps // of apply
}

// run runs the program to its end. Input may be empty.
func (p program) run(ctx context.Context, input string, args ...string) (ran, error) {
	var out bytes.Buffer
	done := ran{steps: newSteps()}
	command := p.command(ctx, args...)
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(input), &out, done.steps
	began := time.Now()
	err := command.Start()
	if err != nil {
		return ran{}, err
	}
	stop := watchMemory(command.Process.Pid)
	err = command.Wait()
	done.wall, done.peak = time.Since(began), stop()
	if err != nil {
		return ran{}, fmt.Errorf("gatepost %s: %w\n%s", strings.Join(args, " "), err, done.steps.rest.String())
	}
	done.steps.end()
	done.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	done.out = out.Bytes()
	return done, nil
}

// watchEvery is how often a process is asked for its peak, which nobody can ask
// for any more when it has ended. What is used at its end may be missed.
const watchEvery = 5 * time.Millisecond

// watchMemory follows the peak of a process's memory until it is stopped.
func watchMemory(pid int) (stop func() int64) {
	end, last := make(chan struct{}), make(chan int64, 1)
	go func() {
		var peak int64
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			now, err := machine.Peak(pid)
			if err == nil { // else it has just ended
				peak = max(peak, now)
			}
			select {
			case <-end:
				last <- peak
				return
			case <-tick.C:
			}
		}
	}()
	return func() int64 {
		close(end)
		return <-last
	}
}
