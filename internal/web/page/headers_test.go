package page

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestEveryPageCarriesTheSecurityHeaders(t *testing.T) {
	pages := newRenderer(t)
	for _, s := range samples() {
		h := render(t, pages, s).Header()
		for name, want := range map[string]string{
			"Cache-Control":                "no-store",
			"Content-Type":                 "text/html; charset=utf-8",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Referrer-Policy":              "same-origin",
			"X-Content-Type-Options":       "nosniff",
			"Strict-Transport-Security":    "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", s.name, name, got, want)
			}
		}
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'; ", "; style-src 'self'; ", "; base-uri 'none'; ", "; frame-ancestors 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %q: %s", s.name, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*;") {
			t.Errorf("%s: the policy allows too much: %s", s.name, csp)
		}
	}
}

func TestTransportSecurityIsSentOverHTTPSOnly(t *testing.T) {
	pages, err := New(Options{URL: "https://sso.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	h := make(http.Header)
	pages.Harden(h)
	if got := h.Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
		t.Errorf("over https it is %q", got)
	}
}

func TestAnAnswerThatIsNoPageAllowsNothing(t *testing.T) {
	h := make(http.Header)
	newRenderer(t).Harden(h)
	want := "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
	if got := h.Get("Content-Security-Policy"); got != want {
		t.Errorf("policy %q, want %q", got, want)
	}
}

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

func TestTheLaunchPolicyAllowsItsScriptAndNoOther(t *testing.T) {
	pages := newRenderer(t)
	for _, s := range launchSamples() {
		w := render(t, pages, s)
		scripts := inlineScript.FindAllStringSubmatch(w.Body.String(), -1)
		_, launch := s.page.(Launch)
		if !launch {
			if len(scripts) != 0 {
				t.Errorf("%s has an inline script", s.name)
			}
			continue
		}
		if len(scripts) != 1 {
			t.Fatalf("%s has %d inline scripts, want 1", s.name, len(scripts))
		}
		sum := sha256.Sum256([]byte(scripts[0][1]))
		want := "; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; "
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(csp, want) {
			t.Errorf("%s: policy %q lacks %q", s.name, csp, want)
		}
	}
}

func TestTheLaunchPolicyLetsTheFormReachAWS(t *testing.T) {
	for _, s := range launchSamples() {
		launch, ok := s.page.(Launch)
		if !ok {
			continue
		}
		csp := render(t, newRenderer(t), s).Header().Get("Content-Security-Policy")
		want := "; form-action " + strings.Join(launch.FormAction, " ") + "; "
		if !strings.Contains(csp, want) {
			t.Errorf("%s: policy %q lacks %q", s.name, csp, want)
		}
	}
}

// What the policy would block, or what would need it weaker.
var (
	quoted  = regexp.MustCompile(`"[^"]*"`)
	inline  = regexp.MustCompile(`(?i)<[^>]*\s(style|on[a-z]+)=|<(style|base|iframe|object|embed)`)
	address = regexp.MustCompile(`(?i)(href|src|action)="(javascript|data|vbscript):`)
)

func TestNoPageHasInlineStylesOrHandlers(t *testing.T) {
	pages := newRenderer(t)
	for _, s := range samples() {
		body := render(t, pages, s).Body.String()
		found := inline.FindString(quoted.ReplaceAllString(body, `""`)) + address.FindString(body)
		if found != "" {
			t.Errorf("%s has %q", s.name, found)
		}
	}
}

func TestAPersonsTextStaysText(t *testing.T) {
	for _, s := range portalSamples() {
		if s.name != "portal-hostile" {
			continue
		}
		body := render(t, newRenderer(t), s).Body.String()
		for _, bad := range []string{"<script>", "<img src=x", `="javascript:`, "<i>", "<b>"} {
			if strings.Contains(body, bad) {
				t.Errorf("the page has %q", bad)
			}
		}
	}
}

func TestWaitingIsSentInWholeSecondsRoundedUp(t *testing.T) {
	for _, p := range []Page{SignIn{RetryAfter: 1200 * time.Millisecond}, Problem{Title: "Busy", RetryAfter: 1200 * time.Millisecond}} {
		w := render(t, newRenderer(t), sample{name: "busy", status: 429, page: p})
		if got := w.Header().Get("Retry-After"); got != "2" {
			t.Errorf("%T: Retry-After %q, want 2", p, got)
		}
	}
}

func TestSignOutIsOfferedWhereItsFormMayBeSent(t *testing.T) {
	pages := newRenderer(t)
	for _, s := range samples() {
		w := render(t, pages, s)
		offered := strings.Contains(w.Body.String(), `action="/signout"`)
		allowed := strings.Contains(w.Header().Get("Content-Security-Policy"), "form-action 'self';")
		if offered && !allowed {
			t.Errorf("%s offers a sign-out that its policy blocks", s.name)
		}
	}
}
