package plan

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/gatepost/gatepost/internal/resource"
)

// header stands at the beginning of every file that is written, after what the file
// holds.
const header = `# Gatepost: %s.
# See what a change of this file would do with "gatepost diff -f FILE"; do it with
# "gatepost apply -f FILE". A section that is left out is left alone; what a section
# does not list is destroyed.
`

// holds says in words what is in the file.
func (f *File) holds() string {
	what := "connectors, groups and the grants between them"
	if f.Settings != nil {
		what = "settings, " + what
	}
	if !f.Users.IsZero() {
		what += ", and people"
	}
	return what
}

// Marshal writes the file as YAML. Two files that ask for the same are the same
// bytes, if they come from [Read] or [Export].
func (f *File) Marshal() ([]byte, error) {
	own := f.sorted()
	var b bytes.Buffer
	fmt.Fprintf(&b, header+"version: %d\n", own.holds(), own.Version)
	err := errors.Join(writeSettings(&b, own.Settings), writeSection(&b, "connectors", own.Connectors), writeSection(&b, "groups", own.Groups), writeSection(&b, "users", own.Users))
	if err != nil {
		return nil, fmt.Errorf("write file: %w", err)
	}
	return b.Bytes(), nil
}

func writeSettings(b *bytes.Buffer, s *Settings) error {
	if s == nil {
		return nil
	}
	b.WriteString("settings:\n")
	return encodeIndented(b, s)
}

// part is how many entries of a section are encoded together. The encoder holds
// all of a document until its end, in a hundred times the memory of its text.
const part = 100

// writeSection writes a list of the file, unless it is left out.
func writeSection[T any](b *bytes.Buffer, name string, list Section[T]) error {
	switch {
	case list.IsZero():
		return nil
	case len(list) == 0:
		b.WriteString(name + ": []\n")
		return nil
	}
	b.WriteString(name + ":\n")
	for entries := range slices.Chunk(list, part) {
		err := encodeIndented(b, entries)
		if err != nil {
			return err
		}
	}
	return nil
}

// encodeIndented writes a part of a section, indented as in the file.
func encodeIndented(b *bytes.Buffer, part any) error {
	text, err := resource.MarshalYAML(part)
	if err != nil {
		return err
	}
	for line := range bytes.Lines(text) {
		if len(line) > 1 { // an empty one, in a text of several lines, stays so
			b.WriteString("  ")
		}
		b.Write(line)
	}
	return nil
}

// sorted is a copy of the file in the order of names.
func (f *File) sorted() *File {
	own := *f
	own.Connectors, own.Users = slices.Clone(f.Connectors), slices.Clone(f.Users)
	own.Groups = slices.Clone(f.Groups)
	for i, g := range own.Groups {
		own.Groups[i].Members = slices.Clone(g.Members)
	}
	own.sort()
	return &own
}
