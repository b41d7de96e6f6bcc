package main

import (
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/metrics"
	"testing"
)

func TestGarbageIsNotCollectedBeforeThereIsSome(t *testing.T) {
	reserve := heapReserve()
	runtime.GC()
	goal := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(goal)
	if got := goal[0].Value.Uint64(); got < 2*uint64(len(reserve)) {
		t.Errorf("the heap may grow to %d bytes", got)
	}
	runtime.KeepAlive(reserve)
}

// A device is what a terminal looks like, and the null device is one everywhere.
func TestTheDemoOnATerminalLogsNoRequests(t *testing.T) {
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = device.Close() })
	cases := []struct {
		name     string
		errs     io.Writer
		demo     bool
		level    string
		requests bool
	}{
		{"the demo on a terminal, where they would push the password away", device, true, "", false},
		{"the demo on a terminal, when they are asked for", device, true, "info", true},
		{"the demo, its log kept", io.Discard, true, "", true},
		{"no demo", device, false, "", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("GATEPOST_LOG_LEVEL", c.level)
			log, err := (&program{errs: c.errs}).logger(c.demo)
			if err != nil {
				t.Fatal(err)
			}
			if log.Enabled(t.Context(), slog.LevelInfo) != c.requests || !log.Enabled(t.Context(), slog.LevelWarn) {
				t.Errorf("requests are logged: %t, warnings: %t", !c.requests, log.Enabled(t.Context(), slog.LevelWarn))
			}
		})
	}
}
