package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// The output formats. JSON lines are for events alone.
const (
	formatTable = "table"
	formatJSON  = "json"
	formatYAML  = "yaml"
	formatLines = "jsonl"
)

// takesLines marks a command that can write JSON lines.
const takesLines = "jsonl"

func (p *program) checkOutput(cmd *cobra.Command) error {
	_, lines := cmd.Annotations[takesLines]
	switch p.output {
	case formatTable, formatJSON, formatYAML:
		return nil
	case formatLines:
		if lines {
			return nil
		}
	}
	hint := "use table, json or yaml"
	if lines {
		hint = "use table, json, yaml or jsonl"
	}
	return &usageError{fmt.Sprintf("--output %q is not a format of this command", p.output), hint}
}

// show prints a value in the format that was asked for; rows are its table, the
// first of them the heading.
func (p *program) show(value any, rows [][]string) error {
	if p.output == formatTable {
		return p.table(rows)
	}
	return p.encode(value)
}

// tell says in a sentence what was done; programs that read get the value, which
// is nil where the API answers with nothing.
func (p *program) tell(value any, format string, args ...any) error {
	switch {
	case p.output == formatTable:
		return p.say(format, args...)
	case value == nil:
		return nil
	}
	return p.encode(value)
}

// done says what was done, unless it failed.
func (p *program) done(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return p.tell(nil, format, args...)
}

// encode writes a value in the shape of the API.
func (p *program) encode(value any) error {
	if p.output == formatYAML {
		return encodeYAML(p.out, value)
	}
	options := shape()
	if p.output != formatLines {
		options = append(options, jsontext.WithIndent("  "))
	}
	text, err := json.Marshal(value, options...)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.out, idp.ShownJSON(string(text)))
	return err
}

// shape is how the API writes: a list that was never made is an empty list.
func shape() []json.Options {
	return []json.Options{json.Deterministic(true), jsontext.AllowInvalidUTF8(true), jsonv1.OmitEmptyWithLegacySemantics(true)}
}

func (p *program) table(rows [][]string) error {
	w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = idp.Shown(cell, "")
		}
		_, err := fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
		if err != nil {
			return err
		}
	}
	return w.Flush()
}

// say prints a line about what was done.
func (p *program) say(format string, args ...any) error { return sentence(p.out, format, args...) }

// note prints a line beside the output: a warning or the next step.
func (p *program) note(format string, args ...any) error { return sentence(p.errs, format, args...) }

// warn prints beside the output what a change warns of: once, however many changes
// of one command find it.
func (p *program) warn(w resource.Warning) {
	text := w.String()
	if p.warned[text] {
		return
	}
	if p.warned == nil {
		p.warned = map[string]bool{}
	}
	p.warned[text] = true
	_ = p.note("warning: %s", text) // the change is done, and its own output fails where this does
}

func sentence(w io.Writer, format string, args ...any) error {
	_, err := fmt.Fprintln(w, idp.Shown(fmt.Sprintf(format, args...), "\n"))
	return err
}

// document writes a document of XML, with references in place of what is not seen in
// it: it says the same.
func (p *program) document(text []byte) error {
	var b strings.Builder
	for _, r := range string(text) {
		if idp.Hidden(r) && !strings.ContainsRune("\n\r\t", r) {
			fmt.Fprintf(&b, "&#x%X;", r)
			continue
		}
		b.WriteRune(r)
	}
	_, err := io.WriteString(p.out, b.String())
	return err
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
