package saml

import "github.com/beevik/etree"

// Indent is a response laid out for a person to read. White space is part of
// what a signature covers, so the result is for showing and nothing else. Text
// that cannot be read as XML is returned as it is.
func Indent(xml []byte) []byte {
	doc := etree.NewDocument()
	err := doc.ReadFromBytes(xml)
	if err != nil {
		return xml
	}
	doc.Indent(2)
	out, err := doc.WriteToBytes()
	if err != nil {
		return xml
	}
	return out
}
