package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

// standIn plays AWS: the sign-in host judges what is posted to it and sends the
// browser on to the console, which is another host. Chromium holds form-action
// against that second step too, and only a real browser shows it.
func standIn(t testing.TB, gatepost *server.Server) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+chrome.SignInHost+"/saml", func(w http.ResponseWriter, r *http.Request) {
		verdict, err := judge(r.PostFormValue("SAMLResponse"), gatepost.Metadata(t, "aws-a"))
		if err == nil {
			err = verdict.Err()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		next := r.PostFormValue("RelayState")
		if next == "" {
			next = "https://" + chrome.ConsoleHost + "/console/home"
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: verdict.Sessions[0].Name, Domain: "aws.amazon.com", Path: "/", Secure: true})
		http.Redirect(w, r, next, http.StatusFound)
	})
	mux.HandleFunc("GET "+chrome.ConsoleHost+"/", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("session")
		if err != nil {
			http.Error(w, "not signed in", http.StatusForbidden)
			return
		}
		fmt.Fprintf(w, "Console of %s at %s", cookie.Value, r.URL.Path)
	})
	aws := httptest.NewTLSServer(mux)
	t.Cleanup(aws.Close)
	return aws
}

func judge(encoded, metadata string) (awsfed.Verdict, error) {
	document, err := saml.Decode(encoded)
	if err != nil {
		return awsfed.Verdict{}, err
	}
	response, err := saml.Read(document)
	if err != nil {
		return awsfed.Verdict{}, err
	}
	descriptor, err := saml.ReadMetadata([]byte(metadata))
	if err != nil {
		return awsfed.Verdict{}, err
	}
	return awsfed.Judge(response, descriptor, time.Now()), nil
}

func TestTheLaunchReachesTheConsoleBehindAWSsSignInUnderThePagesOwnPolicy(t *testing.T) {
	t.Parallel()
	gatepost := server.Demo(t, "--demo-acs=false")
	b := start(t, gatepost, chrome.Towards(standIn(t, gatepost).URL)...)
	b.signIn(alice)
	b.Click(chrome.Tile("AWS A"))
	b.Shows("Console of alice@example.com at /console/home")

	b.Open("/sso/aws-a?RelayState=" + url.QueryEscape("https://"+chrome.ConsoleHost+"/cloudwatch/home"))
	b.Shows("Console of alice@example.com at /cloudwatch/home")
	for _, fault := range b.Faults() {
		t.Errorf("the browser complains: %s", fault)
	}
}

// The control: with a policy that names the sign-in host alone, the browser
// blocks the step to the console. It proves that the test above can fail.
func TestAPolicyThatNamesTheSignInHostAloneIsStoppedBeforeTheConsole(t *testing.T) {
	t.Parallel()
	gatepost := server.Demo(t, "--demo-acs=false")
	b := start(t, gatepost, chrome.Towards(standIn(t, gatepost).URL)...)
	b.signIn(alice)
	narrow := narrowed(t, gatepost)
	b.Open(narrow.URL + "/sso/aws-a")
	b.Click(chrome.Button("Continue to AWS A"))
	deadline := time.Now().Add(chrome.Patience)
	for !strings.Contains(strings.Join(b.Faults(), "\n"), "form-action") {
		if time.Now().After(deadline) {
			t.Fatalf("the browser blocked nothing: %q\n%s", b.Faults(), b.Describe())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// narrowed serves what the server serves, with a narrower policy for forms.
// Cookies know no ports, so the person stays signed in.
func narrowed(t testing.TB, gatepost *server.Server) *httptest.Server {
	t.Helper()
	target, err := url.Parse(gatepost.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, // the host of the target too
		ModifyResponse: func(r *http.Response) error {
			policy := r.Header.Get("Content-Security-Policy")
			before, after, found := strings.Cut(policy, "form-action ")
			if !found {
				return nil
			}
			_, rest, _ := strings.Cut(after, ";")
			r.Header.Set("Content-Security-Policy", before+"form-action https://"+chrome.SignInHost+";"+rest)
			return nil
		},
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	front.URL = strings.Replace(front.URL, "127.0.0.1", "localhost", 1)
	return front
}
