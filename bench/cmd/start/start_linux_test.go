package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// bare is the function that is built fastest.
func bare() function { return contenders()[0] }

func TestAStartIsMeasuredAndReported(t *testing.T) {
	o := options{root: root, builds: t.TempDir(), rounds: 2, file: filepath.Join(t.TempDir(), "new", "start.json")}
	var out bytes.Buffer
	err := run(t.Context(), &out, o, []function{bare()})
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
	if len(r.Functions) != 1 || len(r.Routes) != len(requests()) || r.Machine.Go == "" {
		t.Fatalf("the report is %s", content)
	}
	f := r.Functions[0]
	if f.Ready <= 0 || f.Answer <= 0 || f.CPU <= 0 || f.MemoryBytes < mib || f.BinaryBytes < mib || f.ZipBytes >= f.BinaryBytes || f.WholeRatio != 1 {
		t.Errorf("the start took %+v", f)
	}
	for _, name := range []string{f.Name, "launch", "metadata"} {
		if !bytes.Contains(out.Bytes(), []byte(name)) {
			t.Errorf("the tables have no %q:\n%s", name, out.Bytes())
		}
	}
}

func TestAWrongAnswerEndsTheRun(t *testing.T) {
	wrong := bare()
	wrong.answer = `"statusCode":503`
	err := run(t.Context(), &bytes.Buffer{}, options{root: root, builds: t.TempDir(), rounds: 1}, []function{wrong})
	if err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("the error is %v", err)
	}
}

func TestAFunctionThatCannotStartEndsTheRun(t *testing.T) {
	core, err := lastCore()
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"true", "false"} {
		binary, err := exec.LookPath(program)
		if err != nil && os.Getenv("CI") != "true" {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		b := built{function: function{name: program}, binary: binary}
		_, err = b.start(t.Context(), core)
		if err == nil || !strings.Contains(err.Error(), program+" ended before it answered") {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestAProcessIsStartedOnOneCore(t *testing.T) {
	core, err := lastCore()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	command := exec.CommandContext(t.Context(), "cat", "/proc/self/status")
	command.Stdout = &out
	_, err = startOn(core, command)
	if err != nil {
		t.Fatal(err)
	}
	err = command.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("Cpus_allowed_list:\t%d\n", core); !strings.Contains(out.String(), want) {
		t.Errorf("the process may use other cores than %d:\n%s", core, out.String())
	}
}
