package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestNamesOfOthersDoNotSteerTheTerminal(t *testing.T) {
	var out bytes.Buffer
	p := &program{out: &out, errs: &out, output: formatTable}
	for _, hostile := range []string{"\x1b[2Jalice", "alice\rroot", "a\nb", "a\tb", "alice\u202egpj.exe", "\u2066x"} {
		out.Reset()
		err := p.table([][]string{{hostile, "second"}})
		if err != nil {
			t.Fatal(err)
		}
		err = p.say("%s is created", hostile)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(out.String(), "\x1b\r\t\u202e\u2066") {
			t.Errorf("%q is shown as %q", hostile, out.String())
		}
	}
	if got := printable("Zoë – 東京 (naïve) 👩‍💻", ""); got != "Zoë – 東京 (naïve) 👩‍💻" {
		t.Errorf("usual text becomes %q", got)
	}
}
