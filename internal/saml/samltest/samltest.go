// Package samltest has judges of XML that other people wrote: xmlsec1 for
// signatures, libxml2's xmllint with the OASIS schemas for structure. Verifying
// with the library that signed proves nothing.
//
// A tool that is missing skips the test, except where CI is "true" in the
// environment: there it fails.
package samltest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// tool is the path of a program, or the end of the test without it.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, "program "+name)
	}
	return path
}

func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed, and CI needs it", what)
	}
	t.Skipf("%s is not installed", what)
}

func write(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	err := os.WriteFile(path, content, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
