package serve

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
)

func TestSignInAnswersAlikeForEveryWrongName(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	s.admin(func(ctx context.Context, a *admin.Service) error {
		_, err := a.CreateUser(ctx, admin.Actor{}, admin.NewUser{Email: "nopassword@example.com"})
		if err != nil {
			return err
		}
		return a.Suspend(ctx, admin.Actor{}, "bob@example.com")
	})
	var first string
	for _, try := range []struct{ name, password string }{
		{"alice@example.com", "wrong"}, {"nobody@example.com", "wrong"}, {"nopassword@example.com", "wrong"}, {"bob@example.com", password}, {"alice@example.com", ""}, {"", ""},
	} {
		p := s.do("POST", "/signin", "", url.Values{"username": {try.name}, "password": {try.password}}.Encode())
		if p.StatusCode != http.StatusUnauthorized || len(p.Cookies()) != 0 {
			t.Errorf("%q answered %d with %d cookies", try.name, p.StatusCode, len(p.Cookies()))
		}
		text := p.body
		if try.name != "" {
			text = strings.ReplaceAll(text, try.name, "NAME")
		} else {
			continue
		}
		if first == "" {
			first = text
		}
		if text != first {
			t.Errorf("%q is answered otherwise", try.name)
		}
	}
}

func TestManyWrongSignInsAreLimitedForKnownAndUnknownNames(t *testing.T) {
	for _, name := range []string{"alice@example.com", "nobody@example.com"} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, Config{Demo: true})
			statuses := map[int]int{}
			for range 7 {
				p := s.do("POST", "/signin", "", url.Values{"username": {name}, "password": {"wrong"}}.Encode())
				statuses[p.StatusCode]++
				if p.StatusCode == http.StatusTooManyRequests && p.Header.Get("Retry-After") == "" {
					t.Error("no Retry-After")
				}
			}
			if statuses[401] != 5 || statuses[429] != 2 {
				t.Errorf("answers %v, want five times 401, then 429", statuses)
			}
		})
	}
}

func TestSignInLeadsOnlyToThisSite(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	for next, want := range map[string]string{
		"/sso/aws-a": "/sso/aws-a", "": "/", "//evil.example": "/", "/\\evil.example": "/", "https://evil.example/": "/", "javascript:alert(1)": "/",
	} {
		p := s.do("POST", "/signin", "", url.Values{"username": {"alice@example.com"}, "password": {password}, "next": {next}}.Encode())
		if got := p.Header.Get("Location"); p.StatusCode != 303 || got != want {
			t.Errorf("next %q leads to %q, want %q", next, got, want)
		}
	}
}

func TestSignOutEndsTheSessionOnTheServer(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	alice, elsewhere := s.signIn("alice@example.com"), s.signIn("alice@example.com")
	p := s.do("POST", "/signout", alice, "")
	if p.StatusCode != 303 || p.Header.Get("Location") != "/signin?out" || !strings.Contains(p.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("sign-out answered %d %v", p.StatusCode, p.Header)
	}
	s.want(s.get("/sso/aws-a", alice), 303, "")
	s.want(s.get("/", alice), 303, "")
	s.want(s.get("/", elsewhere), 200, "Your applications")
}

func TestSigningInAgainEndsTheSessionThatTheBrowserHad(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	old := s.signIn("alice@example.com")
	p := s.do("POST", "/signin", old, url.Values{"username": {"bob@example.com"}, "password": {password}}.Encode())
	if p.StatusCode != 303 {
		t.Fatalf("answered %d", p.StatusCode)
	}
	s.want(s.get("/", old), 303, "")
}

func TestTokensThatWereChangedOpenNothing(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	alice, bob := s.signIn("alice@example.com"), s.signIn("bob@example.com")
	name, value, _ := strings.Cut(alice, "=")
	mine, theirs := strings.Split(value, "."), strings.Split(strings.TrimPrefix(bob, name+"="), ".")
	user, id, secret := mine[0], mine[1], mine[2]
	for what, cookie := range map[string]string{
		"cut":                   alice[:len(alice)-1],
		"longer":                alice + "0",
		"somebody else's":       name + "=" + theirs[0] + "." + id + "." + secret,
		"another session's":     name + "=" + theirs[0] + "." + theirs[1] + "." + secret,
		"without a secret":      name + "=" + user + "." + id + ".",
		"without an ID":         name + "=" + user + "." + secret,
		"upper case":            name + "=" + user + "." + id + "." + strings.ToUpper(secret),
		"twice":                 alice + "; " + alice,
		"under the other name":  "__Host-" + alice,
		"a hash from the store": name + "=" + user + "." + id + "." + strings.Repeat("0", 64),
	} {
		if p := s.get("/", cookie); p.StatusCode != 303 {
			t.Errorf("%s: answered %d", what, p.StatusCode)
		}
	}
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	s := newSite(t, Config{Demo: true, DemoACS: true})
	for _, path := range []string{"/signin", "/signout", "/setup", "/password", "/demo/acs/aws-a"} {
		for _, header := range []string{"Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: null"} {
			s.want(s.do("POST", path, "", "a=b", header), 403, "came from another site")
		}
	}
}

func TestHeadersOfARequestNameNothing(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	plain := s.get("/metadata/aws-a", "")
	for _, headers := range [][]string{
		{"Host: evil.example"},
		{"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-For: 1.2.3.4", "Forwarded: host=evil.example"},
	} {
		if p := s.get("/metadata/aws-a", "", headers...); p.body != plain.body {
			t.Errorf("%v changes the metadata", headers)
		}
		if p := s.get("/sso/aws-a", "", headers...); p.Header.Get("Location") != "/signin?next=%2Fsso%2Faws-a" {
			t.Errorf("%v leads to %q", headers, p.Header.Get("Location"))
		}
	}
	if strings.Contains(s.log.String(), "1.2.3.4") {
		t.Error("the log believes X-Forwarded-For")
	}
}

func TestTheOtherNamesOfLoopbackLeadToTheOneOfTheCookie(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	for _, host := range []string{"127.0.0.1:8080", "[::1]:8080"} {
		p := s.get("/sso/aws-a?role=x", "", "Host: "+host)
		if p.StatusCode != 303 || p.Header.Get("Location") != "http://localhost:8080/sso/aws-a?role=x" {
			t.Errorf("%s leads to %d %q", host, p.StatusCode, p.Header.Get("Location"))
		}
	}
}

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	s := newSite(t, Config{Demo: true, DemoACS: true})
	alice := s.signIn("alice@example.com")
	for _, path := range []string{"/", "/signin", "/signout", "/password?token=x", "/setup?token=x", "/healthz", "/nothing", "/sso/aws-a", "/sso/nope", "/sso/aws-a?role=a&role=b", "/metadata/aws-a", "/metadata/nope", "/demo/acs/aws-a", "/assets/nothing.css", "/admin", "/api/v1/connectors", "/iam/token", "//evil.example/", "/a/../b"} {
		p := s.get(path, alice)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := p.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		csp := p.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: policy %q lacks %q", path, csp, part)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if p.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: no request ID", path)
		}
		cached := strings.HasPrefix(path, "/metadata/aws") || strings.HasPrefix(path, "/assets/")
		if !cached && p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, p.Header.Get("Cache-Control"))
		}
	}
}

func TestTheLogHoldsNoSecret(t *testing.T) {
	s := newSite(t, Config{Demo: true, DemoACS: true})
	alice := s.signIn("alice@example.com")
	_, token, _ := strings.Cut(alice, "=")
	secret := token[strings.LastIndexByte(token, '.')+1:]
	p := s.get("/sso/aws-a?RelayState=https://console.aws.amazon.com/canary", alice)
	response := field(p.body, "SAMLResponse")
	s.do("POST", "/demo/acs/aws-a", "", url.Values{"SAMLResponse": {response}}.Encode())
	s.do("POST", "/signin", "", url.Values{"username": {"alice@example.com"}, "password": {"canary-password"}}.Encode())
	s.get("/setup?token=canary-token", "")
	s.do("POST", "/signout", alice, "")
	log := s.log.String()
	if !strings.Contains(log, `"path":"/sso/aws-a"`) {
		t.Fatal("the log lacks the launch")
	}
	for what, text := range map[string]string{
		"password": password, "wrong password": "canary-password", "cookie": secret, "response": response[:60], "relay state": "canary", "token": "canary-token",
	} {
		if strings.Contains(log, text) {
			t.Errorf("the log holds the %s", what)
		}
	}
}

func TestMetadataIsServedBeforeActivation(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	p := s.get("/metadata/aws-a", "")
	if p.StatusCode != 200 || p.Header.Get("Content-Type") != "application/samlmetadata+xml" || p.Header.Get("Cache-Control") != "public, max-age=60" {
		t.Errorf("answered %d %v", p.StatusCode, p.Header)
	}
	if got := p.Header.Get("Content-Disposition"); got != "attachment; filename=gatepost-aws-a-metadata.xml" {
		t.Errorf("disposition %q", got)
	}
	if again := s.get("/metadata/aws-a", "", "If-None-Match: "+p.Header.Get("Etag")); again.StatusCode != 304 || again.body != "" {
		t.Errorf("the same ETag is answered %d", again.StatusCode)
	}
	s.admin(func(ctx context.Context, a *admin.Service) error { return a.Deactivate(ctx, admin.Actor{}, "aws-a") })
	if inactive := s.get("/metadata/aws-a", ""); inactive.body != p.body {
		t.Error("deactivation changes the metadata")
	}
}

func TestTheDemoPageJudgesWhatIsPosted(t *testing.T) {
	s := newSite(t, Config{Demo: true, DemoACS: true})
	response := field(s.get("/sso/aws-a", s.signIn("alice@example.com")).body, "SAMLResponse")
	post := func(slug, response string) answerPage {
		return s.do("POST", "/demo/acs/"+slug, "", url.Values{"SAMLResponse": {response}}.Encode())
	}
	good := post("aws-a", response)
	s.want(good, 200, "AWS would sign you in")
	for _, text := range []string{"SAML-User", "1111-2222-3333", "alice@example.com", "https://signin.aws.amazon.com/saml"} {
		if !strings.Contains(good.body, text) {
			t.Errorf("the page does not show %q", text)
		}
	}
	s.want(post("aws-b", response), 200, "AWS would refuse")
	xml, err := base64.StdEncoding.DecodeString(response)
	if err != nil {
		t.Fatal(err)
	}
	forged := post("aws-a", base64.StdEncoding.EncodeToString([]byte(strings.Replace(string(xml), "role/SAML-User", "role/SAML-Root", 1))))
	s.want(forged, 200, "AWS would refuse")
	if !strings.Contains(forged.body, "Response signature invalid") {
		t.Error("a changed response is not refused for its signature")
	}
	s.want(post("aws-a", "!"), 400, "")
	s.want(post("aws-a", base64.StdEncoding.EncodeToString([]byte("<x/>"))), 400, "")
	s.want(post("nope", response), 400, "")
}
