package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestEveryContenderIssuesWhatVerifies(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "bench.json")
	var out bytes.Buffer
	err := run(&out, 1, 2, file)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	err = json.Unmarshal(content, &r)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Contenders) != 5 || r.Contenders[0].Ratio != 1 {
		t.Errorf("the report is %s", content)
	}
	for _, c := range r.Contenders {
		if !bytes.Contains(out.Bytes(), []byte(c.Name)) {
			t.Errorf("the table has no %q:\n%s", c.Name, out.Bytes())
		}
	}
}

func TestAnOutputThatDoesNotVerifyEndsTheRun(t *testing.T) {
	right, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	checks, err := all(wrong)
	if err != nil {
		t.Fatal(err)
	}
	contenders, err := all(right)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range contenders {
		c.verify = checks[i].verify
		_, err := measure([]contender{c}, 1, 1)
		if err == nil {
			t.Errorf("%s: another certificate verifies it", c.name)
		}
	}
}
