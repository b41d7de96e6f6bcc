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

// What an administrator does with two connectors, from nothing to two people's
// sign-ins and back, by the command line alone.
func TestTheWholeSetUpOfTwoConnectorsByTheCommandLine(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	server.Start(t, data).Stop(t)
	run := func(args ...string) server.Result {
		t.Helper()
		return server.Run(t, password+"\n", append([]string{"--data", data}, args...)...)
	}
	must := func(args ...string) string {
		t.Helper()
		result := run(args...)
		if result.Code != 0 {
			t.Fatalf("gatepost %s: exit %d\n%s", strings.Join(args, " "), result.Code, result.Stderr)
		}
		return result.Stdout
	}

	// Two applications; the session name of the first is the constant that such
	// set-ups come with.
	placeholder := run("connector", "create", "aws-a", "--label", "AWS A",
		"--role", "arn:aws:iam::YOUR_AWS_ACCOUNT_NUMBER:role/SAML-User,arn:aws:iam::YOUR_AWS_ACCOUNT_NUMBER:saml-provider/Gatepost")
	refuses(t, placeholder, 1, "12")
	must("connector", "create", "aws-a", "--label", "AWS A", "--description", "Production", "--attribute", "RoleSessionName=SSO-User", "--upload-key",
		"--role", "arn:aws:iam::111122223333:role/SAML-User,arn:aws:iam::111122223333:saml-provider/Gatepost")
	must("connector", "create", "aws-b", "--label", "AWS B",
		"--role", "arn:aws:iam::111122223333:role/SAML2-User,arn:aws:iam::111122223333:saml-provider/Gatepost2")

	// Without its key the first cannot be activated; with it, it can.
	early := run("connector", "activate", "aws-a")
	if early.Code != 1 {
		t.Errorf("a connector without a key is activated: exit %d", early.Code)
	}
	key, certificate := keyFiles(t)
	must("key", "upload", "--connector", "aws-a", "--private-key", key, "--certificate", certificate)
	must("connector", "activate", "aws-a")
	must("connector", "activate", "aws-b")
	if !strings.Contains(must("connector", "metadata", "aws-a"), base64Of(t, certificate)) {
		t.Error("the metadata does not hold the uploaded certificate")
	}

	// People and groups; nobody gets in before the grant.
	for _, group := range []string{"SSO-AWS-A", "SSO-AWS-B"} {
		must("group", "create", group)
	}
	for _, person := range []string{alice, "bob@example.com"} {
		must("user", "create", person, "--password-stdin")
	}
	must("group", "add-member", "SSO-AWS-A", alice)
	must("group", "add-member", "SSO-AWS-B", "bob@example.com")
	must("connector", "grant", "aws-b", "SSO-AWS-B")

	gatepost := server.Start(t, data)
	gatepost.Password = password
	if status := gatepost.SignIn(t, alice).Get(t, "/sso/aws-a").Status; status != http.StatusForbidden {
		t.Errorf("before the grant /sso/aws-a answers %d", status)
	}
	opens(t, gatepost, "bob@example.com", "aws-b", "role/SAML2-User,", ">bob@example.com<")
	gatepost.Stop(t)
	must("connector", "grant", "aws-a", "SSO-AWS-A")
	gatepost = server.Start(t, data)
	gatepost.Password = password
	opens(t, gatepost, alice, "aws-a", "role/SAML-User,", ">SSO-User<")
	gatepost.Stop(t)

	// Closed for everybody, then gone.
	if run("connector", "delete", "aws-a").Code == 0 {
		t.Error("an active connector is deleted")
	}
	must("connector", "deactivate", "aws-a")
	gatepost = server.Start(t, data)
	gatepost.Password = password
	if status := gatepost.SignIn(t, alice).Get(t, "/sso/aws-a").Status; status != http.StatusNotFound {
		t.Errorf("once it is inactive /sso/aws-a answers %d", status)
	}
	gatepost.Stop(t)
	must("connector", "delete", "aws-a")
	if strings.Contains(must("connector", "list"), "aws-a") {
		t.Error("the deleted connector is still listed")
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
