package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFileIsReadUpToItsBoundAlone(t *testing.T) {
	_, err := readFile("/dev/zero", maxKeyFile)
	if err == nil || !strings.Contains(err.Error(), `"/dev/zero" is larger than 64 KiB`) {
		t.Errorf("of an endless file: %v", err)
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	err = os.WriteFile(path, make([]byte, maxKeyFile), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	data, err := readFile(path, maxKeyFile)
	if err != nil || len(data) != maxKeyFile {
		t.Errorf("of a file at the bound: %d bytes, %v", len(data), err)
	}
}

// A pipe that nobody writes to would hold the program for good.
func TestAPipeByNameIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key.pem")
	made := exec.Command("mkfifo", path).Run()
	if made != nil {
		absent(t, "no named pipes here: ", made)
	}
	// With a writer, so that it is not this test that waits.
	writer, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = writer.WriteString(strings.Repeat("k", maxKeyFile/2+1))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		// It fails when the pipe is closed before.
		_, _ = writer.WriteString(strings.Repeat("k", maxKeyFile))
	}()
	_, err = readFile(path, maxKeyFile)
	if err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Errorf("got %v", err)
	}
	err = writer.Close()
	if err != nil {
		t.Error(err)
	}
	_, err = readFile(t.TempDir(), maxKeyFile)
	if err == nil {
		t.Error("a folder was read")
	}
}

func TestAPipeThatTheShellMadeIsRead(t *testing.T) {
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_, err = to.WriteString("key")
	if err != nil {
		t.Fatal(err)
	}
	err = to.Close()
	if err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("/dev/fd/%d", from.Fd())
	_, err = os.Stat(path)
	if err != nil {
		absent(t, "no open files by name here: ", err)
	}
	data, err := readFile(path, maxKeyFile)
	if err != nil || string(data) != "key" {
		t.Errorf("got %q, %v", data, err)
	}
	err = from.Close()
	if err != nil {
		t.Error(err)
	}
}

// absent skips a test of what a laptop may lack; the build machine has all of it.
func absent(t *testing.T, why ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why...)
	}
	t.Skip(why...)
}
