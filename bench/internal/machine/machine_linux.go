package machine

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// This is the machine that the program runs on.
func This() Machine {
	m := Machine{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU()}
	m.CPU = valueOf("/proc/cpuinfo", "model name")
	load, err := os.ReadFile("/proc/loadavg")
	if err == nil {
		m.Load, _, _ = strings.Cut(string(load), " ")
	}
	return m
}

// Resident is the memory of a process that is in use and not swapped out, in
// bytes.
func Resident(pid int) (int64, error) { return memory(pid, "VmRSS") }

// Peak is the most memory that a process has had in use, in bytes.
func Peak(pid int) (int64, error) { return memory(pid, "VmHWM") }

// CPU is the time that all threads of a process, those that have ended included,
// have run for: its clock of clock_getcpuclockid(3), to the nanosecond, where
// getrusage counts in ticks.
func CPU(pid int) (time.Duration, error) {
	const sched = 2 // CPUCLOCK_SCHED of the kernel, of a process and not of a thread
	var now unix.Timespec
	err := unix.ClockGettime(int32(^pid<<3|sched), &now)
	if err != nil {
		return 0, fmt.Errorf("CPU time of process %d: %w", pid, err)
	}
	return time.Duration(now.Nano()), nil
}

// memory is a figure of proc_pid_status(5).
func memory(pid int, name string) (int64, error) {
	var kib int64
	_, err := fmt.Sscan(valueOf(fmt.Sprintf("/proc/%d/status", pid), name), &kib)
	if err != nil {
		return 0, fmt.Errorf("memory of process %d: %w", pid, err)
	}
	return kib << 10, nil
}

// valueOf finds the first "name : value" of a file under /proc; it is empty where
// there is none.
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
