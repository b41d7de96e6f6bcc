package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/plan"
)

func TestTheSameSeedMakesTheSameCity(t *testing.T) {
	text := func(seed uint64) []byte {
		text, err := city(smallCity, seed).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if !bytes.Equal(text(1), text(1)) || bytes.Equal(text(1), text(2)) {
		t.Error("the file does not depend on the seed, or not on it alone")
	}
	_, err := plan.Read(text(1))
	if err != nil {
		t.Errorf("the file is refused: %v", err)
	}
}

func TestACityIsAsLargeAsItIsSaidToBe(t *testing.T) {
	n := size{Connectors: 300, Groups: 50, Users: 2000}
	f := city(n, 1)
	if len(f.Connectors) != n.Connectors || len(f.Groups) != n.Groups || len(f.Users) != n.Users+1 {
		t.Errorf("it has %d connectors, %d groups and %d people", len(f.Connectors), len(f.Groups), len(f.Users))
	}
	members := 0
	for _, g := range f.Groups {
		members += len(g.Members)
	}
	if average := float64(members) / float64(n.Users); average < 4.8 || average > 5.2 {
		t.Errorf("a person is in %.1f groups on average, want 5", average)
	}
	for _, c := range f.Connectors {
		if len(c.Groups) != grants || len(c.Roles) != grants+1 || c.Key.Custody != "file" || !c.Active {
			t.Fatalf("a connector is %+v", c)
		}
	}
}

func TestStepsAreCountedByKind(t *testing.T) {
	s := newSteps()
	text := "done: add group \"a\"\ndone: add user \"u@example.com\"\nnext: think\ndone: add \"u@example.com\" to group \"a\"\n" +
		"done: add user \"v@example.com\"\ndone: activate connector \"a\""
	for part := range slices.Chunk([]byte(text), 7) {
		_, err := s.Write(part)
		if err != nil {
			t.Fatal(err)
		}
	}
	s.end()
	var got []string
	for _, k := range s.kinds {
		got = append(got, strings.Repeat("+", k.Count)+" "+k.Name)
	}
	want := []string{"+ add group", "++ add user", "+ add … to group", "+ activate connector"}
	if !slices.Equal(got, want) || s.all() != 5 || s.rest.String() != "next: think\n" {
		t.Errorf("%d steps are %q, besides %q", s.all(), got, s.rest.String())
	}
}

func TestTooSmallACityIsRefused(t *testing.T) {
	whole := options{size: size{Connectors: 20, Groups: 20, Users: 20}, requests: 1}
	if err := whole.check(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*options){
		"connectors": func(o *options) { o.size.Connectors-- },
		"groups":     func(o *options) { o.size.Groups-- },
		"people":     func(o *options) { o.size.Users-- },
		"requests":   func(o *options) { o.requests-- },
	} {
		o := whole
		spoil(&o)
		if o.check() == nil {
			t.Errorf("too few %s are taken", name)
		}
	}
}
