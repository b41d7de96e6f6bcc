package reqctx

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestTheMarkIsPutOnceOnWhateverPath(t *testing.T) {
	for next, want := range map[string]string{
		"/":                          "/",
		"":                           "/",
		"https://evil.example.com":   "/",
		"/sso/aws-a":                 "/sso/aws-a?elsewhere=",
		"/sso/aws-a?":                "/sso/aws-a?&elsewhere=",
		"/%73so/aws-a?role=r":        "/%73so/aws-a?role=r&elsewhere=",
		"/sso/aws-a?a=b;c":           "/sso/aws-a?a=b;c&elsewhere=",
		"/sso/aws-a#elsewhere=":      "/sso/aws-a?elsewhere=#elsewhere=",
		"/sso/aws-a?a=b#?c":          "/sso/aws-a?a=b&elsewhere=#?c",
		"/sso/aws-a?elsewhere":       "/sso/aws-a?elsewhere",
		"/sso/aws-a?%65lsewhere=x":   "/sso/aws-a?%65lsewhere=x",
		"/sso/aws-a?Elsewhere=":      "/sso/aws-a?Elsewhere=&elsewhere=",
		"/signin?next=/?elsewhere=":  "/signin?next=/?elsewhere=&elsewhere=",
		"/?q=wiki":                   "/?q=wiki&elsewhere=",
		"/sso/aws-a?x=%26elsewhere=": "/sso/aws-a?x=%26elsewhere=&elsewhere=",
	} {
		if got := Marked(next); got != want {
			t.Errorf("%q becomes %q, want %q", next, got, want)
		}
	}
}

// FuzzNoLinkTakesTheMarkOff: whatever a link of another site asks to go on to bears
// the mark, as the page there reads it, or cannot be read there.
func FuzzNoLinkTakesTheMarkOff(f *testing.F) {
	for _, next := range []string{"/sso/a", "/sso/a?x", "/sso/a#?elsewhere", "/sso/a?elsewhere#", "/?", "/sso/a?#", "/sso/a?%65lsewhere", "/sso/a?elsewhere&elsewhere", "/a;b?c=d;e"} {
		f.Add(next)
	}
	f.Fuzz(func(t *testing.T, next string) {
		marked := Marked(next)
		if marked == "/" {
			return
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://sso.example.com"+marked, nil)
		if err != nil {
			return // no browser can ask for it
		}
		query, err := Query(r.URL.RawQuery)
		if _, held := query[Elsewhere]; err == nil && !held {
			t.Errorf("%q becomes %q, which bears no mark", next, marked)
		}
		if LocalPath(marked) == "/" && len(marked) <= maxNext {
			t.Errorf("%q becomes %q, which is not local", next, marked)
		}
	})
}

func TestWhatAnotherSiteAsksForIsMarked(t *testing.T) {
	for _, c := range []struct {
		sites  []string
		marked bool
		want   string
	}{
		{nil, false, "/sso/aws-a"},
		{[]string{"none"}, false, "/sso/aws-a"},
		{[]string{"same-origin"}, false, "/sso/aws-a"},
		{[]string{"cross-site"}, false, "/sso/aws-a?elsewhere="},
		{[]string{"same-site"}, false, "/sso/aws-a?elsewhere="},
		{[]string{"none, cross-site"}, false, "/sso/aws-a?elsewhere="},
		{[]string{"none", "cross-site"}, false, "/sso/aws-a?elsewhere="},
		{[]string{"new-word"}, false, "/sso/aws-a?elsewhere="},
		{[]string{"same-origin"}, true, "/sso/aws-a?elsewhere="},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/signin", nil)
		r.Header["Sec-Fetch-Site"] = c.sites
		query := map[string]string{"next": "/sso/aws-a"}
		if c.marked {
			query[Elsewhere] = ""
		}
		if got := Next(r, query); got != c.want {
			t.Errorf("from %q, marked %v: goes on to %q, want %q", c.sites, c.marked, got, c.want)
		}
	}
}
