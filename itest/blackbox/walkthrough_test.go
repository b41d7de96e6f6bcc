package blackbox

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/itest/server"
)

const password = "a few unrelated words do well"

// folder is a data folder that an administrator works on by the command line.
type folder struct {
	*testing.T
	data string
}

func (f folder) run(args ...string) server.Result {
	f.Helper()
	return server.Run(f, password+"\n", append([]string{"--data", f.data}, args...)...)
}

func (f folder) must(args ...string) string {
	f.Helper()
	result := f.run(args...)
	if result.Code != 0 {
		f.Fatalf("gatepost %s: exit %d\n%s", strings.Join(args, " "), result.Code, result.Stderr)
	}
	return result.Stdout
}

// served runs the server on the folder while do looks at it.
func (f folder) served(do func(s *server.Server)) {
	f.Helper()
	s := server.Start(f, f.data)
	s.Password = password
	do(s)
	s.Stop(f)
}

// What an administrator does with two connectors, from nothing to two people's
// sign-ins and back, by the command line alone.
func TestTheWholeSetUpOfTwoConnectorsByTheCommandLine(t *testing.T) {
	f := folder{t, filepath.Join(t.TempDir(), "data")}
	f.served(func(*server.Server) {}) // makes the folder
	f.makesTwoConnectors()
	f.uploadsAKeyAndActivates()
	f.letsPeopleIn()
	f.closesAndDeletes()
}

func (f folder) makesTwoConnectors() {
	// The placeholder that set-ups come with is refused with a word on what to
	// put there; their constant session name is taken.
	placeholder := f.run("connector", "create", "aws-a", "--label", "AWS A",
		"--role", "arn:aws:iam::YOUR_AWS_ACCOUNT_NUMBER:role/SAML-User,arn:aws:iam::YOUR_AWS_ACCOUNT_NUMBER:saml-provider/Gatepost")
	if placeholder.Code != 1 || !strings.Contains(placeholder.Stderr, "12-digit") {
		f.Errorf("the placeholder: exit %d\n%s", placeholder.Code, placeholder.Stderr)
	}
	f.must("connector", "create", "aws-a", "--label", "AWS A", "--description", "Production",
		"--attribute", "RoleSessionName=SSO-User", "--upload-key",
		"--role", "arn:aws:iam::111122223333:role/SAML-User,arn:aws:iam::111122223333:saml-provider/Gatepost")
	f.must("connector", "create", "aws-b", "--label", "AWS B",
		"--role", "arn:aws:iam::111122223333:role/SAML2-User,arn:aws:iam::111122223333:saml-provider/Gatepost2")
}

func (f folder) uploadsAKeyAndActivates() {
	early := f.run("connector", "activate", "aws-a")
	if early.Code != 1 {
		f.Errorf("a connector without a key is activated: exit %d", early.Code)
	}
	key, certificate := keyFiles(f.T)
	f.must("key", "upload", "--connector", "aws-a", "--private-key", key, "--certificate", certificate)
	f.must("connector", "activate", "aws-a")
	f.must("connector", "activate", "aws-b")
	if !strings.Contains(f.must("connector", "metadata", "aws-a"), base64Of(f.T, certificate)) {
		f.Error("the metadata does not hold the uploaded certificate")
	}
}

func (f folder) letsPeopleIn() {
	for _, group := range []string{"SSO-AWS-A", "SSO-AWS-B"} {
		f.must("group", "create", group)
	}
	for _, person := range []string{alice, bob} {
		f.must("user", "create", person, "--password-stdin")
	}
	f.must("group", "add-member", "SSO-AWS-A", alice)
	f.must("group", "add-member", "SSO-AWS-B", bob)
	f.must("connector", "grant", "aws-b", "SSO-AWS-B")
	f.served(func(s *server.Server) {
		if status := s.SignIn(f, alice).Get(f, "/sso/aws-a").Status; status != http.StatusForbidden {
			f.Errorf("before the grant /sso/aws-a answers %d", status)
		}
		opens(f.T, s, bob, "aws-b", "role/SAML2-User,", ">"+bob+"<")
	})
	f.must("connector", "grant", "aws-a", "SSO-AWS-A")
	f.served(func(s *server.Server) {
		opens(f.T, s, alice, "aws-a", "role/SAML-User,", ">SSO-User<")
	})
}

func (f folder) closesAndDeletes() {
	if f.run("connector", "delete", "aws-a").Code == 0 {
		f.Error("an active connector is deleted")
	}
	f.must("connector", "deactivate", "aws-a")
	f.served(func(s *server.Server) {
		if status := s.SignIn(f, alice).Get(f, "/sso/aws-a").Status; status != http.StatusNotFound {
			f.Errorf("once it is inactive /sso/aws-a answers %d", status)
		}
	})
	f.must("connector", "delete", "aws-a")
	if strings.Contains(f.must("connector", "list"), "aws-a") {
		f.Error("the deleted connector is still listed")
	}
}

// opens demands that the person gets a response with each of the texts.
func opens(t *testing.T, s *server.Server, person, slug string, texts ...string) {
	t.Helper()
	encoded := s.SignIn(t, person).Launch(t, slug).Fields.Get("SAMLResponse")
	response, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if !strings.Contains(string(response), text) {
			t.Errorf("the response for %s does not say %q:\n%s", person, text, response)
		}
	}
}

// keyFiles writes a private key and its certificate, as somebody brings them along.
func keyFiles(t *testing.T) (keyPath, certificatePath string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, keys.Bits)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := keys.Issue(key, "aws-a", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	keyPath = filepath.Join(t.TempDir(), "key.pem")
	certificatePath = filepath.Join(t.TempDir(), "certificate.pem")
	for path, block := range map[string]*pem.Block{
		keyPath:         {Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)},
		certificatePath: {Type: "CERTIFICATE", Bytes: certificate.Raw},
	} {
		err = os.WriteFile(path, pem.EncodeToMemory(block), 0o600)
		if err != nil {
			t.Fatal(err)
		}
	}
	return keyPath, certificatePath
}

// base64Of is a PEM file's content as metadata carries it.
func base64Of(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(content)
	return base64.StdEncoding.EncodeToString(block.Bytes)
}
