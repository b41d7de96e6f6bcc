package page

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestALaunchPostsOnlyWhereItMay(t *testing.T) {
	aws := "https://*.aws.amazon.com"
	tests := []struct {
		name    string
		action  string
		sources []string
		ok      bool
	}{
		{"the global sign-in address", "https://signin.aws.amazon.com/saml", []string{aws}, true},
		{"a regional sign-in address", "https://eu-west-1.signin.aws.amazon.com/saml", []string{aws}, true},
		{"an address with the provider's identifier", "https://signin.aws.amazon.com/saml/acs/SAMLSPABC", []string{aws}, true},
		{"China", "https://signin.amazonaws.cn/saml", []string{"https://*.amazonaws.cn"}, true},
		{"one of several sources", "https://signin.aws.amazon.com/saml", []string{"https://*.amazonaws.cn", aws}, true},
		{"an exact source", "https://signin.aws.amazon.com/saml", []string{"https://signin.aws.amazon.com"}, true},
		{"a source with a port", "https://sp.example:8443/acs", []string{"https://sp.example:8443"}, true},
		{"the demo's own page on localhost", "http://localhost:8080/demo/acs", []string{"'self'"}, true},
		{"the demo's own page on 127.0.0.1", "http://127.0.0.1:8080/demo/acs", []string{"'self'"}, true},
		{"the demo's own page on ::1", "http://[::1]:8080/demo/acs", []string{"'self'"}, true},
		{"a loopback source", "http://[::1]:9000/acs", []string{"http://[::1]:9000"}, true},
		{"no source at all", "https://signin.aws.amazon.com/saml", nil, false},
		{"a host that only ends alike", "https://evilaws.amazon.com/saml", []string{aws}, false},
		{"the bare domain under a wildcard", "https://aws.amazon.com/saml", []string{aws}, false},
		{"a host that goes on", "https://signin.aws.amazon.com.evil.example/saml", []string{aws}, false},
		{"a user before the host", "https://signin.aws.amazon.com@evil.example/saml", []string{aws, "https://evil.example"}, false},
		{"another port", "https://signin.aws.amazon.com:8443/saml", []string{aws}, false},
		{"http outside of loopback", "http://signin.aws.amazon.com/saml", []string{"http://*.aws.amazon.com"}, false},
		{"self outside of loopback", "https://evil.example/saml", []string{"'self'"}, false},
		{"a host that merely begins like loopback", "http://localhost.evil.example/", []string{"'self'"}, false},
		{"an address without a scheme", "//signin.aws.amazon.com/saml", []string{aws}, false},
		{"a path", "/saml", []string{"'self'"}, false},
		{"nothing", "", []string{"'self'"}, false},
		{"a script", "javascript:alert(1)", []string{"'self'"}, false},
		{"a script in mixed case", "JaVaScRiPt://signin.aws.amazon.com/%0aalert(1)", []string{aws}, false},
		{"data", "data:text/html,hello", []string{"'self'"}, false},
		{"a fragment", "https://signin.aws.amazon.com/saml#x", []string{aws}, false},
		{"a backslash", `https://evil.example\.signin.aws.amazon.com/saml`, []string{aws}, false},
		{"white space", "https://signin.aws.amazon.com/sa ml", []string{aws}, false},
		{"a source that ends the directive", "https://signin.aws.amazon.com/saml", []string{aws, "https://a.example; script-src *"}, false},
		{"a source that is a star", "https://signin.aws.amazon.com/saml", []string{"*"}, false},
		{"a source that is a scheme", "https://signin.aws.amazon.com/saml", []string{"https:"}, false},
	}
	pages := newRenderer(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := pages.Write(httptest.NewRecorder(), 200, Launch{Connector: awsA, Action: tt.action, FormAction: tt.sources})
			if tt.ok && err != nil {
				t.Errorf("refused: %v", err)
			}
			if !tt.ok && !errors.Is(err, ErrAction) {
				t.Errorf("error %v, want ErrAction", err)
			}
		})
	}
}

func FuzzLaunchAction(f *testing.F) {
	for _, seed := range []string{"https://signin.aws.amazon.com/saml", "https://x@signin.aws.amazon.com", "HTTPS://SIGNIN.AWS.AMAZON.COM", "https://signin.aws.amazon.com\t/", "https://[::1]/", "https:signin.aws.amazon.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, action string) {
		err := checkAction(action, []string{"https://*.aws.amazon.com"})
		if err != nil {
			return
		}
		u, err := url.Parse(action)
		if err != nil || u.Scheme != "https" || !strings.HasSuffix(u.Host, ".aws.amazon.com") || u.User != nil {
			t.Errorf("%q was let through", action)
		}
	})
}

func TestALaunchTakesTheResponseUnchanged(t *testing.T) {
	for _, s := range launchSamples() {
		launch, ok := s.page.(Launch)
		if !ok {
			continue
		}
		body := render(t, newRenderer(t), s).Body.String()
		// html/template writes + as a character reference, which browsers undo.
		want := `name="SAMLResponse" value="` + strings.ReplaceAll(launch.SAMLResponse, "+", "&#43;") + `"`
		if !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", s.name, want)
		}
		if strings.Contains(body, `name="RelayState"`) != (launch.RelayState != "") {
			t.Errorf("%s: a relay state is sent if and only if there is one", s.name)
		}
	}
}

func TestLeavingTakesPlainAddressesOnly(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://wiki.example.com/start?a=1#top": true,
		"http://intranet/":                       true,
		"":                                       false,
		"/local":                                 false,
		"//wiki.example.com":                     false,
		"javascript:alert(1)":                    false,
		"JAVASCRIPT://x/%0aalert(1)":             false,
		"https://user@wiki.example.com":          false,
		`https:\\wiki.example.com`:               false,
		"https://wiki.example.com/a b":           false,
	} {
		err := newRenderer(t).Write(httptest.NewRecorder(), 200, Leave{Connector: awsA, Address: address})
		if ok && err != nil {
			t.Errorf("%q: %v", address, err)
		}
		if !ok && !errors.Is(err, ErrAddress) {
			t.Errorf("%q: error %v, want ErrAddress", address, err)
		}
	}
}
