package saml

import "github.com/beevik/etree"

// Indent is a document laid out for a person to read. White space is part of
// what a signature covers, so the result is for showing and nothing else. What
// [Read] would call malformed or too large is returned as it is.
func Indent(xml []byte) []byte {
	root, err := parse(xml)
	if err != nil {
		return xml
	}
	document := etree.NewDocumentWithRoot(root)
	document.Indent(2)
	out, err := document.WriteToBytes()
	if err != nil {
		return xml
	}
	return out
}
