//go:build !linux

package machine

import (
	"errors"
	"runtime"
	"time"
)

var errLinuxOnly = errors.New("memory and CPU time of processes are measured on Linux only")

// This is the machine that the program runs on.
func This() Machine {
	return Machine{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU()}
}

// Resident is the memory of a process that is in use.
func Resident(int) (int64, error) { return 0, errLinuxOnly }

// Peak is the most memory that a process has had in use.
func Peak(int) (int64, error) { return 0, errLinuxOnly }

// CPU is the time that a process has run for.
func CPU(int) (time.Duration, error) { return 0, errLinuxOnly }
