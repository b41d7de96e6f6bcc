package reqctx

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// where is what a handler learns of where a request comes from; "refused" when it
// is not asked.
func where(t *testing.T, v Via, peer string, headers ...string) string {
	t.Helper()
	got := "refused"
	handler := Behind(v, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		c := From(r.Context())
		got = c.SourceIP
		if c.Local {
			got += " local"
		}
		if r.Header.Get(OriginHeader) != "" {
			t.Error("the secret reaches the handler")
		}
	}))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.RemoteAddr = peer
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if (w.Code == http.StatusForbidden) != (got == "refused") {
		t.Errorf("answered %d, and the handler saw %s", w.Code, got)
	}
	return got
}

func TestTheSourceIsWhoTrustedProxiesSay(t *testing.T) {
	const forwarded = "X-Forwarded-For"
	trusting := Via{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}
	cases := []struct {
		name    string
		via     Via
		peer    string
		headers []string
		want    string
	}{
		{"nobody between", trusting, "192.0.2.1:5", nil, "192.0.2.1"},
		{"nobody between, who claims to be another", trusting, "192.0.2.1:5", []string{forwarded, "203.0.113.9"}, "192.0.2.1"},
		{"a proxy", trusting, "10.1.2.3:5", []string{forwarded, "203.0.113.9"}, "203.0.113.9"},
		{"a proxy on the machine", trusting, "127.0.0.1:5", []string{forwarded, "203.0.113.9"}, "203.0.113.9"},
		{"two proxies", trusting, "10.1.2.3:5", []string{forwarded, "203.0.113.9, 10.9.9.9"}, "203.0.113.9"},
		{"two proxies, two headers", trusting, "10.1.2.3:5", []string{forwarded, "203.0.113.9", forwarded, "10.9.9.9"}, "203.0.113.9"},
		{"a proxy, whose client claims to be another", trusting, "10.1.2.3:5", []string{forwarded, "198.51.100.7, 203.0.113.9"}, "203.0.113.9"},
		{"a proxy, whose client claims to be this machine", trusting, "10.1.2.3:5", []string{forwarded, "127.0.0.1, 203.0.113.9"}, "203.0.113.9"},
		{"a proxy, whose client claims nonsense", trusting, "10.1.2.3:5", []string{forwarded, "' or 1=1, 203.0.113.9"}, "203.0.113.9"},
		{"a proxy that says nonsense", trusting, "10.1.2.3:5", []string{forwarded, "unknown"}, "10.1.2.3"},
		{"a proxy that says nothing", trusting, "10.1.2.3:5", nil, "10.1.2.3"},
		{"a proxy's own request", trusting, "10.1.2.3:5", []string{forwarded, "10.4.4.4"}, "10.4.4.4"},
		{"a proxy that adds ports", trusting, "10.1.2.3:5", []string{forwarded, "203.0.113.9:4711"}, "203.0.113.9"},
		{"IPv6 from a proxy", trusting, "[fd00::1]:5", []string{forwarded, "2001:db8::7"}, "2001:db8::7"},
		{"IPv6 with a port", trusting, "[fd00::1]:5", []string{forwarded, "[2001:db8::7]:4711"}, "2001:db8::7"},
		{"IPv4 in IPv6", trusting, "[::ffff:10.1.2.3]:5", []string{forwarded, "::ffff:203.0.113.9"}, "203.0.113.9"},
		{"this machine", Via{}, "127.0.0.1:5", nil, "127.0.0.1 local"},
		{"this machine, by IPv6", Via{}, "[::1]:5", nil, "::1 local"},
		{"this machine, in IPv6", Via{}, "[::ffff:127.0.0.1]:5", nil, "127.0.0.1 local"},
		{"a proxy on the machine that is not trusted", Via{}, "127.0.0.1:5", []string{forwarded, "203.0.113.9"}, "127.0.0.1"},
		{"another kind of proxy on the machine", Via{}, "127.0.0.1:5", []string{"Via", "1.1 nginx"}, "127.0.0.1"},
		{"a person on the machine, by its proxy", trusting, "127.0.0.1:5", []string{forwarded, "127.0.0.1"}, "127.0.0.1"},
		{"no address", trusting, "local", nil, "local"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := where(t, c.via, c.peer, c.headers...); got != c.want {
				t.Errorf("comes from %s, want %s", got, c.want)
			}
		})
	}
}

func TestCloudFrontIsKnownByItsSecretAlone(t *testing.T) {
	const viewer = "CloudFront-Viewer-Address"
	secret, next := strings.Repeat("s", 32), strings.Repeat("n", 32)
	via := Via{Secrets: []string{secret, next}}
	cases := []struct {
		name    string
		via     Via
		headers []string
		want    string
	}{
		{"CloudFront", via, []string{OriginHeader, secret, viewer, "203.0.113.9:46532"}, "203.0.113.9"},
		{"CloudFront with the next secret", via, []string{OriginHeader, next, viewer, "203.0.113.9:46532"}, "203.0.113.9"},
		{"IPv6 with brackets", via, []string{OriginHeader, secret, viewer, "[2001:db8::7]:46532"}, "2001:db8::7"},
		{"IPv6 without brackets", via, []string{OriginHeader, secret, viewer, "2001:db8:0:0:0:0:0:7:46532"}, "2001:db8::7"},
		{"short IPv6 without brackets", via, []string{OriginHeader, secret, viewer, "2001:db8::7:46532"}, "2001:db8::7"},
		{"CloudFront that does not tell its viewer", via, []string{OriginHeader, secret}, "192.0.2.1"},
		{"around CloudFront", via, []string{viewer, "203.0.113.9:46532"}, "refused"},
		{"around CloudFront with nothing", via, nil, "refused"},
		{"a wrong secret", via, []string{OriginHeader, secret + "s", viewer, "203.0.113.9:46532"}, "refused"},
		{"an empty secret", via, []string{OriginHeader, ""}, "refused"},
		{"both secrets", via, []string{OriginHeader, secret, OriginHeader, next}, "refused"},
		{"no secret configured", Via{}, []string{OriginHeader, secret, viewer, "203.0.113.9:46532"}, "192.0.2.1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := where(t, c.via, "192.0.2.1:5", c.headers...); got != c.want {
				t.Errorf("comes from %s, want %s", got, c.want)
			}
		})
	}
}

func TestReadViaTellsWhatIsWrong(t *testing.T) {
	good, err := ReadVia("10.0.0.0/8, 192.0.2.7 ::ffff:203.0.113.0/120", strings.Repeat("s", 32)+","+strings.Repeat("n", 32))
	if err != nil || len(good.Proxies) != 3 || len(good.Secrets) != 2 || good.Proxies[2] != netip.MustParsePrefix("203.0.113.0/24") {
		t.Fatalf("read %v, %v", good, err)
	}
	for _, bad := range []struct{ proxies, secret string }{
		{"proxy.example.com", ""}, {"10.0.0.0/33", ""}, {"0.0.0.0/0", ""}, {"::/0", ""}, {"10.0.0.0/8;10.1.0.0/16", ""},
		{"", "short"}, {"", strings.Repeat("s", 31)}, {"", strings.Repeat("s", 257)}, {"", strings.Repeat("é", 32)}, {"", strings.Repeat("a", 32) + "," + strings.Repeat("b", 32) + "," + strings.Repeat("c", 32)},
	} {
		got, err := ReadVia(bad.proxies, bad.secret)
		if err == nil {
			t.Errorf("%q and %q are read as %v", bad.proxies, bad.secret, got)
			continue
		}
		if bad.secret != "" && strings.Contains(err.Error(), bad.secret) {
			t.Errorf("the secret is told: %v", err)
		}
	}
}
