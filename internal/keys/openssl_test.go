package keys

import (
	"crypto/x509"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
)

// TestUploadsMadeByOpenSSL checks that the remedies in our own messages work.
func TestUploadsMadeByOpenSSL(t *testing.T) {
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir := t.TempDir()
	openssl := func(t *testing.T, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), path, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	read := func(t *testing.T, name string) []byte {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	openssl(t, "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem")
	openssl(t, strings.Fields(strings.TrimPrefix(selfSign, "openssl "))...)
	openssl(t, "rsa", "-in", "key.pem", "-traditional", "-out", "pkcs1.pem")
	openssl(t, "rsa", "-in", "key.pem", "-traditional", "-aes128", "-passout", "pass:secret", "-out", "pkcs1-encrypted.pem")
	openssl(t, "pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:secret", "-out", "pkcs8-encrypted.pem")
	openssl(t, "pkey", "-in", "pkcs8-encrypted.pem", "-passin", "pass:secret", "-out", "decrypted.pem")
	openssl(t, "ecparam", "-name", "prime256v1", "-genkey", "-out", "ec.pem")
	openssl(t, "pkcs12", "-export", "-inkey", "key.pem", "-in", "certificate.pem", "-passout", "pass:secret", "-out", "both.p12")
	openssl(t, "pkcs12", "-in", "both.p12", "-passin", "pass:secret", "-nodes", "-out", "bags.pem")

	tests := []struct{ key, word string }{
		{"key.pem", ""},
		{"pkcs1.pem", ""},
		{"decrypted.pem", ""},
		{"pkcs1-encrypted.pem", "is encrypted"},
		{"pkcs8-encrypted.pem", "is encrypted"},
		{"ec.pem", "is not an RSA key"},
		{"both.p12", "is not PEM"},
		{"bags.pem", "has a certificate"},
	}
	cert := read(t, "certificate.pem")
	parsed, err := x509.ParseCertificate(must(pemBytes(string(cert))))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.key, func(t *testing.T) {
			_, _, err := ParseUpload(read(t, test.key), cert, parsed.NotBefore)
			var problems idp.Problems
			if test.word == "" && err != nil {
				t.Error(err)
			}
			if test.word != "" && (!errors.As(err, &problems) || !strings.Contains(err.Error(), test.word)) {
				t.Errorf("got %v, want %q", err, test.word)
			}
		})
	}
	t.Run("openssl reads a certificate of ours", func(t *testing.T) {
		ours := must(Issue(memorySigner(t.Context(), goodKey()), "aws-a", noon))
		err := os.WriteFile(filepath.Join(dir, "ours.pem"), CertificatePEM(ours.Raw), 0o600)
		if err != nil {
			t.Fatal(err)
		}
		text := openssl(t, "x509", "-in", "ours.pem", "-noout", "-text")
		for _, word := range []string{"CN = Gatepost aws-a", "Digital Signature", "CA:FALSE", "sha256WithRSAEncryption"} {
			if !strings.Contains(text, word) && !strings.Contains(text, strings.ReplaceAll(word, " = ", "=")) {
				t.Errorf("%q is not in\n%s", word, text)
			}
		}
	})
}
