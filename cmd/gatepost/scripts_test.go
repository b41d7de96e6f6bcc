package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"gatepost": func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the command lines under testdata, which read as
// documentation.
func TestScripts(t *testing.T) {
	testscript.Run(t, params("testdata", func(*testscript.Env, string) error { return nil }))
}

// TestScriptsOnADataFolder and TestScriptsOnAServer run the same command lines:
// they behave alike.
func TestScriptsOnADataFolder(t *testing.T) { testscript.Run(t, params("testdata/both", onFolder)) }

func TestScriptsOnAServer(t *testing.T) {
	for _, dir := range []string{"testdata/both", "testdata/server"} {
		testscript.Run(t, params(dir, onServer))
	}
}

func params(dir string, prepare func(env *testscript.Env, data string) error) testscript.Params {
	return testscript.Params{
		Dir: dir,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			err := writeKeys(env.WorkDir)
			if err != nil {
				return err
			}
			return prepare(env, filepath.Join(env.WorkDir, "installation"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"readtoken": readToken},
	}
}

// readToken makes a token that was printed the one of the commands that follow.
func readToken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: readtoken FILE")
	}
	ts.Setenv("GATEPOST_TOKEN", strings.TrimSpace(ts.ReadFile(args[0])))
}

// onFolder makes a data folder with an owner the installation of a script.
func onFolder(env *testscript.Env, data string) error {
	env.Setenv("GATEPOST_DATA", data)
	_, err := must("--data", data, "user", "create", "owner@example.com", "--admin-role", "owner")
	return err
}

// onServer serves such a folder and makes the server the installation of a script.
func onServer(env *testscript.Env, data string) error {
	err := onFolder(env, data)
	if err != nil {
		return err
	}
	token, err := must("--data", data, "token", "create", "--user", "owner@example.com", "--name", "script", "--scope", "write", "--for", "1h")
	if err != nil {
		return err
	}
	address, err := serveFolder(env, data)
	if err != nil {
		return err
	}
	env.Setenv("GATEPOST_DATA", "")
	env.Setenv("GATEPOST_SERVER", address)
	env.Setenv("GATEPOST_TOKEN", strings.TrimSpace(token))
	return nil
}

func must(args ...string) (string, error) {
	var out, errs bytes.Buffer
	code := run(context.Background(), args, strings.NewReader(""), &out, &errs)
	if code != exitDone {
		return "", &hintedError{io.ErrUnexpectedEOF, errs.String()}
	}
	return out.String(), nil
}

// serveFolder runs `gatepost serve` until the script ends, and returns its address.
func serveFolder(env *testscript.Env, data string) (string, error) {
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	ended := make(chan int)
	go func() {
		code := run(ctx, []string{"serve", "--data", data, "--addr", "127.0.0.1:0"}, strings.NewReader(""), write, io.Discard)
		_ = write.Close()
		ended <- code
	}()
	env.Defer(func() {
		stop()
		<-ended
	})
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		return "", err
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	return strings.TrimSpace(strings.TrimPrefix(line, "url:")), nil
}
