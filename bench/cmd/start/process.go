package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"strings"
	"time"

	"github.com/gatepost/gatepost/bench/internal/machine"
)

// start is what one start of one function took.
type start struct {
	ready  time.Duration // from the start of the process to its first request for work
	answer time.Duration // from there to its first answer
	cpu    time.Duration
	memory int64 // resident bytes after the answer
}

// start starts the function on a core, gives it its event, checks the answer and
// ends the process.
func (b *built) start(ctx context.Context, core int) (start, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	box := newSandbox(b.input)
	server := httptest.NewServer(box)
	defer server.Close()
	var log bytes.Buffer
	command := exec.CommandContext(ctx, b.binary)
	command.Env = variables(strings.TrimPrefix(server.URL, "http://"))
	command.Stderr = &log
	began, err := startOn(core, command)
	if err != nil {
		return start{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	var result start
	select {
	case o := <-box.done:
		result, err = b.judge(o, began, box)
		if err == nil {
			result.memory, err = machine.Resident(command.Process.Pid)
		}
		cancel()
		<-ended // killed, which is no failure
	case err = <-ended:
		err = fmt.Errorf("%s ended before it answered: %v\n%s", b.name, err, log.Bytes())
	}
	result.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return result, err
}

// judge takes the times, if the answer is the right one.
func (b *built) judge(o outcome, began time.Time, box *sandbox) (start, error) {
	if o.err != nil {
		return start{}, fmt.Errorf("%s: %w", b.name, o.err)
	}
	if !bytes.Contains(o.answer, []byte(b.answer)) {
		return start{}, fmt.Errorf("%s answered %s, which is not %s", b.name, o.answer, b.answer)
	}
	ready := <-box.ready
	return start{ready: ready.Sub(began), answer: o.at.Sub(ready)}, nil
}

// variables are what Lambda and template.yaml set.
func variables(runtimeAPI string) []string {
	return []string{
		"AWS_LAMBDA_RUNTIME_API=" + runtimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME=gatepost",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_LOG_FORMAT=JSON",
		"AWS_REGION=eu-west-1",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY=no-secret",
		"AWS_SESSION_TOKEN=no-token",
		"GATEPOST_URL=" + address,
		"GATEPOST_CONFIG_TABLE=config",
		"GATEPOST_DIRECTORY_TABLE=directory",
		"GATEPOST_ACTIVITY_TABLE=activity",
		"GATEPOST_SIGNER_ROLES=arn:aws:iam::111122223333:role/sso",
		"GATEPOST_STACK=gatepost",
	}
}
