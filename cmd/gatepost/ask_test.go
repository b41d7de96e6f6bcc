package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestAPromptEndsWhenThePersonInterrupts(t *testing.T) {
	never, _ := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	p := &program{in: never, errs: new(bytes.Buffer)}
	_, err := p.askCount(ctx, 2)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	text, _ := explain(err)
	if text != "interrupted" {
		t.Errorf("told as %q", text)
	}
}

func TestAPasswordIsALineOfItsOwn(t *testing.T) {
	cases := map[string]string{"secret\n": "secret", "secret\r\nmore\n": "secret", " spaces stay ": " spaces stay ", "": "", "\n": ""}
	for input, want := range cases {
		p := &program{in: strings.NewReader(input)}
		got, err := p.readPassword(t.Context())
		if got != want || (want == "") != (err != nil) {
			t.Errorf("%q reads as %q, %v", input, got, err)
		}
	}
}
