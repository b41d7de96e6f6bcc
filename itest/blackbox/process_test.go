// Package blackbox tests the built binary from outside: its exit codes, what it
// keeps when it is killed, what it writes to its log, and each route's headers.
package blackbox

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/itest/server"
)

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

const (
	alice = "alice@example.com" // of both groups of the demo
	bob   = "bob@example.com"   // of the first
	carol = "carol@example.com" // of none
)

func TestKillingTheServerLosesNothingThatItAcknowledged(t *testing.T) {
	gatepost := server.Demo(t)
	kept := gatepost.SignIn(t, alice)
	ended := gatepost.SignIn(t, alice)
	stolen := cookieOf(t, ended) // as a thief would keep it
	ended.Submit(t, server.Form{Action: "/signout"})
	locked := lockOut(t, gatepost, "nobody@example.com")

	gatepost.Kill()
	again := server.DemoIn(t, gatepost.Data, "--demo-password", gatepost.Password)

	kept.Server = again
	if page := kept.Get(t, "/"); page.Status != http.StatusOK {
		t.Errorf("a session that was acknowledged is lost: / answers %d", page.Status)
	}
	if status := withCookie(t, again, stolen).Status; status != http.StatusSeeOther {
		t.Errorf("a session that was ended lives again: / answers %d", status)
	}
	if status := again.Visitor(t).TrySignIn(t, locked, "not the password").Status; status != http.StatusTooManyRequests {
		t.Errorf("a lock is lost: the sign-in answers %d", status)
	}
	if page := again.Visitor(t).Get(t, "/metadata/aws-a"); page.Status != http.StatusOK {
		t.Errorf("the key is lost: the metadata answers %d", page.Status)
	}
	kept.Launch(t, "aws-a")
}

// The server is killed while people sign in: whoever was told that they are
// signed in, is.
func TestKillingTheServerAmidSignInsLosesNoneThatWasAnswered(t *testing.T) {
	gatepost := server.Demo(t)
	const writers = 4
	answered := make(chan *http.Cookie, 1000)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for {
				cookie, err := gatepost.TrySession(alice)
				if err != nil {
					return // it is gone
				}
				answered <- cookie
			}
		})
	}
	const enough = 12
	deadline := time.Now().Add(5 * time.Minute)
	for len(answered) < enough && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	gatepost.Kill()
	group.Wait()
	close(answered)
	if len(answered) < enough {
		t.Fatalf("only %d sign-ins were answered", len(answered))
	}

	again := server.DemoIn(t, gatepost.Data, "--demo-password", gatepost.Password)
	for cookie := range answered {
		if status := withCookie(t, again, cookie).Status; status != http.StatusOK {
			t.Errorf("a sign-in that was answered is lost: / answers %d", status)
		}
	}
}

func TestASecondServerOnTheSameFolderIsRefused(t *testing.T) {
	gatepost := server.Demo(t)
	result := server.Run(t, "", "serve", "--demo", "--data", gatepost.Data, "--addr", "127.0.0.1:0")
	refuses(t, result, 1, "serve is running")
}

func TestTheCommandLineIsRefusedWhileTheServerHoldsTheFolder(t *testing.T) {
	gatepost := server.Demo(t)
	for _, args := range [][]string{
		{"user", "list"},
		{"group", "create", "SSO-AWS-C"},
		{"connector", "deactivate", "aws-a"},
	} {
		result := server.Run(t, "", append([]string{"--data", gatepost.Data}, args...)...)
		refuses(t, result, 1, "serve is running; use --server")
	}
	gatepost.SignIn(t, alice).Launch(t, "aws-a") // nothing was changed
}

func TestAFolderThatHoldsTheDemoIsServedAsTheDemoAlone(t *testing.T) {
	gatepost := server.Demo(t)
	gatepost.Stop(t)
	result := server.Run(t, "", "serve", "--data", gatepost.Data, "--addr", "127.0.0.1:0")
	refuses(t, result, 1, "holds the demo")
}

func TestTheDemoIsRefusedOnAFolderWithSomethingElse(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	server.Start(t, data).Stop(t)
	server.Must(t, "", "--data", data, "group", "create", "Engineering")
	result := server.Run(t, "", "serve", "--demo", "--data", data, "--addr", "127.0.0.1:0")
	refuses(t, result, 1, "not empty")
	groups := server.Must(t, "", "--data", data, "group", "list", "-o", "json")
	if strings.Contains(groups, "SSO-AWS-A") {
		t.Errorf("the refused demo left something behind: %s", groups)
	}
}

func TestTheDemoListensOnLoopbackAloneAndAddressesNeedTLSElsewhere(t *testing.T) {
	for name, args := range map[string][]string{
		"the demo on every address":   {"--demo", "--addr", "0.0.0.0:0"},
		"http on another name":        {"--url", "http://sso.example.com", "--addr", "127.0.0.1:0"},
		"an address with a path":      {"--url", "https://sso.example.com/idp", "--addr", "127.0.0.1:0"},
		"an address that is not one":  {"--addr", "8080"},
		"a store that does not exist": {"--store", "paper", "--addr", "127.0.0.1:0"},
	} {
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			refuses(t, server.Run(t, "", append([]string{"serve", "--data", data}, args...)...), 2, "")
			_, err := os.Stat(data)
			if !os.IsNotExist(err) {
				t.Errorf("the refused start left a folder behind: %v", err)
			}
		})
	}
}

func TestTheDemoRunAgainSetsThePasswordAfreshAndKeepsTheRest(t *testing.T) {
	first := server.Demo(t)
	metadata := first.Metadata(t, "aws-a")
	first.Stop(t)
	if first.Exit() != 0 {
		t.Errorf("the server ends with code %d when it is asked to stop", first.Exit())
	}
	second := server.DemoIn(t, first.Data, "--demo-password", "one that a person chose")
	if second.Password != "one that a person chose" {
		t.Errorf("the password is %q", second.Password)
	}
	page := second.Visitor(t).TrySignIn(t, alice, first.Password)
	if page.Status != http.StatusUnauthorized {
		t.Errorf("the old password answers %d", page.Status)
	}
	second.SignIn(t, alice)
	if certificate(t, second.Metadata(t, "aws-a")) != certificate(t, metadata) {
		t.Error("the second run made another key")
	}
}

func TestTheDataFolderOpensToItsOwnerAlone(t *testing.T) {
	gatepost := server.Demo(t)
	err := filepath.WalkDir(gatepost.Data, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v", strings.TrimPrefix(path, gatepost.Data), info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// refuses demands an exit code and words on standard error: one or two lines, a
// hint apart.
func refuses(t *testing.T, result server.Result, code int, words string) {
	t.Helper()
	if result.Code != code || !strings.Contains(result.Stderr, words) {
		t.Errorf("exit %d, want %d and %q on standard error:\n%s", result.Code, code, words, result.Stderr)
	}
	if result.Stdout != "" {
		t.Errorf("it prints %q", result.Stdout)
	}
	const most = 4
	if lines := strings.Count(result.Stderr, "\n"); lines == 0 || lines > most {
		t.Errorf("the refusal takes %d lines:\n%s", lines, result.Stderr)
	}
}
