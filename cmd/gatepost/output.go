package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"go.yaml.in/yaml/v3"
)

func (p *program) checkOutput() error {
	switch p.output {
	case "table", "json", "yaml":
		return nil
	}
	return &usageError{fmt.Sprintf("--output %q is not a format", p.output), "use table, json or yaml"}
}

// show prints a value in the format that was asked for; rows are its table, the
// first of them the heading.
func (p *program) show(value any, rows [][]string) error {
	switch p.output {
	case "json":
		encoder := json.NewEncoder(p.out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(value)
	case "yaml":
		encoder := yaml.NewEncoder(p.out)
		encoder.SetIndent(2)
		err := encoder.Encode(value)
		if err != nil {
			return err
		}
		return encoder.Close()
	}
	return p.table(rows)
}

func (p *program) table(rows [][]string) error {
	w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	for _, row := range rows {
		_, err := fmt.Fprintln(w, strings.Join(row, "\t"))
		if err != nil {
			return err
		}
	}
	return w.Flush()
}

// say prints a line about what was done.
func (p *program) say(format string, args ...any) error {
	_, err := fmt.Fprintf(p.out, format+"\n", args...)
	return err
}

// note prints a line beside the output: a warning or the next step.
func (p *program) note(format string, args ...any) error {
	_, err := fmt.Fprintf(p.errs, format+"\n", args...)
	return err
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
