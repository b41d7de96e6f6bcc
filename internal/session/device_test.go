package session

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestTheMarkOfABrowserIsOfThisHostAndItsOwnPagesAlone(t *testing.T) {
	mark := Device{strings.Repeat("0a", 32)}
	w := httptest.NewRecorder()
	Cookie{}.SetDevice(w, mark)
	CookieFor(&url.URL{Scheme: "http", Host: "localhost:8080"}).SetDevice(w, mark)
	want := []string{
		"__Host-gatepost-device=" + mark.secret + "; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Strict",
		"gatepost-device=" + mark.secret + "; Path=/; Max-Age=15552000; HttpOnly; SameSite=Strict",
	}
	got := w.Header().Values("Set-Cookie")
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheMarkOfARequest(t *testing.T) {
	const name = "__Host-gatepost-device="
	mark := NewDevice()
	for header, want := range map[string]Device{
		name + mark.secret:               mark,
		"a=b; " + name + mark.secret:     mark,
		"":                               {},
		"gatepost-device=" + mark.secret: {},
		name + mark.secret[:63]:          {},
		name + strings.ToUpper(mark.secret) + "X":         {},
		name + `"` + mark.secret + `"`:                    {},
		name + mark.secret + "; " + name + mark.secret:    {},
		name + strings.Repeat("../", 21) + "x":            {},
		"__Host-gatepost=" + NewToken("u_a").Text() + ";": {},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("Cookie", header)
		if got := (Cookie{}).Device(r); got != want {
			t.Errorf("%q is read as another mark", header)
		}
	}
}

func TestNoWayOfPrintingShowsTheMark(t *testing.T) {
	mark := NewDevice()
	asJSON, err := json.Marshal(map[string]any{"mark": mark})
	if err != nil {
		t.Fatal(err)
	}
	printed := []string{string(asJSON)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed = append(printed, fmt.Sprintf(verb, mark), fmt.Sprintf(verb, struct{ D *Device }{&mark}))
	}
	for _, text := range printed {
		if strings.Contains(text, mark.secret) || strings.Contains(text, fmt.Sprintf("%x", mark.secret)) {
			t.Errorf("the mark is in %q", text)
		}
	}
}
