// Package metadata is the public face of /metadata/{connector}: the SAML
// metadata document that AWS takes as a SAML provider.
package metadata

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/metadata"
	"github.com/gatepost/gatepost/internal/web/problem"
)

// Store reads a connector and its key in one round trip; either is nil when it
// does not exist.
type Store interface {
	ConnectorAndKey(ctx context.Context, slug string) (*idp.Connector, *idp.Key, error)
}

// Handler serves /metadata/{connector}. All fields are needed.
type Handler struct {
	Store Store
	URL   string // the address that people reach Gatepost by
	Write problem.Writer
}

// ServeHTTP answers with the document. An inactive connector has one too: AWS is
// set up before activation.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Write.Method(w, r, "GET, HEAD")
		return
	}
	slug := r.PathValue("connector")
	if !idp.ValidSlug(slug) {
		h.Write.NotFound(w, r)
		return
	}
	connector, key, err := h.Store.ConnectorAndKey(r.Context(), slug)
	if err != nil {
		h.Write.Unavailable(w, r, err)
		return
	}
	document, err := metadata.Document(connector, key, h.URL)
	if errors.Is(err, metadata.ErrNone) {
		h.Write.NotFound(w, r)
		return
	}
	if err != nil {
		h.Write.Internal(w, r, err)
		return
	}
	h.answer(w, r, slug, document)
}

// matches compares weakly, as RFC 9110, 13.1.2, wants it.
func matches(header, etag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == etag {
			return true
		}
	}
	return false
}

func (h *Handler) answer(w http.ResponseWriter, r *http.Request, slug string, document []byte) {
	sum := sha256.Sum256(document)
	etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
	header := w.Header()
	h.Write.Pages.Harden(header)
	header.Set("Cache-Control", "public, max-age=60")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	header.Set("Etag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Type", metadata.ContentType)
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": metadata.FileName(slug)}))
	header.Set("Content-Length", strconv.Itoa(len(document)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(document) // nobody is left to tell when the connection is gone
}
