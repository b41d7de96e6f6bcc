package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/bench/internal/machine"
)

// report is what one run found.
type report struct {
	Machine        machine.Machine `json:"machine"`
	Size           size            `json:"size"`
	Seed           uint64          `json:"seed"`
	FileBytes      int             `json:"file_bytes"`
	FileLines      int             `json:"file_lines"`
	Jobs           []job           `json:"jobs"`
	Lists          []latency       `json:"lists"`
	ListsPeakBytes int64           `json:"lists_server_peak_bytes"`
	Export         export          `json:"export"`
	Calls          []pageCalls     `json:"calls"`
	Steps          []stepCalls     `json:"steps"`
	Lockdown       closing         `json:"lockdown"`

	url     string            // of the server that filled the first store
	exports map[string][]byte // by place
}

// keep keeps an export, without what differs between two stores: the name ID of
// the owner, whom the file did not make.
func (r *report) keep(place string, export []byte) {
	if r.exports == nil {
		r.exports = map[string][]byte{}
	}
	var kept bytes.Buffer
	for line := range bytes.Lines(export) {
		field := bytes.TrimSpace(line)
		if !bytes.HasPrefix(field, []byte("name_id: ")) || bytes.HasPrefix(field, []byte("name_id: "+nameID)) {
			kept.Write(line)
		}
	}
	r.exports[place] = kept.Bytes()
}

const mib = 1 << 20

func (r *report) table(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d connectors, %d groups, %d people: a file of %d lines, %.1f MiB\n\n", r.Size.Connectors, r.Size.Groups, r.Size.Users, r.FileLines, float64(r.FileBytes)/mib)
	r.writeJobs(&b)
	r.writeLists(&b)
	r.writeCalls(&b)
	r.writeLockdown(&b)
	fmt.Fprintf(&b, "\n%s; seed %d\n", r.Machine, r.Seed)
	_, err := io.WriteString(out, b.String())
	return err
}

func (r *report) writeJobs(b *strings.Builder) {
	fmt.Fprintf(b, "%-34s %9s %9s %7s %9s %9s %11s\n", "the file, bbolt", "seconds", "CPU s", "steps", "requests", "MiB", "server MiB")
	for _, j := range r.Jobs {
		requests := 0
		for _, n := range j.Requests {
			requests += n
		}
		fmt.Fprintf(b, "%-34s %9.1f %9.1f %7d %9d %9.0f %11.0f\n", j.Name, j.Seconds, j.CPUSeconds, j.Steps, requests, float64(j.PeakBytes)/mib, float64(j.ServerBytes)/mib)
		for _, k := range slices.SortedFunc(slices.Values(j.Kinds), func(a, b stepKind) int { return cmp.Compare(b.Seconds, a.Seconds) }) {
			fmt.Fprintf(b, "  %-32s %9.1f %9s %7d\n", k.Name, k.Seconds, "", k.Count)
		}
	}
}

func (r *report) writeLists(b *strings.Builder) {
	fmt.Fprintf(b, "\n%-28s %8s %8s %8s %9s %10s %10s %12s\n", fmt.Sprintf("pages of %d, over the API", pageSize), "p50 ms", "p95 ms", "p99 ms", "requests", "longest kB", "for one", "its p95 ms")
	for _, l := range r.Lists {
		fmt.Fprintf(b, "%-28s %8.1f %8.1f %8.1f %9d %10.0f %10d %12.1f\n", l.List+", "+l.Name, l.P50, l.P95, l.P99, l.Requests, float64(l.Bytes)/1000, l.Most, l.WholeP95)
	}
	fmt.Fprintf(b, "the server's memory after all lists: %.0f MiB; the whole file in one answer of %.1f MB: %.0f ms, and then %.0f MiB\n",
		float64(r.ListsPeakBytes)/mib, float64(r.Export.Bytes)/1e6, r.Export.Milliseconds, float64(r.Export.PeakBytes)/mib)
}

func (r *report) writeCalls(b *strings.Builder) {
	fmt.Fprintf(b, "\n%-28s", "calls to the store per page")
	for _, limit := range limits {
		fmt.Fprintf(b, " %9s", fmt.Sprintf("of %d", limit))
	}
	b.WriteString("\n")
	for _, c := range r.Calls {
		fmt.Fprintf(b, "%-28s", c.List)
		for _, limit := range limits {
			fmt.Fprintf(b, " %9d", c.Calls[limit].All())
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(b, "\n%-28s %11s %9s %11s %8s %7s %14s\n", "calls to the store per step", "batch reads", "snapshots", "items asked", "queries", "writes", "items written")
	for _, s := range r.Steps {
		each := func(n int) float64 { return float64(n) / float64(s.Steps) }
		c := s.Calls
		fmt.Fprintf(b, "%-28s %11.1f %9.1f %11.1f %8.1f %7.1f %14.1f\n", s.Name, each(c.Gets), each(c.Snapshots), each(c.Keys), each(c.Queries), each(c.Writes), each(c.Ops))
	}
}

func (r *report) writeLockdown(b *strings.Builder) {
	c := r.Lockdown
	fmt.Fprintf(b, "\nlockdown: %.1f ms, %d write of %d items; a launch before it %s, right after it %s; the token after it %s; a launch of a new session %s\n",
		c.Milliseconds, c.Calls.Writes, c.Calls.Ops, c.Before, c.After, c.Token, c.Fresh)
	fmt.Fprintf(b, "lifting: %.1f s with the start of the program, %d write of %d items\n", c.LiftSeconds, c.LiftCalls.Writes, c.LiftCalls.Ops)
}
