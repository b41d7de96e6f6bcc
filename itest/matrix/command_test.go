package matrix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/server"
)

// TestTheCommandLineIsHeldToTheSameTable runs the program on the deeds that have a
// command, with the tokens of each role.
func TestTheCommandLineIsHeldToTheSameTable(t *testing.T) {
	policy, w := readPolicy(t), newWorld(t)
	files := w.files(t)
	t.Run("each", func(t *testing.T) {
		for _, d := range deeds() {
			if d.command == "" {
				continue
			}
			t.Run(d.command, func(t *testing.T) {
				t.Parallel()
				shared := open(t, w.copied(t)) // for those who change nothing
				for _, c := range w.callers {
					if !c.bearer() || c.way == "role of IAM" { // to the server a token is a token
						continue
					}
					name := fmt.Sprintf("by %s of %q", c.way, c.role)
					if policy.allows(c.role, c.reads, d.needs) {
						t.Run(name, func(t *testing.T) { run(open(t, w.copied(t)), files, w.command(d, c, files), c, name, true) })
						continue
					}
					run(shared, files, w.command(d, c, files), c, name, false)
				}
			})
		}
	})
}

// files are what commands read: {export}, {csv}, {private} and {certificate}, by
// those names.
func (w *world) files(t *testing.T) string {
	t.Helper()
	var pair struct {
		PrivateKey  string `json:"private_key"`
		Certificate string `json:"certificate"`
	}
	err := json.Unmarshal([]byte(w.upload), &pair)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, text := range map[string]string{
		"export": w.export, "csv": "email,name\nalice@example.com,Alice Again\n", "private": pair.PrivateKey, "certificate": pair.Certificate,
	} {
		err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600)
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// command is the words of a deed's command.
func (w *world) command(d deed, c caller, files string) []string {
	replacer := strings.NewReplacer("{own}", c.own, "{other}", w.other, "{export}", filepath.Join(files, "export"), "{csv}", filepath.Join(files, "csv"),
		"{private}", filepath.Join(files, "private"), "{certificate}", filepath.Join(files, "certificate"))
	words := strings.Fields(d.command)
	for i := range words {
		words[i] = replacer.Replace(words[i])
	}
	return words
}

// run runs a command on a server, and looks whether it ends as the policy wants it:
// 0 where it is allowed, else 1, with the reason, and without a trace.
func run(s *site, folder string, command []string, c caller, name string, allowed bool) {
	s.Helper()
	face := httptest.NewServer(s.front)
	defer face.Close()
	before := s.latest()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(s.Context(), server.Binary(s), append([]string{"--server", face.URL}, command...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, &out, &errs
	cmd.Env = []string{"GATEPOST_TOKEN=" + strings.TrimPrefix(c.value, "Bearer "), "HOME=" + folder}
	err := cmd.Run()
	code := cmd.ProcessState.ExitCode()
	switch {
	case code < 0:
		s.Fatal(err)
	case allowed && code != 0:
		s.Errorf("%s: ends with %d\n%s%s", name, code, out.String(), errs.String())
	case !allowed && (code != 1 || !refusal(errs.String())):
		s.Errorf("%s: ends with %d and not as refused\n%s%s", name, code, out.String(), errs.String())
	case !allowed && s.latest() != before:
		s.Errorf("%s: refused, and done all the same", name)
	}
}

// refusal reports whether a command says that it is not allowed, or that there is
// no such token, for those who cannot see it.
func refusal(errs string) bool {
	return strings.Contains(errs, "not allowed: ") || strings.Contains(errs, "token") && strings.Contains(errs, "not found")
}
