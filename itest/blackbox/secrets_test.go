package blackbox

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/server"
)

// Everything secret that crosses the server in an ordinary day, and on a bad one,
// is looked for in its log and in its folder: it may stand in neither.
func TestNothingSecretStandsInTheLogOrInTheFolder(t *testing.T) {
	gatepost := server.Demo(t)
	person := gatepost.SignIn(t, alice)
	cookie := cookieOf(t, person)
	response := person.Launch(t, "aws-a").Fields.Get("SAMLResponse")
	misuse(t, gatepost, person, response, cookie.Value)
	gatepost.Visitor(t).TrySignIn(t, alice, "a-wrong-password-of-alice")
	gatepost.Visitor(t).TrySignIn(t, "typed-my-password-here@example.com", gatepost.Password)

	secret := cookie.Value[strings.LastIndexByte(cookie.Value, '.')+1:]
	document, err := base64.StdEncoding.DecodeString(response)
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{
		"the password":         gatepost.Password,
		"a wrong password":     "a-wrong-password-of-alice",
		"the session's secret": secret,
		"the API token":        strings.TrimPrefix(gatepost.Token, "gp_"),
		"the response":         response[:200],
		"the assertion":        string(document[bytes.Index(document, []byte("<ds:SignatureValue")):][:80]),
		"a private key":        "PRIVATE KEY",
	}
	log := gatepost.Log()
	if !strings.Contains(log, "/sso/aws-a") {
		t.Fatalf("the log says nothing of the launch, so nothing is proven:\n%s", log)
	}
	gatepost.Stop(t)
	for name, value := range secrets {
		if len(value) < len("PRIVATE KEY") {
			t.Fatalf("%s is too short to be looked for: %q", name, value)
		}
		if strings.Contains(log, value) {
			t.Errorf("%s stands in the log:\n%s", name, log)
		}
		for path, content := range files(t, gatepost.Data) {
			isKey := strings.HasSuffix(path, ".pem") && name == "a private key"
			if bytes.Contains(content, []byte(value)) && !isKey {
				t.Errorf("%s stands in the file %s", name, path)
			}
		}
	}
}

// misuse sends secrets to where they do not belong, so that refusals are logged
// with them at hand.
func misuse(t *testing.T, s *server.Server, p *server.Person, response, cookie string) {
	t.Helper()
	p.Get(t, "/sso/aws-a?SAMLResponse="+response[:200])
	p.Get(t, "/sso/aws-a?RelayState="+cookie)
	p.Get(t, "/signin?next=/"+cookie)
	p.Get(t, "/no/such/page?password="+s.Password)
	form := server.Form{Action: "/sso/aws-a", Fields: map[string][]string{"SAMLResponse": {response}, "password": {s.Password}}}
	p.Submit(t, form)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/signin",
		strings.NewReader("username=alice%40example.com&password="+s.Password+"&password="+s.Password))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", "https://evil.example")
	request.Header.Set("Authorization", "Bearer "+s.Token)
	p.Do(t, request)
}

func files(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	contents := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		contents[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(contents) == 0 {
		t.Fatal("the folder is empty")
	}
	return contents
}
