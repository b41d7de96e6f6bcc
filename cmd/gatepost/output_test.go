package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/idp"
)

// steering are names that would move a terminal's cursor, turn its writing around or
// look like another's.
var steering = []string{
	"\x1b[2Jalice", "alice\rroot", "a\nb", "a\tb", "alice\u202egpj.exe", "\u2066x", "a\u009b2J", "a\u034fb", "\u115f", "a\u3164", "\u2800",
	"a\ufe0f", "a\u200db", "\U000e0041", "\u2028", "\ufeff", "\ue000", "a\u0085b",
}

func TestNamesOfOthersDoNotSteerTheTerminal(t *testing.T) {
	for _, hostile := range steering {
		for _, format := range []string{formatTable, formatJSON, formatYAML, formatLines} {
			var out bytes.Buffer
			p := &program{out: &out, errs: &out, output: format}
			value := map[string]any{"name": hostile, hostile: []any{hostile, "b"}}
			err := errors.Join(
				p.show(value, [][]string{{hostile, "second"}}),
				p.note("%s is created", hostile),
				p.document([]byte("<a>"+hostile+"</a>")),
			)
			if err != nil {
				t.Fatal(err)
			}
			if strings.ContainsFunc(strings.NewReplacer("\n", "", "\t", "", "\r", "").Replace(out.String()), idp.Hidden) {
				t.Errorf("%q is shown in %s as %q", hostile, format, out.String())
			}
		}
	}
	var out bytes.Buffer
	p := &program{out: &out}
	const usual = "Zoë – 東京 (naïve) 👍"
	err := p.say("%s", usual)
	if err != nil || out.String() != usual+"\n" {
		t.Errorf("usual text becomes %q", out.String())
	}
}

func TestWhatSteersIsSaidInJSONAndYAMLAllTheSame(t *testing.T) {
	want := map[string]any{}
	for _, hostile := range steering {
		want[hostile] = []any{hostile, hostile + " x: y # " + hostile}
	}
	for format, read := range map[string]func([]byte, any) error{formatJSON: json.Unmarshal, formatYAML: yaml.Unmarshal} {
		var out bytes.Buffer
		p := &program{out: &out, output: format}
		var got map[string]any
		err := errors.Join(p.encode(want), read(out.Bytes(), &got))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\n%s", format, err, out.String())
		}
	}
}

func TestALogOnATerminalDoesNotSteerIt(t *testing.T) {
	var out bytes.Buffer
	log, err := (&program{errs: &out}).logger(false)
	if err != nil {
		t.Fatal(err)
	}
	for _, hostile := range steering {
		log.Info(hostile, "agent", hostile)
	}
	if strings.ContainsFunc(strings.ReplaceAll(out.String(), "\n", ""), idp.Hidden) {
		t.Errorf("wrote %q", out.String())
	}
	for line := range strings.Lines(out.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %q", line)
		}
	}
}
