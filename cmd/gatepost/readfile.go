package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// How much of a file is read, in bytes: as much as its reader takes, and no more, so
// that a name such as /dev/zero is refused like any other file that is too large.
const (
	maxKeyFile  = 64 << 10
	maxTextFile = 16 << 20
)

// readFile is what the file holds, which need not be a regular one.
func readFile(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := readAll(file, path, most)
	return data, errors.Join(err, file.Close())
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
