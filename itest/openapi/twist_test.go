package openapi_test

import (
	"strings"
)

// twist makes a request unusual, whatever it asks for.
type twist struct {
	name string
	do   func(*drawer, *operation, *sent)
}

// GoString is how a failed run tells of it.
func (t twist) GoString() string { return t.name }

func twists() []twist {
	return []twist{
		{"a query", func(d *drawer, _ *operation, s *sent) {
			sign := "?"
			if strings.Contains(s.Target, "?") {
				sign = "&"
			}
			s.Target += sign + one(d, "query", queries())
		}},
		{"If-Match", func(d *drawer, _ *operation, s *sent) {
			s.Header = append(without(s.Header, "If-Match"), "If-Match: "+one(d, "tag", tags()))
		}},
		{"If-None-Match", func(d *drawer, _ *operation, s *sent) {
			s.Header = append(s.Header, "If-None-Match: "+one(d, "tag", tags()))
		}},
		{"the media type", func(d *drawer, _ *operation, s *sent) {
			s.Header = append(without(s.Header, "Content-Type"), one(d, "kinds", mediaTypes())...)
		}},
		{"a header", func(d *drawer, _ *operation, s *sent) { s.Header = append(s.Header, one(d, "header", headers())) }},
		{"who asks", func(d *drawer, _ *operation, s *sent) {
			s.Header = append(s.Header, one(d, "authorization", authorizations()))
		}},
		{"the method", func(d *drawer, _ *operation, s *sent) {
			s.Method = one(d, "method", []string{"HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE", "get", "PROPFIND", "X"})
		}},
		{"the whole address", func(d *drawer, _ *operation, s *sent) {
			path, query, _ := strings.Cut(s.Target, "?")
			s.Target = one(d, "address", addresses(path)) + "?" + query
		}},
		{"a body where none belongs", func(d *drawer, _ *operation, s *sent) {
			if s.Body == "" {
				s.Body = one(d, "body", []string{"{}", "[]", `{"a":1}`, "x", " {} ", "null", "{}{}", `{"active":true}`})
			}
		}},
	}
}

// addresses are spellings of an address that say the same, or nearly.
func addresses(path string) []string {
	return []string{
		path + "/", "/" + path, path + "//", path + "/..", path + ".json", path + "/%2e%2e", strings.ToUpper(path),
		path + ";x=1", path + "%3Fx", "/." + path, "/%2e%2e/v1" + path, path + "%00",
	}
}

// segments are steps of an address, encoded, that name nothing or more than a name.
func segments() []string {
	return []string{
		"..", ".", "%2e%2e", "%2E", "%2F", "aws-a%2F", "aws-a%2Fkey", "..%2F..%2Fusers", "aws-a%00", "aws-a%0d%0aX-Evil:%201", "%27%20OR%201=1--",
		"%ff%fe", "AWS-A", "aws-a%20", "%20aws-a", "aws-a;x=1", "aws-a,wiki",
		"*", "-", "import", "%25%32%65", "aws-a%252F", "%E2%80%AEa", "%c0%ae%c0%ae", "Alice@Example.COM", "%20alice@example.com%20",
		"alice%40example.com", "alice@example.com%00", "%61lice@example.com", "sso-aws-a", "SSO-AWS-A%2Fmembers",
		"{slug}", "$%7Bjndi%7D", "null", "undefined", "0", strings.Repeat("a", 64), strings.Repeat("a", 3000),
		strings.Repeat("%F0%9F%92%A5", 500), "aws-a%09", "aws-a%7F", "u_%23", "%3Cscript%3E",
	}
}

// queries are parts of a query that no operation, or not every one, takes.
func queries() []string {
	return []string{
		"nonsense=1", "limit=1&limit=2", "limit=1&Limit=2", "LIMIT=1", "limit", "limit=", "=1", "&", "a;b=1", "limit=1;cursor=x", "%zz=1",
		"q=%zz", "q=%ff", "q=%00", "q=a%0d%0ab", "cursor=AAAA", "cursor={cursor}A", "cursor=", "dry_run=yes", "dry_run=true", "format=xml",
		"prefix=%2e%2e%2f", "q=" + strings.Repeat("a", 201), "q=" + strings.Repeat("a+", 100), "x=" + strings.Repeat("a", 9000), "limit=1e1",
		"limit=%31", "limit=999999999999999999999", "access_token=gp_x", "_method=DELETE",
		"since=2026-01-01T00:00:00Z&until=2025-01-01T00:00:00Z",
		"user=nobody@example.com", strings.Repeat("n", 100) + "=1", "limit[]=1", "%6Cimit=1&limit=1", "q=%F0%9F%92%A5",
		"until=0001-01-01T00:00:00Z", "since=9999-12-31T23:59:59%2B14:00",
	}
}

func tags() []string {
	return []string{
		"{etag}", "*", `W/{etag}`, `{etag}, "x.1"`, `"x.1"`, `"`, `""`, "x", `"a"b"`, "*, *", `{etag}{etag}`, " {etag} ",
		strings.Repeat(`"x", `, 500) + `"x"`, `"` + strings.Repeat("x", 300) + `"`, `"ü"`, "null", `"*"`, "'x'", `{etag},`, ",",
		`"u_1.18446744073709551616"`,
	}
}

// mediaTypes are Content-Types, each of some lines.
func mediaTypes() [][]string {
	return [][]string{
		nil, {"Content-Type: text/plain"}, {"Content-Type: application/json; charset=utf-8"}, {"Content-Type: application/json; charset=utf-16"},
		{"Content-Type: APPLICATION/JSON"}, {"Content-Type: application/json, text/plain"},
		{"Content-Type: application/json", "Content-Type: text/plain"}, {"Content-Type: application/json;"}, {"Content-Type: ;"},
		{"Content-Type:"}, {"Content-Type: multipart/form-data; boundary=x"}, {"Content-Type: application/x-www-form-urlencoded"},
		{"Content-Type: application/merge-patch+json"}, {"Content-Type: application/json-patch+json"}, {"Content-Type: application/cbor"},
		{"Content-Type: application/vnd.api+json"}, {"Content-Type: application/json; charset=\"utf-8\"; charset=utf-16"}, {"Content-Type: */*"},
		{"Content-Type: application/yaml"},
	}
}

func headers() []string {
	return []string{
		"Accept: text/html", "Accept: application/cbor", "Accept: */*;q=0", "Accept: ,", "Accept: " + strings.Repeat("a/b,", 1000),
		"Accept-Encoding: gzip", "Content-Encoding: gzip", "Range: bytes=0-1", "X-HTTP-Method-Override: DELETE", "X-Forwarded-Host: " + strange,
		"X-Forwarded-For: 127.0.0.1",
		"X-Original-URL: /api/v1/lockdown", "Host: " + strange, "Origin: https://" + strange, "Origin: null", "Origin: " + address,
		"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "User-Agent: \xff\xfe",
		"User-Agent: " + strings.Repeat("U", 5000),
		"X-Request-Id: mine", "Expect: 100-continue", "Upgrade: websocket", "Connection: Authorization",
		"If-Modified-Since: Mon, 02 Mar 2026 09:00:00 GMT", "If-Unmodified-Since: Mon, 02 Mar 2020 09:00:00 GMT", "If-Range: \"x\"",
		"TE: trailers", "Trailer: Authorization", "Cookie: __Host-gatepost=x", "X-Evil: a\tb", "Prefer: return=minimal",
	}
}

func authorizations() []string {
	return []string{
		"Authorization: Bearer gp_" + strings.Repeat("0", 64), "Authorization: Basic b3duZXI6cGFzcw==", "Authorization: Bearer", "Authorization:",
		"Authorization: Bearer ' OR 1=1--", "Authorization: Bearer " + strings.Repeat("a", 10_000), "Authorization: Bearer gp_\xff",
		"Authorization: bearer x, Bearer y",
	}
}

// without are lines without a header.
func without(lines []string, header string) []string {
	var rest []string
	for _, line := range lines {
		if !strings.HasPrefix(line, header+":") {
			rest = append(rest, line)
		}
	}
	return rest
}
