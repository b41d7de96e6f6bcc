package openapi_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// sent is a request as it is written, so that nothing mends it on its way. Words
// in braces stand for what only the world knows: {etag} of what is addressed,
// {current} for it as it is read, {cursor} of the list, {spare-token} and
// {viewer-token} for the IDs of tokens, {private-key} and {certificate} for PEM.
type sent struct {
	As     string // a caller; nobody when empty
	Method string
	Target string   // below the API's root, encoded, with the query
	Header []string // lines
	Body   string
}

// String is the request as Go writes it, for the table of what was found.
func (s sent) String() string {
	body := s.Body
	if len(body) > 4000 {
		body = body[:4000] + "…"
	}
	return fmt.Sprintf("{As: %q, Method: %q, Target: %q, Header: %#v, Body: %q}", s.As, s.Method, s.Target, s.Header, body)
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// request reads the request as a server would. It is nil for one that no server of
// net/http hands on.
func (w *world) request(s sent) *http.Request {
	body := w.filled(s, s.Body)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s%s HTTP/1.1\r\n", s.Method, root, w.filled(s, s.Target))
	hosted := false
	for _, line := range append([]string{w.entries[s.As]}, s.Header...) {
		if line != "" {
			b.WriteString(w.filled(s, line) + "\r\n")
		}
		hosted = hosted || strings.HasPrefix(line, "Host:")
	}
	if !hosted {
		b.WriteString("Host: sso.example.com\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(b.String())))
	if err != nil {
		return nil
	}
	for _, values := range r.Header {
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return nil
			}
		}
	}
	r.RemoteAddr = "192.0.2.1:1234"
	return r.WithContext(w.Context())
}

// handle lets the API answer.
func (w *world) handle(r *http.Request) answer {
	w.now = w.now.Add(20 * time.Millisecond) // so that a run ends before the use of a token is noted again
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	return answer{recorder.Code, recorder.Result().Header, recorder.Body.Bytes()}
}

// filled is a text with the words that it holds.
func (w *world) filled(s sent, text string) string {
	for word, value := range w.words {
		if strings.HasSuffix(word, "-key}") || word == "{certificate}" {
			quoted, _ := json.Marshal(value)
			value = string(bytes.Trim(quoted, `"`))
		}
		text = strings.ReplaceAll(text, word, value)
	}
	path, _, _ := strings.Cut(s.Target, "?")
	if strings.Contains(text, "{etag}") {
		text = strings.ReplaceAll(text, "{etag}", w.peek(path).header.Get("ETag"))
	}
	if strings.Contains(text, "{current}") {
		text = strings.ReplaceAll(text, "{current}", string(bytes.TrimSpace(w.peek(path).body)))
	}
	if strings.Contains(text, "{cursor}") {
		var page struct{ Next string }
		_ = json.Unmarshal(w.peek(path+"?limit=1").body, &page) // none where it is no list
		text = strings.ReplaceAll(text, "{cursor}", url.QueryEscape(page.Next))
	}
	return text
}

// peek reads something as an owner, beside the requests that are judged.
func (w *world) peek(target string) answer {
	return w.served(sent{As: "owner", Method: http.MethodGet, Target: target})
}

// served is the answer to a request that is no part of a property.
func (w *world) served(s sent) answer {
	r := w.request(s)
	if r == nil {
		return answer{header: http.Header{}}
	}
	return w.handle(r)
}
