package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed assets
var assetFiles embed.FS

// assetsPath is where the assets are served.
const assetsPath = "/assets/"

// assets are the static files of the pages. The hash in a file's address makes
// it safe to cache for ever, and lets two releases run side by side.
type assets struct {
	paths map[string]string // name of a file → its address
	files map[string]asset  // address → the file
}

type asset struct {
	kind string // media type
	body []byte
}

func loadAssets() (assets, error) {
	// The stylesheet comes last, since it names the pictures.
	return readAssets(assetFiles, assetsPath, []string{"mark.svg", "blank.svg", "contours.svg", "gatepost.js", "gatepost.css"})
}

// readAssets reads the named files of the folder assets, to be served under
// prefix. A stylesheet can name what stands before it.
func readAssets(from fs.FS, prefix string, names []string) (assets, error) {
	a := assets{paths: make(map[string]string), files: make(map[string]asset)}
	for _, name := range names {
		body, err := fs.ReadFile(from, "assets/"+name)
		if err != nil {
			return assets{}, fmt.Errorf("page: %w", err)
		}
		kind, err := mediaType(name)
		if err != nil {
			return assets{}, err
		}
		if path.Ext(name) == ".css" {
			body = a.resolve(body)
		}
		address := prefix + hashedName(name, body)
		a.paths[name] = address
		a.files[address] = asset{kind: kind, body: body}
	}
	return a, nil
}

func mediaType(name string) (string, error) {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8", nil
	case ".js":
		return "text/javascript; charset=utf-8", nil
	case ".svg":
		return "image/svg+xml", nil
	}
	return "", fmt.Errorf("page: asset %q has no known media type", name)
}

// hashedName puts the hash before the extension: mark.svg → mark-0123456789ab.svg.
func hashedName(name string, body []byte) string {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
}

// resolve puts the hashed addresses into a stylesheet's url("…").
func (a assets) resolve(css []byte) []byte {
	for name, address := range a.paths {
		css = bytes.ReplaceAll(css, []byte(`url("`+name+`")`), []byte(`url("`+address+`")`))
	}
	return css
}

// Assets serves the stylesheet, the script and the pictures of the pages, and
// answers 404 to everything else. Mount it at /assets/.
func (r *Renderer) Assets() http.Handler { return r.serveAssets(r.assets) }

func (r *Renderer) serveAssets(load func() (assets, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.Harden(w.Header())
		all, err := load()
		file, ok := all.files[req.URL.Path]
		switch {
		case err != nil:
			http.Error(w, "assets are broken", http.StatusInternalServerError)
		case req.Method != http.MethodGet && req.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		case !ok:
			http.Error(w, "not found", http.StatusNotFound)
		default:
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			w.Header().Set("Content-Type", file.kind)
			http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(file.body))
		}
	})
}
