package emulator

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gatepost/gatepost/itest/loopback"
	"github.com/gatepost/gatepost/itest/tool"
)

// Sandbox is a function's program under AWS's Lambda Runtime Interface Emulator:
// like one sandbox of Lambda it works on one event at a time, and lives on between
// them. The program starts with the first event.
type Sandbox struct {
	URL string // where the SDK's Invoke finds the function, under the name "function"

	turn    sync.Mutex
	program string
	process *process
}

// invocations is where the emulator takes events.
const invocations = "/2015-03-31/functions/function/invocations"

// Lambda starts the emulator for a program, with the environment given and no
// other. It wants aws-lambda-rie; without it the test is skipped, or fails where
// CI=true. Emulator and program end with the test.
func Lambda(t testing.TB, program string, environment map[string]string) *Sandbox {
	t.Helper()
	rie := tool.Require(t, "aws-lambda-rie")
	folder := t.TempDir()
	s := &Sandbox{program: filepath.Join(folder, "bootstrap")}
	// A name of its own, by which the program is found among all processes.
	err := os.Link(program, s.program)
	if err != nil {
		t.Fatal(err)
	}
	port, err := loopback.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	runtime, err := loopback.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	s.URL = fmt.Sprintf("http://127.0.0.1:%d", port)
	argv := []string{"env", "-i"}
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		argv = append(argv, name+"="+environment[name])
	}
	argv = append(argv, rie, "--log-level", "error", "--runtime-interface-emulator-address", strings.TrimPrefix(s.URL, "http://"),
		"--runtime-api-address", fmt.Sprintf("127.0.0.1:%d", runtime), s.program)
	s.process, err = start(folder, func() bool { return answers(s.URL) }, argv...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.end(t) })
	return s
}

// Invoke sends one event and returns what the emulator answers: the function's
// answer, the runtime's word on an error, or that time was up.
func (s *Sandbox) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+invocations, bytes.NewReader(event))
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("the emulator answers %d %q", response.StatusCode, answer)
	}
	return answer, err
}

// PID is the process ID of the function's program: another one after a crash, 0
// when it does not run.
func (s *Sandbox) PID() int {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return 0
	}
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || target != s.program {
			continue
		}
		pid, err := strconv.Atoi(strings.Split(link, "/")[2])
		if err == nil {
			return pid
		}
	}
	return 0
}

// Freeze stops the function's program where it is, as Lambda does between events.
func (s *Sandbox) Freeze(t testing.TB) { s.signal(t, syscall.SIGSTOP) }

// Thaw lets the program go on.
func (s *Sandbox) Thaw(t testing.TB) { s.signal(t, syscall.SIGCONT) }

func (s *Sandbox) signal(t testing.TB, signal syscall.Signal) {
	t.Helper()
	pid := s.PID()
	if pid == 0 {
		t.Fatal("the function does not run")
	}
	err := syscall.Kill(pid, signal)
	if err != nil {
		t.Fatal(err)
	}
}

// Log is everything that function and emulator have written so far.
func (s *Sandbox) Log() string { return s.process.log.String() }

// end ends the emulator, and then the program: it would end by itself without the
// emulator, unless it is frozen.
func (s *Sandbox) end(t testing.TB) {
	_ = s.process.stop() // the way in which it was killed
	for range 100 {
		pid := s.PID()
		if pid == 0 {
			break
		}
		_ = syscall.Kill(pid, syscall.SIGKILL)
		time.Sleep(10 * time.Millisecond)
	}
	if t.Failed() {
		t.Logf("the function wrote:\n%s", s.Log())
	}
}
