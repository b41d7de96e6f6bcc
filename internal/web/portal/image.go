package portal

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// image serves the image of a tile under its name; see [idp.ImageName].
func (h *Handler) image(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Write.Method(w, r, "GET, HEAD")
		return
	}
	file := r.PathValue("file")
	slug := file[:max(0, strings.LastIndexByte(file, '-'))]
	data, err := h.Store.Image(r.Context(), slug)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && idp.ImageName(slug, data) != file:
		h.Write.NotFound(w, r)
		return
	case err != nil:
		h.Write.Unavailable(w, r, err)
		return
	}
	h.Write.Pages.Harden(w.Header())
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(data) // nobody is left to tell when the connection is gone
}
