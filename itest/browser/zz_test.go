package browser

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"testing"
	"time"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/gatepost/gatepost/itest/server"
)

func TestZZ(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	d := server.DemoIn(t, data)
	pw := d.Password
	d.Stop(t)
	var target *url.URL
	front := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host }})
	defer front.Close()
	pub := strings.Replace(front.URL, "127.0.0.1", "localhost", 1)
	s := server.Start(t, data, "--url", pub)
	t.Log(s.URL, s.Log())
	for _, l := range strings.Split(s.Log(), "\n") {
		if i := strings.Index(l, `"addr":"`); i > 0 {
			a, _, _ := strings.Cut(l[i+8:], `"`)
			target, _ = url.Parse("http://" + a)
		}
	}
	s.Password = pw
	b := start(t, s, chromedp.IgnoreCertErrors)
	b.signIn(alice)
	b.click(button("Sign out"))
	b.at("/signin?out")
	time.Sleep(time.Second)
	b.back()
	time.Sleep(2 * time.Second)
	t.Log(b.describe())
}
