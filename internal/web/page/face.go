package page

import (
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
)

// Face is a part of Gatepost that brings pages of its own, such as the console:
// only the programs that have the face hold its templates and its assets.
//
// Its pages have the headers and the Content-Security-Policy of all our pages:
// their forms lead to this site, and they have no inline styles and scripts.
type Face struct {
	renderer *Renderer
	assets   func() (assets, error)
	pages    map[string]func() (*template.Template, error)
}

// NewFace makes a face of the files of a package, usually embedded:
//
//   - templates/layout.html is the frame of its pages, parts*.html are shared by
//     them, and every other .html file is a page, named for its file;
//   - assets/ is served under prefix, which begins and ends with a slash. The
//     function asset of templates gives the address of one of them or of ours.
//     A stylesheet can name the pictures that stand beside it.
func (r *Renderer) NewFace(prefix string, files fs.FS) (*Face, error) {
	names, err := fs.Glob(files, "assets/*")
	if err != nil {
		return nil, fmt.Errorf("page: assets of %s: %w", prefix, err)
	}
	templates, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("page: templates of %s: %w", prefix, err)
	}
	f := &Face{renderer: r, pages: make(map[string]func() (*template.Template, error))}
	f.assets = sync.OnceValues(func() (assets, error) { return readAssets(files, prefix, stylesLast(names)) })
	for _, file := range templates {
		name := strings.TrimSuffix(path.Base(file), ".html")
		f.pages[name] = sync.OnceValues(func() (*template.Template, error) { return f.parse(files, name) })
	}
	return f, nil
}

// stylesLast sorts names of assets so that stylesheets follow what they name.
func stylesLast(files []string) []string {
	var names, styles []string
	for _, file := range files {
		name := path.Base(file)
		if path.Ext(name) == ".css" {
			styles = append(styles, name)
			continue
		}
		names = append(names, name)
	}
	return slices.Concat(names, styles)
}

func (f *Face) parse(files fs.FS, name string) (*template.Template, error) {
	ours, err := f.renderer.assets()
	if err != nil {
		return nil, err
	}
	theirs, err := f.assets()
	if err != nil {
		return nil, err
	}
	all := assets{paths: maps.Clone(ours.paths)}
	maps.Copy(all.paths, theirs.paths)
	set := template.New("layout.html").Funcs(functions(all)).Funcs(template.FuncMap{"demo": func() bool { return f.renderer.demo }})
	set, err = set.ParseFS(templates, "templates/parts.html")
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	set, err = set.ParseFS(files, "templates/layout.html", "templates/parts*.html", "templates/"+name+".html")
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return set, nil
}

// Write answers with the named page: the face's layout, executed with data. As
// with [Renderer.Write], on an error nothing has been written.
func (f *Face) Write(w http.ResponseWriter, status int, name string, data any) error {
	parsed, ok := f.pages[name]
	if !ok {
		return fmt.Errorf("page: there is no page %q", name)
	}
	set, err := parsed()
	if err != nil {
		return err
	}
	body, err := written(set, data)
	if err != nil {
		return err
	}
	f.renderer.send(w, status, own(), body)
	return nil
}

// Assets serves the face's assets, as [Renderer.Assets] serves ours.
func (f *Face) Assets() http.Handler { return f.renderer.serveAssets(f.assets) }
