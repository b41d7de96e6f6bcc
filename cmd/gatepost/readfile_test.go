package main

import (
	"os"
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
