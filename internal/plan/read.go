package plan

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/idp"
)

// Read reads a file: YAML, or JSON, which is YAML too. Everything that is wrong
// with it is told at once, as [idp.Problems] with the line of each, of many the first
// and how many there are: fields that are unknown, repeated or spelled in another
// case, values of a wrong type, whatever could not be stored, and names that lead
// nowhere. Directives, aliases, anchors, tags and a second document are refused, and
// what is not UTF-8. It takes time in proportion to the length of data, which the
// caller may bound, and to the pairs that a matrix spells, which are at most
// [MaxMatrix].
//
// What is returned has its matrix spelled out, every default filled in, and lists
// sorted by name.
func Read(data []byte) (*File, error) {
	root, err := parse(data, "begin it with version: 1")
	if err != nil {
		return nil, err
	}
	r := new(reading)
	r.document(root)
	r.check()
	if len(r.faults) > 0 {
		return nil, r.all()
	}
	return r.file(), nil
}

// parse reads the one document of a file; remedy says how to begin an empty one.
func parse(data []byte, remedy string) (*yaml.Node, error) {
	err := checkForm(data)
	if err != nil {
		return nil, err
	}
	var document, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	err = decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF):
		return nil, wholeFile("is empty", remedy)
	case err != nil:
		return nil, wholeFile("cannot be read as YAML or JSON: "+strings.TrimPrefix(err.Error(), "yaml: "), "")
	}
	err = decoder.Decode(&more)
	if !errors.Is(err, io.EOF) {
		return nil, wholeFile("has more than one document", "write everything into one, without lines of ---")
	}
	return document.Content[0], nil
}

func wholeFile(reason, remedy string) idp.Problems {
	return idp.Problems{{Field: "file", Reason: reason, Remedy: remedy}}
}

// placed is a value with its place in the file.
type placed[T any] struct {
	value  T
	node   *yaml.Node
	path   string
	matrix bool // made by the matrix at that place
	sound  bool // nothing is wrong with its fields as such
}

// reading is a file while it is read.
type reading struct {
	decoder
	has          map[string]bool // sections that are there
	connectors   []placed[Connector]
	groups       []placed[Group]
	users        []placed[User]
	settings     Settings
	spelled      int // pairs made by matrices
	spelledBytes int // of them, at most
	repeats      map[string]*repeat
}

func (r *reading) document(root *yaml.Node) {
	r.has, r.repeats = map[string]bool{}, map[string]*repeat{}
	known := map[string]func(n *yaml.Node, path string){
		"version": r.version,
		"settings": func(n *yaml.Node, path string) {
			r.decoder.value(reflect.ValueOf(&r.settings).Elem(), n, path)
		},
		"connectors": func(n *yaml.Node, path string) {
			r.connectors = append(r.connectors, section[Connector](r, n, path)...)
		},
		"groups": func(n *yaml.Node, path string) { r.groups = section[Group](r, n, path) },
		"users":  func(n *yaml.Node, path string) { r.users = section[User](r, n, path) },
		"matrix": r.matrices,
	}
	if !r.plain(root, "file") {
		return
	}
	r.named(root, "", func(key, value *yaml.Node, at string) bool {
		read, found := known[key.Value]
		if !found {
			r.unknownName(key, at, "is not a section of the file", maps.Keys(known))
			return false
		}
		r.has[key.Value] = true
		if r.plain(value, at) {
			read(value, at)
		}
		return true
	})
	if !r.has["version"] && root.Kind == yaml.MappingNode {
		r.fault(root, "version", "", "is missing", "write version: 1")
	}
}

func (r *reading) version(n *yaml.Node, path string) {
	if n.Kind != yaml.ScalarNode || n.Value != strconv.Itoa(FileVersion) {
		r.fault(n, path, n.Value, "is not a version that this program reads", "write version: 1")
	}
}

// section reads a list of the file, entry by entry.
func section[T any](r *reading, n *yaml.Node, path string) []placed[T] {
	if !r.isList(n, path) {
		return nil
	}
	list := make([]placed[T], len(n.Content))
	for i, item := range n.Content {
		entry := &list[i]
		entry.node, entry.path = item, itemPath(path, i, item, &entry.value)
		before := len(r.faults)
		r.decoder.value(reflect.ValueOf(&entry.value).Elem(), item, entry.path)
		entry.sound = len(r.faults) == before
	}
	return list
}

// all are the faults in the order of lines, those that many connectors of a matrix
// share told once.
func (r *reading) all() idp.Problems {
	for _, one := range r.repeats {
		one.fault.Reason += one.whose()
	}
	return r.problems()
}

// problems are the faults in the order of lines, as [idp.Problems.Told] has them.
func (d *decoder) problems() idp.Problems {
	slices.SortStableFunc(d.faults, func(a, b *located) int { return cmp.Compare(a.line, b.line) })
	problems := make(idp.Problems, len(d.faults))
	for i, f := range d.faults {
		if f.line > 0 && i < idp.MaxProblems {
			f.Reason = fmt.Sprintf("%s (line %d)", f.Told().Reason, f.line)
		}
		problems[i] = f.Problem
	}
	return problems.Told()
}

func (r *reading) file() *File {
	f := &File{Version: FileVersion}
	if r.has["settings"] {
		f.Settings = &r.settings
	}
	if r.has["connectors"] || r.has["matrix"] {
		f.Connectors = values(r.connectors)
	}
	if r.has["groups"] {
		f.Groups = values(r.groups)
	}
	if r.has["users"] {
		f.Users = values(r.users)
	}
	f.sort()
	return f
}

func values[T any](list []placed[T]) Section[T] {
	section := make(Section[T], len(list))
	for i := range list {
		section[i] = list[i].value
	}
	return section
}

// sort puts everything that has a name in the order of names. Roles, attribute
// rules and relay states stay in theirs, which people see.
func (f *File) sort() {
	slices.SortFunc(f.Connectors, func(a, b Connector) int { return cmp.Compare(a.Slug, b.Slug) })
	slices.SortFunc(f.Groups, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(f.Users, func(a, b User) int { return cmp.Compare(a.Email, b.Email) })
	for i := range f.Groups {
		slices.SortFunc(f.Groups[i].Members, func(a, b Member) int { return cmp.Compare(a.Email, b.Email) })
	}
}
