// Package tool finds the programs that the integration tests judge Gatepost
// with: verifiers, service providers, emulators, a browser. None of them is
// needed to build Gatepost, so a laptop without one skips the tests that want it.
// Where the environment says CI=true a missing tool fails the test instead: a
// check that silently never runs is worse than none.
package tool

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// Require returns the path of a program on PATH. A missing one skips the test,
// or fails it where CI=true.
func Require(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		Missing(t, "program %s: %v", program, err)
	}
	return path
}

// Python returns an interpreter that can import the module. Debian's packages
// serve /usr/bin/python3 alone, and the python3 on PATH may be another one, so
// both are asked.
func Python(t testing.TB, module string) string {
	t.Helper()
	for _, interpreter := range []string{"/usr/bin/python3", "python3"} {
		path, err := exec.LookPath(interpreter)
		if err == nil && imports(path, module) {
			return path
		}
	}
	Missing(t, "no python3 can import %s", module)
	return ""
}

// Node returns the path of node and the folder of an npm package that
// itest/package.json names and `npm ci` has laid out.
func Node(t testing.TB, pkg string) (node, folder string) {
	t.Helper()
	node = Require(t, "node")
	folder = filepath.Join(Root(), "node_modules", filepath.FromSlash(pkg))
	_, err := os.Stat(folder)
	if err != nil {
		Missing(t, "npm package %s is not laid out: run npm ci in itest", pkg)
	}
	return node, folder
}

// Missing skips the test for want of a tool, or fails it where CI=true.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	what := fmt.Sprintf(format, args...)
	if os.Getenv("CI") == "true" {
		t.Fatalf("a tool is missing, and CI needs each of them: %s", what)
	}
	t.Skipf("a tool is missing: %s", what)
}

// Root is the folder of the integration tests' module. It is known from this
// file's place: a test runs in its own package's folder.
func Root() string {
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		panic("tool: the place of the source is not known: built with -trimpath")
	}
	return filepath.Dir(filepath.Dir(file))
}

// known remembers which interpreter has which module: asking costs a process.
var known sync.Map

func imports(interpreter, module string) bool {
	key := interpreter + " " + module
	answer, asked := known.Load(key)
	if asked {
		return answer.(bool)
	}
	ok := exec.Command(interpreter, "-c", "import "+module).Run() == nil
	known.Store(key, ok)
	return ok
}
