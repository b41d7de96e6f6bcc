package plan_test

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		err := os.WriteFile(path, []byte(got), 0o600)
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to write it):\n%s", path, got)
	}
}

func read(t testing.TB, file string) *plan.File {
	t.Helper()
	f, err := plan.Read([]byte(file))
	if err != nil {
		t.Fatalf("read:\n%v", err)
	}
	return f
}

func faults(t *testing.T, err error) string {
	t.Helper()
	var problems idp.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("the error is no problems: %v", err)
	}
	return problems.Error()
}

func diff(t testing.TB, s *site, f *plan.File) *plan.Plan {
	t.Helper()
	p, err := plan.Diff(s.load(t), f, plan.Options{Now: noon})
	if err != nil {
		t.Fatalf("diff:\n%v", err)
	}
	return p
}

// apply brings the site to what a file asks.
func apply(t testing.TB, s *site, file string) {
	t.Helper()
	p := diff(t, s, read(t, file))
	report, err := p.Apply(t.Context(), s, plan.ApplyOptions{})
	if err != nil || len(report.Remaining) > 0 {
		t.Fatalf("apply: %v, remaining %v", err, report.Remaining)
	}
}

func exported(t testing.TB, s *site, people bool) string {
	t.Helper()
	f, err := plan.Export(s.load(t), people, noon)
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func contains(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("want %q in\n%s", want, text)
		}
	}
}

// pair is one key with its certificate.
var pair = sync.OnceValue(func() plan.KeyPair {
	key := keystest.Key(0)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "aws-a"},
		NotBefore: noon.AddDate(0, -1, 0), NotAfter: noon.AddDate(10, 0, 0), SignatureAlgorithm: x509.SHA256WithRSA,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return plan.KeyPair{
		PrivateKey:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
		Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	}
})

// describe is what a server shows of a key that was uploaded.
func describe(certificate []byte) *resource.Key {
	block, _ := pem.Decode(certificate)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return &resource.Key{
		Custody: "file", Source: "uploaded", State: "ready", Fingerprint: hex.EncodeToString(sum[:]),
		NotBefore: resource.Stamp(cert.NotBefore), NotAfter: resource.Stamp(cert.NotAfter),
	}
}
