package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// lastCore is the last of the cores that this process may use: the first one
// often serves the interrupts too.
func lastCore() (int, error) {
	var set unix.CPUSet
	err := unix.SchedGetaffinity(0, &set)
	if err != nil {
		return 0, fmt.Errorf("read the cores: %w", err)
	}
	core := len(set)*64 - 1
	for core > 0 && !set.IsSet(core) {
		core--
	}
	return core, nil
}

// startOn starts a process that can use one core only, as can all its threads. A
// process inherits that from the thread which starts it; this one is not given
// back to the scheduler, and ends with its goroutine.
func startOn(core int, command *exec.Cmd) (time.Time, error) {
	var began time.Time
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		var set unix.CPUSet
		set.Set(core)
		err := unix.SchedSetaffinity(0, &set)
		if err == nil {
			began = time.Now()
			err = command.Start()
		}
		started <- err
	}()
	err := <-started
	if err != nil {
		return time.Time{}, fmt.Errorf("start on core %d: %w", core, err)
	}
	return began, nil
}

// resident is the memory of a process that is in use and not swapped out, in
// bytes.
func resident(pid int) (int64, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(content), "VmRSS:")
	var kib int64
	_, err = fmt.Sscan(rest, &kib)
	if err != nil {
		return 0, fmt.Errorf("memory of process %d: %w", pid, err)
	}
	return kib << 10, nil
}

// thisMachine says what the numbers were measured on.
func thisMachine() machine {
	m := machine{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU()}
	m.CPU = valueOf("/proc/cpuinfo", "model name")
	load, err := os.ReadFile("/proc/loadavg")
	if err == nil {
		m.Load, _, _ = strings.Cut(string(load), " ")
	}
	return m
}

// valueOf finds the first "name : value" of a file under /proc; it is empty where
// the architecture has none.
func valueOf(file, name string) string {
	content, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(content)) {
		key, value, found := strings.Cut(line, ":")
		if found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
