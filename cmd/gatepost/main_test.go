package main

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/keys/keystest"
)

// writeKeys puts key files for uploads into a folder: two pairs that do not
// fit each other.
func writeKeys(dir string) error {
	key, other := keystest.Key(0), keystest.Key(1)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Gatepost test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	otherDER, err := x509.CreateCertificate(rand.Reader, template, template, other.Public(), other)
	if err != nil {
		return err
	}
	for name, block := range map[string]*pem.Block{
		"key.pem":              {Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)},
		"other.pem":            {Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(other)},
		"certificate.pem":      {Type: "CERTIFICATE", Bytes: der},
		"othercertificate.pem": {Type: "CERTIFICATE", Bytes: otherDER},
	} {
		err = os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600)
		if err != nil {
			return err
		}
	}
	return nil
}

func TestExitCodes(t *testing.T) {
	folder := t.TempDir()
	held, err := installation.OpenFolder(t.Context(), installation.FolderOptions{Path: filepath.Join(folder, "held"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := held.Close()
		if err != nil {
			t.Error(err)
		}
	})
	good := []string{"--data", filepath.Join(folder, "data")}
	cases := []struct {
		name  string
		args  []string
		code  int
		error string
	}{
		{"done", append(good, "user", "list"), 0, ""},
		{"help", []string{"--help"}, 0, ""},
		{"version", []string{"version"}, 0, ""},
		{"a completion", []string{"completion", "bash"}, 0, ""},
		{"an unknown command", []string{"frobnicate"}, 2, `unknown command "frobnicate"`},
		{"an unknown command of a family", []string{"user", "lst"}, 2, "did you mean gatepost user list?"},
		{"an unknown flag", []string{"user", "list", "--nope"}, 2, "unknown flag"},
		{"too few arguments", []string{"user", "show"}, 2, "accepts 1 arg"},
		{"a format that does not exist", append(good, "user", "list", "-o", "xml"), 2, "--output"},
		{"JSON lines of what is no record", append(good, "user", "list", "-o", "jsonl"), 2, "--output"},
		{"JSON lines of events", append(good, "events", "-o", "jsonl"), 0, ""},
		{"a time that is none", append(good, "events", "--since", "yesterday"), 2, "is not a time"},
		{"following to an end", append(good, "events", "--follow", "--until", "1h"), 2, "--until"},
		{"following a data folder", append(good, "events", "--follow"), 2, "nothing else could work on it"},
		{"a lockdown that nobody confirms", append(good, "lockdown"), 1, "not confirmed: nothing is changed"},
		{"a token for nobody", append(good, "token", "create", "--name", "ci"), 2, "whose token is it?"},
		{"a flag that is missing", append(good, "key", "show"), 2, "required flag"},
		{"half of a key", append(good, "connector", "create", "aws-a", "--private-key", "key.pem"), 2, "certificate"},
		{"serving a server", []string{"--server", "https://sso.example.com", "serve"}, 2, "serve works on a store"},
		{"a bad address to listen on", []string{"serve", "--addr", "nowhere"}, 2, "--addr"},
		{"the demo on the network", []string{"serve", "--demo", "--addr", "0.0.0.0:0"}, 2, "is not loopback"},
		{"http that is not loopback", []string{"serve", "--url", "http://sso.example.com"}, 2, "use https"},
		{"something that is not there", append(good, "user", "show", "nobody@example.com"), 1, "not found"},
		{"an address that is none", append(good, "user", "list"), 2, "GATEPOST_URL"},
		{"a value that is wrong", append(good, "group", "create", "a b"), 1, "is not a group name"},
		{"a folder that serve holds", []string{"--data", filepath.Join(folder, "held"), "user", "list"}, 1, "serve is running; use --server"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.error == "GATEPOST_URL" {
				t.Setenv("GATEPOST_URL", "javascript:alert(1)//")
			}
			exits(t, c.code, c.error, c.args...)
		})
	}
}

// exits runs the command and looks at how it ends.
func exits(t *testing.T, want int, says string, args ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(""), &out, &errs)
	if code != want || !strings.Contains(errs.String(), says) {
		t.Errorf("exit %d, want %d; stderr:\n%s", code, want, errs.String())
	}
	if code != 0 && !strings.HasPrefix(errs.String(), "error: ") {
		t.Errorf("stderr begins %q", errs.String())
	}
}
