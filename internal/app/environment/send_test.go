package environment

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// body is a request's body as the SDK gives it.
type body struct {
	*strings.Reader // a WriterTo
	closed          bool
}

func (b *body) Close() error {
	b.closed = true
	return nil
}

type clientFunc func(*http.Request) (*http.Response, error)

func (f clientFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

func TestABodyIsSentByReadingAlone(t *testing.T) {
	sent := &body{Reader: strings.NewReader("ask")}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1", sent)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Send(clientFunc(func(r *http.Request) (*http.Response, error) {
		_, writes := r.Body.(io.WriterTo)
		if writes {
			t.Error("net/http would call WriteTo")
		}
		got, err := io.ReadAll(r.Body)
		if string(got) != "ask" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		return nil, r.Body.Close()
	})).Do(r)
	if err != nil || !sent.closed {
		t.Errorf("closed: %v, %v", sent.closed, err)
	}
}

func TestNoBodyStaysNoBody(t *testing.T) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Send(clientFunc(func(r *http.Request) (*http.Response, error) {
		if r.Body != http.NoBody {
			t.Errorf("the body is %T", r.Body)
		}
		return nil, nil
	})).Do(r)
	if err != nil {
		t.Error(err)
	}
}
