// Package console does in Debian's Chromium what administrators do in the console:
// with a mouse, with a keyboard alone, two at once; and has axe judge each page.
package console

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

const (
	owner = "admin@example.com" // of the demo
	alice = "alice@example.com" // of both groups
	bob   = "bob@example.com"   // of the first only
	carol = "carol@example.com" // of none

	// Of the furnished demo.
	viewer    = "viv@example.com"
	helpdesk  = "hal@example.com"
	decider   = "cora@example.com" // a connector administrator
	suspended = "sam@example.com"
	password  = "a few unrelated words do well"
)

// furnished is the demo with what it does not show by itself: connectors in other
// states, and administrators of other roles.
func furnished(t testing.TB) *server.Server {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	server.DemoIn(t, data).Stop(t)
	command := func(line string) {
		server.Must(t, password+"\n", append([]string{"--data", data}, strings.Fields(line)...)...)
	}
	many := "connector create many --label Sandboxes"
	for _, account := range []string{"444455556666", "777788889999"} {
		for _, role := range []string{"Administrator", "Developer", "ReadOnly"} {
			many += fmt.Sprintf(" --role arn:aws:iam::%[1]s:role/%[2]s,arn:aws:iam::%[1]s:saml-provider/Gatepost", account, role)
		}
	}
	command(many)
	command("connector grant many SSO-AWS-B")
	command("connector activate many")
	command("connector create draft --label Draft --upload-key --role arn:aws:iam::111122223333:role/Third,arn:aws:iam::111122223333:saml-provider/Third")
	command("connector create wiki --label Wiki --url https://wiki.example.com/")
	command("connector grant wiki SSO-AWS-A")
	command("connector activate wiki")
	command("user create " + viewer + " --name Viv --admin-role viewer --password-stdin")
	command("user create " + helpdesk + " --name Hal --admin-role helpdesk --password-stdin")
	command("user create " + decider + " --name Cora --admin-role connector-admin --password-stdin")
	command("user create " + suspended + " --name Sam")
	command("user suspend " + suspended)
	command("group create on-call")
	command("group add-member on-call " + carol + " --for 8h")
	command("group add-member on-call " + viewer)
	return server.DemoIn(t, data)
}

// enter starts Chromium and signs somebody in, who ends up at a page of the console.
func enter(t testing.TB, s *server.Server, email, path string) *chrome.Tab {
	t.Helper()
	b := chrome.Browse(t, s.URL)
	signIn(b, s, email)
	b.Open(path)
	return b
}

func signIn(b *chrome.Tab, s *server.Server, email string) {
	b.Helper()
	secret := password
	if email == owner || email == alice || email == bob || email == carol {
		secret = s.Password
	}
	b.SignIn(email, secret)
}

// keyFiles writes a private key and a certificate of it that ends so soon.
func keyFiles(t testing.TB, lives time.Duration) (key, certificate string) {
	t.Helper()
	signer, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "draft"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(lives),
	}
	issued, err := x509.CreateCertificate(rand.Reader, template, template, &signer.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(folder, name)
		err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("key.pem", "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(signer)), write("certificate.pem", "CERTIFICATE", issued)
}
