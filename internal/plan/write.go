package plan

import (
	"bytes"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// header stands at the beginning of every file that is written.
const header = `# Gatepost: connectors, groups and the grants between them. See what a change of
# this file would do with "gatepost diff -f FILE"; do it with "gatepost apply -f FILE".
# A section that is left out is left alone; what a section does not list is destroyed.
`

// Marshal writes the file as YAML. Two files that ask for the same are the same
// bytes, if they come from [Read] or [Export].
func (f *File) Marshal() ([]byte, error) {
	own := f.sorted()
	var b bytes.Buffer
	b.WriteString(header)
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	err := encoder.Encode(own)
	if err == nil {
		err = encoder.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("write file: %w", err)
	}
	return b.Bytes(), nil
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
