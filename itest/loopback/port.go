// Package loopback finds ports for servers that are told theirs on the command line.
package loopback

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
)

// Ports are taken from below those that systems give out by themselves to
// connections and to listeners that ask for any: such a one could be given away
// between the finding and the server's start.
const (
	first = 15000
	last  = 31999
	tries = 200
)

var (
	mu     sync.Mutex
	claims []*os.File // kept open, since their locks are the claims
)

// FreePort is a port of 127.0.0.1 that nobody listens on, and that is given to no
// other caller, in this process or another, while this process lives.
func FreePort() (int, error) {
	folder := filepath.Join(os.TempDir(), "gatepost-itest-ports")
	err := os.MkdirAll(folder, 0o700)
	if err != nil {
		return 0, fmt.Errorf("free port: %w", err)
	}
	mu.Lock()
	defer mu.Unlock()
	for range tries {
		port := first + rand.N(last-first+1)
		free, err := claim(filepath.Join(folder, strconv.Itoa(port)))
		if err != nil {
			return 0, fmt.Errorf("free port: %w", err)
		}
		if free && quiet(port) {
			return port, nil
		}
	}
	return 0, errors.New("free port: none is found")
}

// claim locks a port's file; false when somebody else has.
func claim(name string) (bool, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return false, file.Close()
	}
	claims = append(claims, file)
	return true, nil
}

func quiet(port int) bool {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}
