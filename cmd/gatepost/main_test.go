package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gatepost/gatepost/internal/app/installation"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"gatepost": func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the command lines under testdata, which read as
// documentation.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			return writeKeys(env.WorkDir)
		},
	})
}

// writeKeys puts key files for uploads into a folder: a good pair, and a key
// that has no certificate.
func writeKeys(dir string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Gatepost test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	for name, block := range map[string]*pem.Block{
		"key.pem":         {Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)},
		"other.pem":       {Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(other)},
		"certificate.pem": {Type: "CERTIFICATE", Bytes: der},
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
			var out, errs bytes.Buffer
			if c.error == "GATEPOST_URL" {
				t.Setenv("GATEPOST_URL", "javascript:alert(1)//")
			}
			code := run(t.Context(), c.args, strings.NewReader(""), &out, &errs)
			if code != c.code || !strings.Contains(errs.String(), c.error) {
				t.Errorf("exit %d, want %d; stderr:\n%s", code, c.code, errs.String())
			}
			if code != 0 && !strings.HasPrefix(errs.String(), "error: ") {
				t.Errorf("stderr begins %q", errs.String())
			}
		})
	}
}
