package portal

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// image serves the image of a tile under the name that its connector gives it. The
// name has the image's hash in it: who does not know it learns nothing of the
// connector, and it can be cached for ever.
func (h *Handler) image(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Write.Method(w, r, "GET, HEAD")
		return
	}
	file := r.PathValue("file")
	slug := file[:max(0, strings.LastIndexByte(file, '-'))]
	c, err := h.Store.Connector(r.Context(), slug)
	var data []byte
	if err == nil {
		data, err = h.Store.Image(r.Context(), slug)
	}
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && c.ImagePath() != idp.ImagesPath+file:
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
