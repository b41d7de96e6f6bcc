package main

import (
	"fmt"
	"os/exec"
	"runtime"
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
