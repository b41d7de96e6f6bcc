package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// How much of a file is read, in bytes: as much as its reader takes, and no more, so
// that a name such as /dev/zero is refused like any other file that is too large.
const (
	maxKeyFile  = 64 << 10
	maxTextFile = 16 << 20
)

// readFile is what the file holds: a regular one, or one of the system's, such as
// /dev/stdin or the pipe that a shell makes for <(COMMAND). A pipe elsewhere would
// hold the program until somebody writes to it.
func readFile(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() && !ofTheSystem(path) {
		return nil, fmt.Errorf("%q is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := readAll(file, path, most)
	return data, errors.Join(err, file.Close())
}

func ofTheSystem(path string) bool {
	path = filepath.Clean(path)
	return strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/proc/")
}

func readAll(from io.Reader, name string, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("%q is larger than %d KiB", name, most>>10)
	}
	return data, nil
}
