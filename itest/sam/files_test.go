package sam_test

import (
	"os"
	"path/filepath"
	"testing"
)

// read is a file of the repository.
func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repository(), filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
