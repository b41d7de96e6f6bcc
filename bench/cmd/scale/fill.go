package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gatepost/gatepost/bench/internal/process"
)

// The folders of the two stores that are filled.
const (
	byAPI    = "by-api"
	byFolder = "by-folder"
)

// job is one run of the program on the city.
type job struct {
	Name        string         `json:"name"`
	Seconds     float64        `json:"seconds"`
	CPUSeconds  float64        `json:"cpu_seconds"` // of the program
	Steps       int            `json:"steps,omitempty"`
	Requests    map[string]int `json:"requests,omitempty"` // by method
	PeakBytes   int64          `json:"peak_bytes"`         // of the program
	ServerBytes int64          `json:"server_peak_bytes,omitempty"`
	Kinds       []stepKind     `json:"kinds,omitempty"`
}

// place is an installation, and how the program reaches it.
type place struct {
	name    string
	program program
	server  *process.Server // nil for a folder
	counter *counter
}

// jobs are done in this order, in each place. The first two fill a store that is
// empty and read it back; later ones find it filled.
var jobs = []struct {
	name string
	args []string
}{
	{name: "apply", args: []string{"apply", "--yes", "-f", cityFile}},
	{name: "diff, no changes", args: []string{"diff", "--exit-code", "-f", cityFile}},
	{name: "export", args: []string{"export", "--users"}},
	{name: "apply changes", args: []string{"apply", "--yes", "-f", changedFile}},
	{name: "apply, no changes", args: []string{"apply", "--yes", "-f", changedFile}},
}

// overAPI fills a store through `serve`.
func (b *bench) overAPI(ctx context.Context) error {
	err := b.settle(ctx, byAPI)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, b.path(byAPI))
	if err != nil {
		return err
	}
	b.report.url = s.URL
	c, err := countBefore(s)
	if err != nil {
		return errors.Join(err, s.Stop())
	}
	defer c.front.Close()
	p := b.program.with("GATEPOST_SERVER", c.url).with("GATEPOST_TOKEN", b.token)
	err = b.work(ctx, place{name: "over the API", program: p, server: s, counter: c})
	return errors.Join(err, s.Stop())
}

// onFolder fills another store that no server has open. It is told the server's
// address, so that both end in the same state.
func (b *bench) onFolder(ctx context.Context) error {
	err := b.settle(ctx, byFolder)
	if err != nil {
		return err
	}
	p := b.program.with("GATEPOST_DATA", b.path(byFolder)).with("GATEPOST_URL", b.report.url)
	err = b.work(ctx, place{name: "on the folder", program: p})
	if err != nil {
		return err
	}
	if !bytes.Equal(b.report.exports["over the API"], b.report.exports["on the folder"]) {
		return errors.New("the two stores have other exports")
	}
	return nil
}

// settle makes a store with its owner.
func (b *bench) settle(ctx context.Context, folder string) error {
	p := b.program.with("GATEPOST_DATA", b.path(folder))
	_, err := p.run(ctx, "", "user", "create", owner, "--name", "Owner", "--admin-role", "owner")
	if err != nil || folder != byAPI {
		return err
	}
	made, err := p.run(ctx, "", "token", "create", "--name", "bench", "--scope", "write", "--for", "12h", "--user", owner)
	b.token = strings.TrimSpace(string(made.out))
	return err
}

// work does all jobs in a place.
func (b *bench) work(ctx context.Context, at place) error {
	for _, j := range jobs {
		args := append([]string{}, j.args...)
		for i := range args {
			if strings.HasSuffix(args[i], ".yaml") {
				args[i] = b.path(args[i])
			}
		}
		if at.counter != nil {
			at.counter.reset()
		}
		done, err := at.program.run(ctx, "", args...)
		if err != nil {
			return fmt.Errorf("%s %s: %w", j.name, at.name, err)
		}
		if strings.HasSuffix(j.name, "no changes") && done.steps.all() > 0 {
			return fmt.Errorf("%s %s took %d steps", j.name, at.name, done.steps.all())
		}
		made := job{
			Name: j.name + " " + at.name, Seconds: done.wall.Seconds(), CPUSeconds: done.cpu.Seconds(),
			Steps: done.steps.all(), Kinds: done.steps.kinds, PeakBytes: done.peak,
		}
		if at.server != nil {
			made.Requests = at.counter.reset()
			made.ServerBytes, err = at.server.Peak()
			if err != nil {
				return err
			}
		}
		b.report.Jobs = append(b.report.Jobs, made)
		if j.name == "export" {
			b.report.keep(at.name, done.out)
		}
	}
	return nil
}
