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

func TestScriptsOnTheDemo(t *testing.T) { testscript.Run(t, params("testdata/demo", onDemo)) }

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
	said, err := started(env, 1, "--data", data)
	if err != nil {
		return err
	}
	env.Setenv("GATEPOST_DATA", "")
	env.Setenv("GATEPOST_SERVER", said["url"])
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

// onDemo serves the demo and takes the token that it prints.
func onDemo(env *testscript.Env, data string) error {
	said, err := started(env, 3, "--data", data, "--demo")
	if err != nil {
		return err
	}
	env.Setenv("DATA", data)
	env.Setenv("GATEPOST_SERVER", said["url"])
	env.Setenv("GATEPOST_TOKEN", said["token"])
	return nil
}

// started runs `gatepost serve` until the script ends, and returns the first lines
// that it prints.
func started(env *testscript.Env, lines int, args ...string) (map[string]string, error) {
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	ended := make(chan int)
	go func() {
		code := run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...), strings.NewReader(""), write, io.Discard)
		_ = write.Close()
		ended <- code
	}()
	env.Defer(func() {
		stop()
		<-ended
	})
	said := map[string]string{}
	out := bufio.NewScanner(read)
	for len(said) < lines && out.Scan() {
		name, value, _ := strings.Cut(out.Text(), ": ")
		said[name] = value
	}
	if len(said) < lines {
		return nil, io.ErrUnexpectedEOF
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	return said, nil
}
