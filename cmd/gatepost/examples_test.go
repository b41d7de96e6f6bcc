package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// words are the words of a line for the shell, up to a redirection.
func words(line string) []string {
	var list []string
	for _, found := range regexp.MustCompile(`"[^"]*"|'[^']*'|[<>|]|[^\s'"<>|]+(?:'[^']*'|"[^"]*")?`).FindAllString(line, -1) {
		if strings.ContainsAny(found[:1], "<>|") {
			break
		}
		list = append(list, strings.Trim(found, `"'`))
	}
	return list
}

// parses looks whether the program understands a line, without doing anything.
func parses(t *testing.T, line string) {
	t.Helper()
	_, line, _ = strings.Cut(line, "gatepost ")
	p := &program{in: strings.NewReader(""), out: io.Discard, errs: io.Discard}
	cmd, rest, err := p.root().Find(words(line))
	if err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	for _, check := range []func() error{
		func() error { return cmd.ParseFlags(rest) },
		func() error { return cmd.ValidateArgs(cmd.Flags().Args()) },
		cmd.ValidateRequiredFlags,
		cmd.ValidateFlagGroups,
	} {
		err := check()
		if err != nil {
			t.Errorf("gatepost %s: %v", line, err)
			return
		}
	}
}

func TestEveryCommandHasAnExampleThatItUnderstands(t *testing.T) {
	examples := 0
	var look func(*cobra.Command)
	look = func(cmd *cobra.Command) {
		for _, below := range cmd.Commands() {
			look(below)
		}
		if !cmd.HasSubCommands() && cmd.Example == "" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", "")) {
			parses(t, strings.TrimSuffix(strings.TrimSpace(line), ")"))
			examples++
		}
	}
	look((&program{}).root())
	if examples < 40 {
		t.Errorf("found %d examples only", examples)
	}
}

func TestTheDocumentedCommandsAreUnderstood(t *testing.T) {
	text, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^    gatepost .*$`).FindAllString(string(text), -1)
	if len(lines) < 15 {
		t.Fatalf("found %d commands only", len(lines))
	}
	for _, line := range lines {
		parses(t, line)
	}
}
