package serve

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/store"
)

func openFolder(t *testing.T, path string) *installation.Installation {
	t.Helper()
	folder, err := installation.OpenFolder(t.Context(), installation.FolderOptions{Path: path, URL: "http://localhost:8080", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() }) // closed by most tests already
	return folder
}

var here = &url.URL{Scheme: "http", Host: "localhost:8080"}

func TestTheDemoBeginsAgainWithANewPassword(t *testing.T) {
	folder := openFolder(t, filepath.Join(t.TempDir(), "data"))
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		err := begin(t.Context(), Config{Demo: true}, folder, here, out)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^url: http://localhost:8080\npassword: \S{20}\ntoken: gp_\S{64}\nsign in as: alice@example\.com, bob@example\.com, carol@example\.com, or admin@example\.com \(the owner\)\n$`).MatchString(out.String()) {
			t.Errorf("printed %q", out)
		}
	}
	if first.String() == second.String() {
		t.Error("the second run has the password of the first")
	}
}

func TestTheDemoIsTakenUpAgainAndThenLeftAsItIs(t *testing.T) {
	site := openFolder(t, filepath.Join(t.TempDir(), "data"))
	ctx := t.Context()
	cut, stop := context.WithCancel(ctx)
	go func() {
		for cut.Err() == nil { // until the first connector is there, perhaps without its key
			_, _, err := site.Admin.Connector(ctx, "aws-a")
			if err == nil {
				stop()
			}
		}
	}()
	_ = begin(cut, Config{Demo: true}, site, here, new(bytes.Buffer)) // cut short, or just done
	stop()
	err := begin(ctx, Config{Demo: true}, site, here, new(bytes.Buffer))
	if err != nil {
		t.Fatalf("a demo that was cut short: %v", err)
	}
	err = errors.Join(
		site.Admin.RemoveMember(ctx, admin.Actor{}, "SSO-AWS-A", "bob@example.com"),
		site.Admin.Deactivate(ctx, admin.Actor{}, "aws-b"),
		begin(ctx, Config{Demo: true}, site, here, new(bytes.Buffer)))
	if err != nil {
		t.Fatal(err)
	}
	ways, err := site.Admin.Access(ctx, "aws-a")
	if err != nil || len(ways) != 1 {
		t.Errorf("%d people open aws-a after bob was removed, %v", len(ways), err)
	}
	c, _, err := site.Admin.Connector(ctx, "aws-b")
	if err != nil || c.Active {
		t.Errorf("aws-b is active again, %v", err)
	}
}

func TestTheAddressIsNotedOnlyByWhoServes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	folder := openFolder(t, path)
	err := begin(t.Context(), Config{}, folder, here, new(bytes.Buffer))
	if err != nil {
		t.Fatal(err)
	}
	_, err = folder.Admin.CreateGroup(t.Context(), admin.Actor{}, "engineers", "")
	if err != nil {
		t.Fatal(err)
	}
	folder.Admin.URL = "http://localhost:9999"
	err = begin(t.Context(), Config{Demo: true}, folder, here, new(bytes.Buffer))
	if !errors.Is(err, ErrNotDemo) {
		t.Fatal(err)
	}
	instance, err := folder.Store.Instance(t.Context())
	if err != nil || instance.URL != "http://localhost:8080" {
		t.Errorf("noted %q, %v", instance.URL, err)
	}
}

func TestTheDemoLeavesOtherFoldersAlone(t *testing.T) {
	folder := openFolder(t, filepath.Join(t.TempDir(), "data"))
	_, err := folder.Admin.CreateGroup(t.Context(), admin.Actor{}, "engineers", "")
	if err != nil {
		t.Fatal(err)
	}
	err = begin(t.Context(), Config{Demo: true}, folder, here, new(bytes.Buffer))
	if !errors.Is(err, ErrNotDemo) {
		t.Fatalf("got %v", err)
	}
	users, _, err := folder.Store.ListUsers(t.Context(), store.List{})
	if err != nil || len(users) != 0 {
		t.Fatalf("%d users, %v", len(users), err)
	}
}

func TestTheDemoIsOpenedAsTheDemoAlone(t *testing.T) {
	folder := openFolder(t, filepath.Join(t.TempDir(), "data"))
	err := begin(t.Context(), Config{Demo: true}, folder, here, new(bytes.Buffer))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = begin(t.Context(), Config{}, folder, here, &out)
	if !errors.Is(err, ErrDemo) || out.Len() != 0 {
		t.Fatalf("printed %q, %v", out.String(), err)
	}
}

func TestTheFirstOwnerComesByTheSetupLink(t *testing.T) {
	empty := openFolder(t, filepath.Join(t.TempDir(), "data"))
	s := newSiteOver(t, empty, Config{})
	var out bytes.Buffer
	err := begin(t.Context(), Config{}, empty, here, &out)
	if err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`setup: http://localhost:8080(/setup\?token=(\S+))`).FindStringSubmatch(out.String())
	if link == nil {
		t.Fatalf("printed %q", out.String())
	}
	s.want(s.get(link[1], ""), 200, "Set up Gatepost")
	s.want(s.get(link[1]+"0", ""), 404, "does not work any more")
	s.want(s.do("POST", "/setup", "", url.Values{"token": {link[2]}, "email": {"not an email"}}.Encode()), 422, "Error")
	done := s.do("POST", "/setup", "", url.Values{"token": {link[2]}, "email": {"Owner@example.com"}, "name": {"Olive"}}.Encode())
	s.want(done, 200, "")
	set := regexp.MustCompile(`href="(/password\?token=(\w+))"`).FindStringSubmatch(done.body)
	if set == nil {
		t.Fatal("no password link")
	}
	s.want(s.do("POST", "/setup", "", url.Values{"token": {link[2]}, "email": {"other@example.com"}}.Encode()), 404, "does not work any more")

	s.want(s.get(set[1], ""), 200, "Set your password")
	for _, weak := range []string{"short", "password password", "owner@example.com"} {
		s.want(s.do("POST", "/password", "", url.Values{"token": {set[2]}, "password": {weak}, "repeat": {weak}}.Encode()), 422, "Error")
	}
	const good = "seven quiet herons wade"
	s.want(s.do("POST", "/password", "", url.Values{"token": {set[2]}, "password": {good}, "repeat": {"other"}}.Encode()), 422, "Error")
	p := s.do("POST", "/password", "", url.Values{"token": {set[2]}, "password": {good}, "repeat": {good}}.Encode())
	if p.StatusCode != 303 || p.Header.Get("Location") != "/signin?set" {
		t.Fatalf("answered %d %q", p.StatusCode, p.Header.Get("Location"))
	}
	s.want(s.do("POST", "/password", "", url.Values{"token": {set[2]}, "password": {good}, "repeat": {good}}.Encode()), 404, "does not work any more")
	p = s.do("POST", "/signin", "", url.Values{"username": {"owner@example.com"}, "password": {good}}.Encode())
	if p.StatusCode != 303 {
		t.Fatalf("the owner's sign-in answered %d", p.StatusCode)
	}
	out.Reset()
	err = begin(t.Context(), Config{}, empty, here, &out)
	if err != nil || strings.Contains(out.String(), "setup") {
		t.Fatalf("printed %q, %v with an owner", out.String(), err)
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	cases := []struct {
		name   string
		config Config
		want   string
	}{
		{"the default", Config{Addr: "127.0.0.1:8080"}, ""},
		{"every address without the demo", Config{Addr: "0.0.0.0:8080", URL: "https://sso.example.com"}, ""},
		{"the demo on every address", Config{Addr: ":8080", Demo: true}, "--addr"},
		{"the demo on the network", Config{Addr: "192.0.2.1:8080", Demo: true}, "--addr"},
		{"no port", Config{Addr: "localhost"}, "--addr"},
		{"http on a name of the network", Config{Addr: "127.0.0.1:80", URL: "http://sso.example.com"}, "--url"},
		{"http on loopback", Config{Addr: "127.0.0.1:80", URL: "http://localhost:80"}, ""},
		{"a path", Config{Addr: "127.0.0.1:80", URL: "https://sso.example.com/idp"}, "--url"},
		{"a user", Config{Addr: "127.0.0.1:80", URL: "https://a@sso.example.com"}, "--url"},
		{"the demo's page on the network", Config{Addr: "127.0.0.1:80", URL: "https://sso.example.com", DemoACS: true}, "--demo-acs"},
		{"the demo on a deployment's tables", Config{Addr: "127.0.0.1:80", Demo: true, DynamoDB: true}, "--demo"},
		{"no scheme", Config{Addr: "127.0.0.1:80", URL: "sso.example.com"}, "--url"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := c.config.Check()
			if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want a problem with %q", err, c.want)
			}
		})
	}
}

func TestRunServesUntilItIsStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out := &firstLine{line: make(chan string, 1)}
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, Config{Addr: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "demo"), Demo: true}, out, discard())
	}()
	select {
	case line := <-out.line:
		if !strings.HasPrefix(line, "url: http://localhost:") {
			t.Errorf("printed %q", line)
		}
	case err := <-ended:
		t.Fatal(err)
	}
	stop()
	err := <-ended
	if err != nil {
		t.Fatal(err)
	}
}
