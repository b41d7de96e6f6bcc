package blackbox

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/server"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// ask is one request of the snapshot.
type ask struct {
	who    string // signed in; empty for nobody
	method string
	path   string
	header map[string]string
}

func (a ask) String() string {
	who := a.who
	if who == "" {
		who = "nobody"
	}
	line := fmt.Sprintf("%s %s, %s", a.method, a.path, strings.TrimSuffix(who, "@example.com"))
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		line += fmt.Sprintf(", %s: %s", name, a.header[name])
	}
	return line
}

// asks are one request for each route, each refusal of it, and each method that
// it does not take.
var asks = []ask{
	{"", "GET", "/", nil},
	{alice, "GET", "/", nil},
	{carol, "GET", "/", nil},
	{alice, "POST", "/", nil},
	{"", "GET", "/signin", nil},
	{alice, "GET", "/signin", nil},
	{"", "PUT", "/signin", nil},
	{"", "POST", "/signin", nil},
	{"", "POST", "/signin", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}},
	{"", "GET", "/signout", nil},
	{"", "POST", "/signout", nil},
	{"", "GET", "/sso/aws-a", nil},
	{"", "GET", "/sso/none", nil},
	{alice, "GET", "/sso/aws-a", nil},
	{alice, "GET", "/sso/none", nil},
	{alice, "GET", "/sso/AWS-A", nil},
	{alice, "GET", "/sso/aws-a/", nil},
	{alice, "GET", "/sso/%61ws-a", nil},
	{alice, "GET", "/sso/..%2fadmin", nil},
	{carol, "GET", "/sso/aws-a", nil},
	{alice, "HEAD", "/sso/aws-a", nil},
	{alice, "POST", "/sso/aws-a", nil},
	{alice, "OPTIONS", "/sso/aws-a", nil},
	{alice, "GET", "/sso/aws-a", map[string]string{"Sec-Purpose": "prefetch"}},
	{alice, "GET", "/sso/aws-a", map[string]string{"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site"}},
	{alice, "GET", "/sso/aws-a", map[string]string{"Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-origin"}},
	{alice, "GET", "/sso/aws-a", map[string]string{"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site"}},
	{alice, "GET", "/sso/aws-a", map[string]string{"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}},
	{alice, "GET", "/sso/aws-a?RelayState=a&RelayState=b", nil},
	{alice, "GET", "/sso/aws-a?RelayState=%zz", nil},
	{alice, "GET", "/sso/aws-a?RelayState=https://evil.example/", nil},
	{alice, "GET", "/sso/aws-a?SAMLRequest=x", nil},
	{alice, "GET", "/sso/aws-a?role=arn:aws:iam::111122223333:role/Administrator", nil},
	{"", "GET", "/metadata/aws-a", nil},
	{"", "GET", "/metadata/none", nil},
	{"", "POST", "/metadata/aws-a", nil},
	{"", "GET", "/setup?token=wrong", nil},
	{"", "GET", "/password?token=wrong", nil},
	{"", "GET", "/healthz", nil},
	{"", "GET", "/no/such/page", nil},
	{"", "GET", "/assets/none.css", nil},
	{"", "GET", "/iam/token", nil},
	{"", "POST", "/iam/token", nil},
}

func TestEachRouteAnswersWithTheHeadersOfTheSnapshot(t *testing.T) {
	gatepost := server.Demo(t)
	people := map[string]*server.Person{
		"":    gatepost.Visitor(t),
		alice: gatepost.SignIn(t, alice),
		carol: gatepost.SignIn(t, carol),
	}
	// What a page has; the others are told by what they have instead.
	usual := settled(gatepost, people[""].Get(t, "/signin").Header)
	var out strings.Builder
	fmt.Fprintf(&out, "== the headers of a page\n%s\n\n", strings.Join(usual, "\n"))
	for _, a := range asks {
		page := people[a.who].Do(t, a.request(t, gatepost))
		fmt.Fprintf(&out, "== %s\n%d\n%s\n", a, page.Status, unusual(usual, settled(gatepost, page.Header)))
	}
	golden(t, "routes.txt", out.String())
}

// unusual are the lines that are not usual, and the usual headers that are not
// there.
func unusual(usual, lines []string) string {
	var out strings.Builder
	for _, line := range lines {
		if !slices.Contains(usual, line) {
			out.WriteString(line + "\n")
		}
	}
	for _, line := range usual {
		name, _, _ := strings.Cut(line, ":")
		there := func(line string) bool { return strings.HasPrefix(line, name+":") }
		if !slices.ContainsFunc(lines, there) {
			out.WriteString("no " + name + "\n")
		}
	}
	return out.String()
}

func (a ask) request(t *testing.T, s *server.Server) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), a.method, s.URL+a.path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range a.header {
		request.Header.Set(name, value)
	}
	return request
}

// What differs from run to run.
var changing = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`sha256-[A-Za-z0-9+/=]+`), "sha256-HASH"},
	{regexp.MustCompile(`gatepost=[^;]+`), "gatepost=TOKEN"},
	{regexp.MustCompile(`^"[A-Za-z0-9_-]{20,}"$`), `"HASH"`}, // an ETag
}

// settled are the headers in order, without what differs from run to run.
func settled(s *server.Server, header http.Header) []string {
	var lines []string
	for name, values := range header {
		if name == "Date" || name == "Content-Length" || name == "X-Request-Id" {
			continue
		}
		for _, value := range values {
			value = strings.ReplaceAll(value, s.URL, "URL")
			for _, c := range changing {
				value = c.pattern.ReplaceAllString(value, c.instead)
			}
			lines = append(lines, name+": "+value)
		}
	}
	slices.Sort(lines)
	return lines
}

// A request can say what it likes of host, address and protocol: no answer
// depends on it.
func TestNoHeaderOfTheRequestFindsItsWayIntoAnAnswer(t *testing.T) {
	gatepost := server.Demo(t)
	const marker = "evil.example"
	for _, path := range []string{"/", "/signin", "/sso/aws-a", "/metadata/aws-a", "/no/such/page", "/setup", "/healthz"} {
		for _, header := range []string{"Host", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For", "X-Forwarded-Prefix", "X-Original-URL", "Forwarded", "Referer"} {
			request := ask{method: http.MethodGet, path: path}.request(t, gatepost)
			request.Header.Set(header, marker)
			if header == "Host" {
				request.Host = marker
			}
			page := gatepost.Visitor(t).Do(t, request)
			if strings.Contains(page.Body, marker) || strings.Contains(fmt.Sprint(page.Header), marker) {
				t.Errorf("%s of the request comes back from %s:\n%v\n%s", header, path, page.Header, page.Body)
			}
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		err := os.WriteFile(path, []byte(got), 0o644)
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and look at the change:\n%s", path, difference(string(want), got))
	}
}

// difference names the sections that are not the same.
func difference(want, got string) string {
	wanted := strings.Split(want, "== ")
	var out strings.Builder
	for _, section := range strings.Split(got, "== ") {
		if !slices.Contains(wanted, section) {
			out.WriteString("== " + section)
		}
	}
	return out.String()
}
