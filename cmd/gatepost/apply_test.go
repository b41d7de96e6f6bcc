package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/resource"
)

// folder is a program and its site on a new data folder.
func folder(t *testing.T) (*program, *site, *bytes.Buffer) {
	t.Helper()
	out := new(bytes.Buffer)
	p := &program{in: strings.NewReader(""), out: out, errs: out, store: bolt, output: formatTable, data: filepath.Join(t.TempDir(), "data")}
	s, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := s.close()
		if err != nil {
			t.Error(err)
		}
	})
	return p, s, out
}

func TestAPlanThatIsOverIsNotApplied(t *testing.T) {
	t.Setenv("GATEPOST_SERVER", "")
	p, s, _ := folder(t)
	for _, name := range []string{"a", "b"} {
		_, err := s.CreateGroup(t.Context(), resource.Group{Name: name})
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "gatepost.yaml")
	err := os.WriteFile(path, []byte("version: 1\ngroups:\n- {name: a, description: one}\n- {name: b, description: two}\n"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := p.plan(t.Context(), s, path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.UpdateGroup(t.Context(), "b", "", func(g *resource.Group) error {
		g.Description = "somebody else's"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	text, hint := explain(p.apply(t.Context(), s, wanted))
	if !strings.Contains(text, "1 of 2 steps are done") || !strings.Contains(text, "it has changed since the plan was made") || !strings.Contains(hint, "run apply again") {
		t.Errorf("error: %s\nhint: %s", text, hint)
	}
	now, err := client.Collect(s.Groups(t.Context(), client.List{}))
	if err != nil {
		t.Fatal(err)
	}
	if now[0].Description != "one" || now[1].Description != "somebody else's" {
		t.Errorf("the groups are %+v", now)
	}
}

func TestDiffExitsWithTwoWhenSomethingDiffers(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(t.TempDir(), "gatepost.yaml")
	err := os.WriteFile(path, []byte("version: 1\ngroups: [{name: a}]\n"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	at := []string{"--data", data}
	exits(t, 0, "", append(at, "diff", "-f", path)...)
	for _, c := range []struct {
		code int
		args []string
	}{{2, []string{"diff", "-f", path, "--exit-code"}}, {0, []string{"apply", "-f", path, "--yes"}}, {0, []string{"diff", "-f", path, "--exit-code"}}} {
		var out, errs bytes.Buffer
		code := run(t.Context(), append(at, c.args...), strings.NewReader(""), &out, &errs)
		if code != c.code || strings.Contains(errs.String(), "error") {
			t.Errorf("%v: exit %d, stderr %q", c.args, code, errs.String())
		}
	}
}
