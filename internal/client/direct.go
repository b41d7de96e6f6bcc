package client

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// Direct is a transport that hands requests to a handler of the same process. The
// answer is complete before the first byte of it is read.
func Direct(handler http.Handler) http.RoundTripper { return direct{handler} }

type direct struct{ handler http.Handler }

func (d direct) RoundTrip(request *http.Request) (*http.Response, error) {
	asked := request.Clone(request.Context()) // a transport must not change its request
	asked.RequestURI = request.URL.RequestURI()
	asked.RemoteAddr = "local"
	asked.Host = request.URL.Host
	if asked.Body == nil {
		asked.Body = http.NoBody
	}
	w := &record{header: http.Header{}}
	d.handler.ServeHTTP(w, asked)
	return w.response(request), asked.Body.Close()
}

// record keeps an answer.
type record struct {
	header http.Header
	status int
	sent   http.Header // as it was when the answer began
	body   bytes.Buffer
}

// Header is the header of the answer, until it begins.
func (w *record) Header() http.Header { return w.header }

// WriteHeader begins the answer.
func (w *record) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write adds to the body.
func (w *record) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *record) response(request *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: request,
	}
}
