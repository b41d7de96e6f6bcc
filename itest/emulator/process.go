// Package emulator starts and stops what stands for AWS in the tests: other
// people's emulators, in this process or as processes of their own. What an
// emulator is known to get wrong is put right in front of it (mend.go), so that
// the product needs no word about emulators.
package emulator

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// startLimit bounds the wait for an emulator to come up on two busy cores.
const startLimit = 60 * time.Second

// guardian runs a program and ends it when its own standard input ends: when the
// test process ends, in whatever way.
const guardian = `exec 3<&0
"$@" </dev/null 3<&- & child=$!
(cat <&3 >/dev/null; kill -9 "$child") 2>/dev/null &
wait "$child"`

// process is a program that outlives no test process.
type process struct {
	log  *output
	life io.Closer // closing it ends the program
	done chan struct{}
}

// start runs a program in a folder and waits until it is ready.
func start(folder string, ready func() bool, argv ...string) (*process, error) {
	cmd := exec.Command("sh", append([]string{"-c", guardian, "sh"}, argv...)...)
	cmd.Dir, cmd.Env = folder, os.Environ()
	cmd.WaitDelay = time.Second
	p := &process{log: &output{}, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.log, p.log
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.life = life
	err = cmd.Start()
	if err != nil {
		return nil, err
	}
	go func() {
		_ = cmd.Wait()
		close(p.done)
	}()
	err = p.await(ready)
	if err != nil {
		_ = p.stop()
		return nil, fmt.Errorf("start %s: %w; it wrote:\n%s", argv[0], err, p.log)
	}
	return p, nil
}

func (p *process) await(ready func() bool) error {
	deadline := time.Now().Add(startLimit)
	for !ready() {
		select {
		case <-p.done:
			return errors.New("it ended")
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return errors.New("it did not come up")
		}
	}
	return nil
}

func (p *process) stop() error {
	err := p.life.Close()
	<-p.done
	return err
}

// output keeps what a program writes.
type output struct {
	mu   sync.Mutex
	text []byte
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, b...)
	return len(b), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text)
}
