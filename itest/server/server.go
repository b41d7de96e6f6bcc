// Package server runs the gatepost binary that this tree builds, as a person
// would, and speaks to it over HTTP, as a browser without scripts would. Nothing
// here reaches into the process: what the tests know, a user can see.
package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gatepost/gatepost/itest/loopback"
	"github.com/gatepost/gatepost/itest/tool"
)

// startLimit bounds the wait for a server to come up; two busy cores hash
// passwords slowly.
const startLimit = 60 * time.Second

// build makes the binary once for a test process; [Main] removes it.
var build = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "gatepost-itest-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(folder, "gatepost")
	cmd := exec.Command("go", "build", "-o", binary, "./cmd/gatepost")
	cmd.Dir = filepath.Dir(tool.Root())
	out, err := cmd.CombinedOutput()
	if err != nil {
		return folder, fmt.Errorf("go build ./cmd/gatepost: %w\n%s", err, out)
	}
	return folder, nil
})

// Main is the TestMain of a package that uses the binary: it builds it, runs the
// tests and removes it.
func Main(m *testing.M) int {
	folder, err := build()
	defer os.RemoveAll(folder)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// Binary returns the path of the built gatepost.
func Binary(t testing.TB) string {
	t.Helper()
	folder, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "gatepost")
}

// Server is a running `gatepost serve`.
type Server struct {
	URL      string // as printed, without a slash at the end
	Password string // of each of the demo's people
	Token    string // the owner's API token
	Data     string // its folder

	cmd  *exec.Cmd
	out  *output // what it prints for the person who started it
	log  *output
	done chan struct{}
}

// Demo starts `gatepost serve --demo` on an empty folder and a free port and
// waits until it answers. It is stopped when the test ends.
func Demo(t testing.TB, args ...string) *Server {
	t.Helper()
	return DemoIn(t, filepath.Join(t.TempDir(), "data"), args...)
}

// DemoIn is [Demo] on a folder of the caller's.
func DemoIn(t testing.TB, data string, args ...string) *Server {
	t.Helper()
	s := Start(t, data, append([]string{"--demo"}, args...)...)
	s.await(t, func() bool {
		s.Password = s.Printed("password:")
		s.Token = s.Printed("token:")
		return s.Password != "" && s.Token != ""
	})
	return s
}

// Start starts `gatepost serve` with the arguments and waits until it answers.
func Start(t testing.TB, data string, args ...string) *Server {
	t.Helper()
	port := FreePort(t)
	s := &Server{
		URL:  fmt.Sprintf("http://localhost:%d", port),
		Data: data,
		out:  &output{},
		log:  &output{},
		done: make(chan struct{}),
	}
	args = append([]string{"serve", "--data", data, "--addr", fmt.Sprintf("127.0.0.1:%d", port)}, args...)
	s.cmd = exec.Command(Binary(t), args...)
	s.cmd.Stdout = s.out
	s.cmd.Stderr = s.log
	s.cmd.Env = environment()
	err := s.cmd.Start()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = s.cmd.Wait()
		close(s.done)
	}()
	t.Cleanup(func() { s.Kill() })
	// It may answer before what it printed has come through the pipe.
	s.await(t, func() bool { return s.answers() && s.Printed("url:") != "" })
	s.URL = strings.TrimSuffix(s.Printed("url:"), "/")
	return s
}

// Printed is what the server printed after the name on a line of its own, such
// as "url:"; empty when it printed none.
func (s *Server) Printed(name string) string { return s.out.value(name) }

// Log is everything that the server has logged so far.
func (s *Server) Log() string { return s.log.String() }

// Stop asks the server to end, as Ctrl-C does, and waits until it has.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	err := s.cmd.Process.Signal(syscall.SIGINT)
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	select {
	case <-s.done:
	case <-time.After(startLimit):
		t.Fatalf("the server did not stop:\n%s", s.Log())
	}
}

// Kill ends the server as `kill -9` does, and waits until it is gone.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

// Exit is the exit code of a server that has ended.
func (s *Server) Exit() int { return s.cmd.ProcessState.ExitCode() }

// await polls until ready says so; a server that ends first fails the test.
func (s *Server) await(t testing.TB, ready func() bool) {
	t.Helper()
	deadline := time.Now().Add(startLimit)
	for !ready() {
		select {
		case <-s.done:
			t.Fatalf("the server ended with code %d:\n%s", s.Exit(), s.Log())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server did not come up:\n%s", s.Log())
		}
	}
}

func (s *Server) answers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/healthz", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// FreePort returns a loopback port that nobody listens on.
func FreePort(t testing.TB) int {
	t.Helper()
	free, err := loopback.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return free
}

// environment is ours without GATEPOST_*, so that a developer's own settings do
// not decide what is tested.
func environment() []string {
	kept := []string{}
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "GATEPOST_") {
			kept = append(kept, pair)
		}
	}
	return kept
}

// output keeps what a process writes, readable while it writes.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// value returns what follows the name on its own whole line.
func (o *output) value(name string) string {
	reader := bufio.NewReader(strings.NewReader(o.String()))
	for {
		line, err := reader.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return "" // a line without its end may be half written
		}
		rest, found := strings.CutPrefix(strings.TrimSpace(line), name)
		if found {
			return strings.TrimSpace(rest)
		}
	}
}
