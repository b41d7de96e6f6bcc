// Package process builds programs, and runs those that serve.
package process

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gatepost/gatepost/bench/internal/machine"
)

// Build builds a package of a module as `make build` does, into a folder, and
// returns the program.
func Build(ctx context.Context, module, pkg, folder string) (string, error) {
	binary, err := filepath.Abs(filepath.Join(folder, filepath.Base(pkg)))
	if err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, pkg)
	command.Dir = module
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, output)
	}
	return binary, nil
}

// Server is a program that serves until it is stopped.
type Server struct {
	URL string // as people reach it

	command *exec.Cmd
	log     bytes.Buffer
}

// Serve starts a program whose first line tells its address, as that of `gatepost
// serve` does. What it writes to standard error is kept for the error of Stop,
// unless the command says where it goes.
func Serve(command *exec.Cmd) (*Server, error) {
	s := &Server{command: command}
	if command.Stderr == nil {
		command.Stderr = &s.log
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	err = command.Start()
	if err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	address, found := strings.CutPrefix(strings.TrimSpace(line), "url: ")
	if err != nil || !found {
		return nil, errors.Join(fmt.Errorf("%s begins with %q: %w", command.Path, line, err), s.Stop())
	}
	s.URL = address
	return s, nil
}

// PID is the number of the process.
func (s *Server) PID() int { return s.command.Process.Pid }

// Peak is the most memory that the server has had in use, in bytes.
func (s *Server) Peak() (int64, error) { return machine.Peak(s.PID()) }

// Stop has the server end as a person would.
func (s *Server) Stop() error {
	err := s.command.Process.Signal(os.Interrupt)
	if err != nil {
		return err
	}
	err = s.command.Wait()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", s.command.Path, err, s.log.Bytes())
	}
	return nil
}
