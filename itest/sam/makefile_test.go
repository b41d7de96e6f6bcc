package sam_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/tool"
)

// target is a target of the Makefile that `sam build` runs.
var target = regexp.MustCompile(`^build-(\w+Function):`)

func TestTheMakefileBuildsEachFunctionOfTheTemplate(t *testing.T) {
	var targets, ids []string
	for line := range strings.Lines(read(t, "Makefile")) {
		found := target.FindStringSubmatch(line)
		if found != nil {
			targets = append(targets, found[1])
		}
	}
	for _, f := range functions {
		ids = append(ids, f.id)
	}
	slices.Sort(targets)
	slices.Sort(ids)
	if !slices.Equal(targets, ids) {
		t.Fatalf("the Makefile builds %v, the template has %v", targets, ids)
	}
}

// TestMakeBuildsInAndIntoFoldersWithASpace runs the Makefile with another program
// in the place of Go, which notes what it is told: a word a line.
func TestMakeBuildsInAndIntoFoldersWithASpace(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a checkout")
	artifacts := filepath.Join(folder, "the artifacts")
	noted := filepath.Join(folder, "noted")
	err := os.Mkdir(folder, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "Makefile"), []byte(read(t, "Makefile")), 0o600)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "go"), []byte("#!/bin/sh\nprintf '%s\\n' \"GOOS=$GOOS\" \"GOARCH=$GOARCH\" \"CGO_ENABLED=$CGO_ENABLED\" \"$@\" > noted\n"), 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	run := func(t *testing.T, arguments ...string) []string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), tool.Require(t, "make"), append([]string{"GO=./go", "ARTIFACTS_DIR=" + artifacts}, arguments...)...)
		cmd.Dir = folder
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("make %v: %v\n%s", arguments, err, out)
		}
		words, err := os.ReadFile(noted)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(words)), "\n")
	}
	has := func(t *testing.T, words []string, wanted ...string) {
		t.Helper()
		for _, word := range wanted {
			if !slices.Contains(words, word) {
				t.Errorf("Go is not told %q, but %q", word, words)
			}
		}
	}
	for _, f := range functions {
		out := filepath.Join(artifacts, "bootstrap")
		has(t, run(t, "build-"+f.id), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0", out, "./functions/"+f.name)
		has(t, run(t, "build-"+f.id, "ARCHITECTURE=x86_64"), "GOARCH=amd64", out)
	}
	has(t, run(t, "build"), "bin/gatepost", "./cmd/gatepost")
}
