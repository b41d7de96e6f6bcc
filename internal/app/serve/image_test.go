package serve

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
)

var tileImage = regexp.MustCompile(`src="(/assets/connectors/[^"]+)"`)

func TestATileHasItsImageUnderANameThatNobodyGuesses(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	var dot bytes.Buffer
	err := png.Encode(&dot, image.NewNRGBA(image.Rect(0, 0, 8, 8)))
	if err != nil {
		t.Fatal(err)
	}
	s.admin(func(ctx context.Context, a *admin.Service) error {
		return a.As(admin.Actor{Role: idp.AdminOwner}).PutImage(ctx, "aws-a", dot.Bytes())
	})
	found := tileImage.FindStringSubmatch(s.get("/", s.signIn("alice@example.com")).body)
	if found == nil {
		t.Fatal("the portal shows no image")
	}
	served := s.get(found[1], "")
	size, err := png.DecodeConfig(strings.NewReader(served.body))
	if err != nil || size.Width != 8 || served.StatusCode != http.StatusOK || served.Header.Get("Content-Type") != "image/png" ||
		served.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || served.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("served %d, %v, %v, %v", served.StatusCode, served.Header, size, err)
	}
	if p := s.do("POST", found[1], "", ""); p.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST answers %d", p.StatusCode)
	}
	for _, path := range []string{
		"/assets/connectors/aws-a-000000000000.png", "/assets/connectors/aws-b-000000000000.png", "/assets/connectors/aws-a.png",
		"/assets/connectors/-", "/assets/connectors/" + strings.Repeat("a", 300), strings.Replace(found[1], "aws-a", "nothing", 1),
	} {
		if p := s.get(path, ""); p.StatusCode != http.StatusNotFound || p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s answers %d, %q", path, p.StatusCode, p.Header.Get("Cache-Control"))
		}
	}
	s.admin(func(ctx context.Context, a *admin.Service) error {
		return a.As(admin.Actor{Role: idp.AdminOwner}).DeleteImage(ctx, "aws-a")
	})
	if p := s.get(found[1], ""); p.StatusCode != http.StatusNotFound {
		t.Errorf("after it is removed: %d", p.StatusCode)
	}
}
