package reqctx

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestQueryRefusesWhatTwoReadersCouldReadDifferently(t *testing.T) {
	cases := []struct {
		name, raw string
		ok        bool
	}{
		{"nothing", "", true},
		{"one of each", "role=a&RelayState=b", true},
		{"a parameter twice", "role=a&role=b", false},
		{"a parameter twice, once encoded", "role=a&r%6fle=b", false},
		{"a semicolon", "role=a;RelayState=b", false},
		{"bad encoding", "role=%zz", false},
		{"bytes that are no UTF-8", "role=%ff", false},
		{"too long", "role=" + strings.Repeat("a", maxQuery), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Query(c.raw)
			if c.ok != (err == nil) {
				t.Fatalf("Query(%.40q) = %v", c.raw, err)
			}
			if err != nil && !errors.Is(err, ErrQuery) {
				t.Fatalf("%v does not wrap ErrQuery", err)
			}
		})
	}
}

func TestFormTakesOneOfEachFromTheBodyAlone(t *testing.T) {
	cases := []struct {
		name, kind, target, body string
		want                     map[string]string
	}{
		{"a form", "application/x-www-form-urlencoded; charset=utf-8", "/?b=2", "a=1", map[string]string{"a": "1"}},
		{"nothing", "application/x-www-form-urlencoded", "/", "", map[string]string{}},
		{"a field twice", "application/x-www-form-urlencoded", "/", "a=1&a=2", nil},
		{"too long", "application/x-www-form-urlencoded", "/", "a=" + strings.Repeat("1", 1024), nil},
		{"another kind", "text/plain", "/", "a=1", nil},
		{"bad encoding", "application/x-www-form-urlencoded", "/", "a=%zz", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", c.target, strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.kind)
			got, err := Form(httptest.NewRecorder(), r, 1024)
			if c.want == nil {
				if !errors.Is(err, ErrQuery) {
					t.Fatalf("got %v, %v", got, err)
				}
				return
			}
			if err != nil || !maps.Equal(got, c.want) {
				t.Fatalf("got %v, %v", got, err)
			}
		})
	}
}

func TestLocalPath(t *testing.T) {
	for _, good := range []string{"/", "/sso/aws-a", "/sso/aws-a?role=x&RelayState=https%3A%2F%2Fconsole.aws.amazon.com%2F", "/a//b", "/?next=//evil.example"} {
		if got := LocalPath(good); got != good {
			t.Errorf("LocalPath(%q) = %q", good, got)
		}
	}
	for _, bad := range []string{"", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "javascript:alert(1)", "/\t/evil.example", "/\n/evil", "evil", "/%2f/evil.example", "/%5cevil.example", "/\x00", "/" + strings.Repeat("a", maxNext), "/%"} {
		if got := LocalPath(bad); got != "/" {
			t.Errorf("LocalPath(%q) = %q", bad, got)
		}
	}
}

// FuzzLocalPath states that whatever is accepted resolves to the site it was
// accepted for.
func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/", "//x", "/\\x", "/%2f%2fx", "/sso/a?b=c#d", "/\x1f/x"} {
		f.Add(seed)
	}
	base, _ := url.Parse("https://sso.example.com/signin")
	f.Fuzz(func(t *testing.T, next string) {
		to, err := base.Parse(LocalPath(next))
		if err != nil || to.Host != base.Host || to.Scheme != "https" {
			t.Fatalf("%q leads to %v, %v", next, to, err)
		}
	})
}

func TestDirectTrustsNoForwardedHeader(t *testing.T) {
	var got Client
	h := Direct(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = From(r.Context()) }))
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "192.0.2.7:1234"
	r.Header.Set("X-Forwarded-For", "198.51.100.1")
	r.Header.Set("X-Request-Id", "mine")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if got.SourceIP != "192.0.2.7" || got.RequestID == "mine" || got.RequestID == "" {
		t.Fatalf("got %+v", got)
	}
	if w.Header().Get("X-Request-Id") != got.RequestID {
		t.Fatal("the answer does not carry the request ID")
	}
}
