package samltest

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// recorder is a test that is told of faults and goes on, and ends as one does.
type recorder struct {
	testing.TB
	failed, stopped, skipped bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }

func (r *recorder) Fatalf(string, ...any) {
	r.stopped = true
	runtime.Goexit()
}

func (r *recorder) Skipf(string, ...any) {
	r.skipped = true
	runtime.Goexit()
}

func golden(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestXMLSecTakesTheRightAndRefusesTheWrong(t *testing.T) {
	tool(t, "xmlsec1")
	current, next := golden(t, "current.cert.pem"), golden(t, "next.cert.pem")
	both := golden(t, "response-both.xml")
	for _, test := range []struct {
		name   string
		xml    []byte
		cert   []byte
		failed bool
	}{
		{"the right certificate", golden(t, "response.xml"), current, false},
		{"the right certificate for two signatures", both, current, false},
		{"another certificate", golden(t, "response.xml"), next, true},
		{"a status that the response's signature is over", bytes.Replace(both, []byte("status:Success"), []byte("status:Responder"), 1), current, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &recorder{TB: t}
			VerifyXMLSec(r, test.xml, test.cert)
			if r.failed != test.failed {
				t.Errorf("failed: %v, want %v", r.failed, test.failed)
			}
		})
	}
}

func TestSchemasTakeTheRightAndRefuseTheWrong(t *testing.T) {
	metadata, response := golden(t, "metadata-one.xml"), golden(t, "response.xml")
	ValidateSchema(t, metadata, "metadata") // skips the whole where xmllint or the schemas are missing
	for _, test := range []struct {
		name   string
		xml    []byte
		schema string
		failed bool
	}{
		{"metadata", metadata, "metadata", false},
		{"a response", response, "protocol", false},
		{"metadata without an endpoint", bytes.ReplaceAll(metadata, []byte("SingleSignOnService"), []byte("ArtifactResolutionService")), "metadata", true},
		{"a response of an unknown element", bytes.ReplaceAll(response, []byte("saml:Subject"), []byte("saml:Object")), "protocol", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &recorder{TB: t}
			ValidateSchema(r, test.xml, test.schema)
			if r.failed != test.failed {
				t.Errorf("failed: %v, want %v", r.failed, test.failed)
			}
		})
	}
}

func TestAMissingToolSkipsAndFailsInCI(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, ci := range []string{"", "true"} {
		t.Setenv("CI", ci)
		r := &recorder{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			VerifyXMLSec(r, nil, nil)
		}()
		<-done
		if r.skipped != (ci == "") || r.stopped != (ci == "true") {
			t.Errorf("CI=%q: skipped %v, failed %v", ci, r.skipped, r.stopped)
		}
	}
}
