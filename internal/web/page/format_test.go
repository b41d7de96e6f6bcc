package page

import (
	"net/url"
	"testing"
	"time"
)

func TestAccountNumbersAreWrittenInGroups(t *testing.T) {
	for number, want := range map[string]string{
		"111122223333":  "1111-2222-3333",
		"000000000001":  "0000-0000-0001",
		"11112222333":   "11112222333",
		"1111222233334": "1111222233334",
		"11112222333x":  "11112222333x",
		"":              "",
	} {
		if got := account(number); got != want {
			t.Errorf("account(%q) = %q, want %q", number, got, want)
		}
	}
}

func TestDurationsAreRoundedUp(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Millisecond:        "1 second",
		time.Second:             "1 second",
		30 * time.Second:        "30 seconds",
		119 * time.Second:       "119 seconds",
		2 * time.Minute:         "2 minutes",
		121 * time.Second:       "3 minutes",
		time.Hour - time.Second: "1 hour",
		90 * time.Minute:        "1 hour 30 minutes",
		12 * time.Hour:          "12 hours",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestLinksStayOnThisSite(t *testing.T) {
	for href, want := range map[string]string{
		"/":                     "/",
		"/sso/aws-a?role=a%2Fb": "/sso/aws-a?role=a%2Fb",
		"":                      "/",
		"//evil.example":        "/",
		`/\evil.example`:        "/",
		"/\t/evil.example":      "/",
		"https://evil.example":  "/",
		"javascript:alert(1)":   "/",
		" /sso/aws-a":           "/",
	} {
		if got := local(href); got != want {
			t.Errorf("local(%q) = %q, want %q", href, got, want)
		}
	}
}

func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/", "//evil.example", "/a//b", `/\e`, "/\n/e", "/%2f/e", "/..//e"} {
		f.Add(seed)
	}
	base := &url.URL{Scheme: "https", Host: "sso.example.com"}
	f.Fuzz(func(t *testing.T, href string) {
		u, err := base.Parse(local(href))
		if err == nil && u.Host != base.Host {
			t.Errorf("local(%q) leads to %q", href, u.Host)
		}
	})
}

func TestAMonogramTellsLabelsApart(t *testing.T) {
	for label, want := range map[string]string{
		"AWS A":            "A",
		"aws production":   "Pr",
		"AWS":              "AW",
		"AWS Data Lake":    "DL",
		"AWS (production)": "Pr",
		"Wiki":             "Wi",
		"data lake":        "DL",
		"x":                "X",
		"42 things":        "4T",
		"Überblick":        "Üb",
		"東京 本社":            "東本",
		"…":                "•",
		"":                 "•",
	} {
		if got := (Connector{Label: label}).Monogram(); got != want {
			t.Errorf("monogram of %q is %q, want %q", label, got, want)
		}
	}
}

func TestAColourFollowsFromTheSlugAlone(t *testing.T) {
	a, b := Connector{Slug: "aws-a", Label: "One"}, Connector{Slug: "aws-a", Label: "Another"}
	if a.Tone() != b.Tone() {
		t.Errorf("%s became %s with another label", a.Tone(), b.Tone())
	}
	seen := make(map[string]bool)
	for _, slug := range []string{"aws-a", "aws-b", "aws-c", "aws-d", "prod", "staging", "wiki", "network", "data-lake"} {
		seen[Connector{Slug: slug}.Tone()] = true
	}
	if len(seen) < 4 {
		t.Errorf("nine slugs share %d colours", len(seen))
	}
}
