package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/bench/internal/counted"
)

const root = "../../.."

func TestCallsToTheStore(t *testing.T) {
	routes, err := countRoutes(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]counted.Calls{}
	for _, r := range routes {
		seen[r.Name] = r.Calls
	}
	for name, want := range map[string]counted.Calls{
		"launch":             {Snapshots: 1, Keys: 6, Units: 12, Writes: 1, Ops: 1},
		"launch, signed out": {},
		"metadata":           {Gets: 1, Keys: 2, Units: 2},
	} {
		if got := seen[name]; got != want {
			t.Errorf("%s asks for %+v, want %+v", name, got, want)
		}
	}
	if seen["portal"].Writes != 0 || seen["sign-in"].Writes == 0 {
		t.Errorf("portal writes %d times and a sign-in %d times", seen["portal"].Writes, seen["sign-in"].Writes)
	}
}

// A bench of other programs than those that are deployed would measure nothing.
func TestTheFlagsAreThoseOfTheMakefile(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	makefile := string(content)
	deployed := " $(GO) build -trimpath -tags " + buildTags + " -ldflags '$(LDFLAGS)' "
	for _, part := range []string{"\nSAM = CGO_ENABLED=0 GOOS=linux ", deployed} {
		if !strings.Contains(makefile, part) {
			t.Errorf("the Makefile does not say %q", part)
		}
	}
	var flags string
	for line := range strings.Lines(makefile) {
		name, value, _ := strings.Cut(line, ":=")
		if strings.TrimSpace(name) == "LDFLAGS" {
			flags = strings.TrimSpace(value)
		}
	}
	if flags != linkFlags && !strings.HasPrefix(flags, linkFlags+" -X ") {
		t.Errorf("the Makefile links with %q", flags)
	}
}

func TestRatiosAreTakenWithinARound(t *testing.T) {
	const ms = time.Millisecond
	functions := []built{{function: function{name: "ours"}}, {function: function{name: peer}}}
	results := summarize(functions, [][]start{
		{{ready: 10 * ms, answer: 2 * ms, cpu: 6 * ms, memory: 1}, {ready: 40 * ms, answer: 8 * ms, cpu: 24 * ms, memory: 3}, {ready: 20 * ms, answer: 4 * ms, cpu: 12 * ms, memory: 2}},
		{{ready: 5 * ms, answer: 1 * ms, cpu: 2 * ms}, {ready: 20 * ms, answer: 4 * ms, cpu: 8 * ms}, {ready: 10 * ms, answer: 2 * ms, cpu: 4 * ms}},
	})
	want := result{Name: "ours", Ready: 20, ReadyRatio: 2, Answer: 4, Whole: 24, WholeRatio: 2, CPU: 12, CPURatio: 3, MemoryBytes: 2}
	if results[0] != want {
		t.Errorf("the result is %+v, want %+v", results[0], want)
	}
	if results[1].ReadyRatio != 1 {
		t.Errorf("the peer's ratio to itself is %v", results[1].ReadyRatio)
	}
}
