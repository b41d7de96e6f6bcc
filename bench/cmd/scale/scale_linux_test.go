package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Everything is done here that is done at full size.
func TestASmallCityIsMeasuredAndReported(t *testing.T) {
	o := options{
		root: "../../..", builds: t.TempDir(), size: size{Connectors: 20, Groups: 20, Users: 40}, seed: 1, requests: 2,
		file: filepath.Join(t.TempDir(), "new", "scale.json"),
	}
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
	if r.Size != o.size || r.Machine.Go == "" || r.FileLines < 500 || len(r.Jobs) != 2*len(jobs) || len(r.Lists) != 21 || len(r.Calls) != 4 {
		t.Errorf("the report is %s", content)
	}
	changes := kindsOf(r.Jobs, "apply changes")
	for _, kind := range []string{"change connector", "deactivate connector", "change user", "add … to group", "remove … from group"} {
		if changes[kind] != 2 && (kind != "change connector" || changes[kind] != 4) {
			t.Errorf("%q was done %d times in both places", kind, changes[kind])
		}
	}
	c := r.Lockdown
	if c.Calls.Writes != 1 || c.LiftCalls.Writes != 1 || c.Milliseconds <= 0 || c.Before != "200" || !strings.HasPrefix(c.After, "303") || c.Fresh == "200" || c.Token != "401" {
		t.Errorf("the lockdown is %+v", c)
	}
	for _, name := range []string{"apply over the API", "export on the folder", "users, contains, none", "add connector", "lockdown: "} {
		if !bytes.Contains(out.Bytes(), []byte(name)) {
			t.Errorf("the tables have no %q:\n%s", name, out.Bytes())
		}
	}
	for _, l := range r.Lists {
		if l.Requests < 2 || l.P50 <= 0 || l.P95 < l.P50 || l.P99 < l.P95 || l.WholeP95 < l.P50 {
			t.Errorf("a list is %+v", l)
		}
	}
}

// kindsOf are the steps of all jobs whose name begins so.
func kindsOf(all []job, name string) map[string]int {
	kinds := map[string]int{}
	for _, j := range all {
		if strings.HasPrefix(j.Name, name) {
			for _, k := range j.Kinds {
				kinds[k.Name] += k.Count
			}
		}
	}
	return kinds
}

func TestAProgramThatFailsEndsTheRun(t *testing.T) {
	_, err := program{binary: "/bin/sh"}.run(t.Context(), "", "-c", "echo done: add user; echo the reason >&2; exit 3")
	if err == nil || !strings.Contains(err.Error(), "exit status 3\nthe reason") {
		t.Errorf("the error is %v", err)
	}
}
