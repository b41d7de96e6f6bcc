//go:build !linux

package main

import (
	"errors"
	"os/exec"
	"runtime"
	"time"
)

var errLinuxOnly = errors.New("starts are measured on Linux only")

func lastCore() (int, error) { return 0, errLinuxOnly }

func startOn(int, *exec.Cmd) (time.Time, error) { return time.Time{}, errLinuxOnly }

func resident(int) (int64, error) { return 0, errLinuxOnly }

func thisMachine() machine {
	return machine{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU()}
}
