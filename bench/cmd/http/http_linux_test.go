package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func few(t *testing.T) options {
	return options{root: "../../..", builds: t.TempDir(), rounds: 1, launches: 3, file: filepath.Join(t.TempDir(), "new", "http.json")}
}

func TestAFewLaunchesAreMeasuredVerifiedAndReported(t *testing.T) {
	o := few(t)
	var out bytes.Buffer
	err := run(t.Context(), &out, o)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(o.file)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	err = json.Unmarshal(content, &r)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Levels) != len(levels) || r.Machine.Go == "" || len(r.Peaks) != 2 || r.Peaks[0].Bytes == 0 {
		t.Fatalf("the report is %s", content)
	}
	for _, l := range r.Levels {
		if len(l.Contenders) != 3 || l.Contenders[0].Ratio != 1 || l.Contenders[1].Signatures != 1 || l.Contenders[2].Signatures != 2 {
			t.Errorf("%d at once: %+v", l.AtOnce, l.Contenders)
		}
		for _, c := range l.Contenders {
			if c.Verified != 3 || c.CPU <= 0 || c.Rate <= 0 || c.P50 <= 0 || c.P99 < c.P50 || c.Longest < c.P99 {
				t.Errorf("%d at once: %+v", l.AtOnce, c)
			}
			if !strings.Contains(out.String(), c.Name) {
				t.Errorf("the table has no %q:\n%s", c.Name, &out)
			}
		}
	}
	left, err := filepath.Glob(filepath.Join(o.builds, "http-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%q are left behind, %v", left, err)
	}
}

func TestAResponseOfAnotherKeyEndsTheRun(t *testing.T) {
	contenders, end, err := begin(t.Context(), few(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { // and not in a cleanup, before which the context has ended
		if err := end(); err != nil {
			t.Error(err)
		}
	}()
	own, peer := contenders[1].(*site), contenders[2].(*site)
	own.metadata.Certificates, peer.metadata.Certificates = peer.metadata.Certificates, own.metadata.Certificates
	for _, s := range []*site{own, peer} {
		_, err := take(t.Context(), s, 1, 1)
		if err == nil {
			t.Errorf("%s: a certificate of another key verifies its response", s.label)
		}
	}
}

func TestALaunchThatFailsEndsTheRun(t *testing.T) {
	base, err := newRaw()
	if err != nil {
		t.Fatal(err)
	}
	_, err = measure(t.Context(), []contender{failing{base}}, 1, 2)
	if !errors.Is(err, errBroken) {
		t.Errorf("the error is %v", err)
	}
}

var errBroken = errors.New("broken")

type failing struct{ *raw }

func (failing) launch(context.Context) ([]byte, error) { return nil, errBroken }
