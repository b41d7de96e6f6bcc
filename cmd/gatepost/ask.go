package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// errUnconfirmed says that nobody said yes, so that nothing was done.
var errUnconfirmed = errors.New("not confirmed: nothing is changed")

// terminal reports whether a person sits at standard input.
func (p *program) terminal() bool {
	f, ok := p.in.(*os.File)
	return ok && isTerminal(f)
}

// isTerminal takes every character device for one; /dev/null, which is always at
// its end, never says yes.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// confirm asks a person to type a phrase before something that is hard to undo.
// In a script, --yes says it.
func (p *program) confirm(ctx context.Context, question, phrase string, yes bool) error {
	if yes {
		return nil
	}
	if !p.terminal() {
		return &hintedError{errUnconfirmed, "there is no terminal to ask on; give --yes to do it"}
	}
	err := p.note("%s\nType %s to go on:", question, phrase)
	if err != nil {
		return err
	}
	line, err := p.line(ctx)
	if err != nil {
		return err
	}
	if line != phrase {
		return &hintedError{errUnconfirmed, fmt.Sprintf("type %s, or give --yes in a script", phrase)}
	}
	return nil
}

// askCount asks how many connectors are being deleted, as a check that the
// person means all of them.
func (p *program) askCount(ctx context.Context, n int) (int, error) {
	err := p.note("You are deleting %d connectors. Type their number:", n)
	if err != nil {
		return 0, err
	}
	line, err := p.line(ctx)
	if err != nil {
		return 0, err
	}
	count, err := strconv.Atoi(line)
	if err != nil {
		return 0, &usageError{"that is not a number: nothing is deleted", "type the number, or give it with --count"}
	}
	return count, nil
}

// readPassword reads one line from standard input. A password is never an
// argument: arguments are seen by every process of the machine.
func (p *program) readPassword(ctx context.Context) (string, error) {
	line, err := p.rawLine(ctx)
	if err != nil {
		return "", err
	}
	if line == "" {
		return "", &usageError{"there is no password on standard input", "write it there: gatepost user set-password EMAIL < password.txt"}
	}
	return line, nil
}

// line is the next line of standard input without the white space around it.
func (p *program) line(ctx context.Context) (string, error) {
	line, err := p.rawLine(ctx)
	return strings.TrimSpace(line), err
}

// maxLine bounds a line of standard input, in bytes.
const maxLine = 4096

// rawLine is the next line of standard input. Whoever interrupts the program does
// not have to press Enter first.
func (p *program) rawLine(ctx context.Context) (string, error) {
	type read struct {
		line string
		err  error
	}
	done := make(chan read, 1)
	go func() {
		line, err := bufio.NewReader(io.LimitReader(p.in, maxLine)).ReadString('\n')
		done <- read{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case got := <-done:
		if got.err != nil && !errors.Is(got.err, io.EOF) {
			return "", fmt.Errorf("read standard input: %w", got.err)
		}
		return strings.TrimRight(got.line, "\r\n"), nil
	}
}
