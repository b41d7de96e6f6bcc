package server

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// Result is how a run of the command line ended.
type Result struct {
	Code   int
	Stdout string
	Stderr string
}

// Run runs the binary with the arguments, feeds it the input, and waits for its
// end.
func Run(t testing.TB, input string, args ...string) Result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), Binary(t), args...)
	cmd.Stdin = strings.NewReader(input)
	cmd.Stdout = &stdout
	cmd.Stderr = &stderr
	cmd.Env = environment()
	cmd.Dir = t.TempDir()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return Result{Code: cmd.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}
}

// Must is [Run] for a command that has to succeed.
func Must(t testing.TB, input string, args ...string) string {
	t.Helper()
	result := Run(t, input, args...)
	if result.Code != 0 {
		t.Fatalf("gatepost %s: exit %d\n%s%s", strings.Join(args, " "), result.Code, result.Stdout, result.Stderr)
	}
	return result.Stdout
}
