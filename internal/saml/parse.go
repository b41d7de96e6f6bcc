package saml

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// Limits of what is read. AWS takes 100,000 characters of base64, and IAM
// metadata of up to 10 MB; a document of ours is far below either.
const (
	// MaxInput is the longest input of [Decode], [Read] and [ReadMetadata], in
	// bytes.
	MaxInput = 1 << 20

	maxDepth      = 32
	maxAttributes = 32 // of one element
	maxPrefixes   = 32 // declared around one element; who reads a document looks through all of them at each
)

// Decode turns the value of the form field SAMLResponse back into a document. It
// takes standard base64, with or without line breaks. Errors wrap [ErrTooLarge]
// or [ErrMalformed].
func Decode(formValue string) ([]byte, error) {
	if len(formValue) > MaxInput {
		return nil, fmt.Errorf("%w: %d characters of base64, at most %d are read", ErrTooLarge, len(formValue), MaxInput)
	}
	if formValue == "" {
		return nil, fmt.Errorf("%w: the form field is empty", ErrMalformed)
	}
	xml, err := base64.StdEncoding.Strict().DecodeString(formValue)
	if err != nil {
		return nil, fmt.Errorf("%w: not base64: %w", ErrMalformed, err)
	}
	return xml, nil
}

// Read reads a response for tools that show or judge it. It says nothing about
// its signature: see [Document.VerifySignature]. Errors wrap [ErrTooLarge],
// [ErrMalformed] or [ErrNotSAML].
func Read(xml []byte) (*Document, error) {
	root, err := parse(xml)
	if err != nil {
		return nil, err
	}
	doc, err := view(root)
	if err != nil {
		return nil, err
	}
	doc.Size = base64.StdEncoding.EncodedLen(len(xml))
	return doc, nil
}

// parse is the root of a document that keeps the rules of honest ones.
func parse(xml []byte) (*etree.Element, error) {
	if len(xml) > MaxInput {
		return nil, fmt.Errorf("%w: %d bytes, at most %d are read", ErrTooLarge, len(xml), MaxInput)
	}
	document := etree.NewDocument()
	document.ReadSettings = etree.ReadSettings{
		CharsetReader:          onlyUTF8,
		PreserveDuplicateAttrs: true, // so that they can be refused
		MaxDepth:               maxDepth,
	}
	err := document.ReadFromBytes(xml)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	root, err := onlyRoot(document)
	if err != nil {
		return nil, err
	}
	p := parser{ids: make(map[string]bool)}
	p.element(root, map[string]string{"xml": "http://www.w3.org/XML/1998/namespace"})
	if p.err != nil {
		return nil, p.err
	}
	return root, nil
}

var errCharset = errors.New("only UTF-8 is read")

func onlyUTF8(charset string, _ io.Reader) (io.Reader, error) {
	return nil, fmt.Errorf("charset %q: %w", charset, errCharset)
}

// onlyRoot is the one element of a document that has nothing beside it but an XML
// declaration, comments and white space.
func onlyRoot(document *etree.Document) (*etree.Element, error) {
	var root *etree.Element
	for i, token := range document.Child {
		switch t := token.(type) {
		case *etree.Element:
			if root != nil {
				return nil, fmt.Errorf("%w: a second root %q", ErrMalformed, t.FullTag())
			}
			root = t
		case *etree.Directive:
			return nil, fmt.Errorf("%w: it has a document type", ErrMalformed)
		case *etree.ProcInst:
			if i != 0 || t.Target != "xml" {
				return nil, fmt.Errorf("%w: a processing instruction %q", ErrMalformed, t.Target)
			}
		case *etree.CharData:
			if strings.Trim(t.Data, " \t\r\n") != "" {
				return nil, fmt.Errorf("%w: text beside the root", ErrMalformed)
			}
		}
	}
	if root == nil {
		return nil, fmt.Errorf("%w: it has no root", ErrMalformed)
	}
	return root, nil
}

// parser keeps the first fault of a tree.
type parser struct {
	ids map[string]bool
	err error
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("%w: "+format, append([]any{ErrMalformed}, args...)...)
	}
}

// element checks el and what is in it. scope holds the namespaces that are
// declared around el, by prefix.
func (p *parser) element(el *etree.Element, scope map[string]string) {
	if len(el.Attr) > maxAttributes {
		p.fail("%q has more than %d attributes", el.FullTag(), maxAttributes)
		return
	}
	scope = p.declarations(el, scope)
	p.name(el.Space, el.Tag, scope)
	p.attributes(el, scope)
	for _, token := range el.Child {
		switch t := token.(type) {
		case *etree.Element:
			p.element(t, scope)
		case *etree.Directive, *etree.ProcInst:
			p.fail("an instruction inside %q", el.FullTag())
		}
		if p.err != nil {
			return
		}
	}
}

// attributes refuses what stands twice, by prefix or by namespace: readers
// differ in which of the two they believe.
func (p *parser) attributes(el *etree.Element, scope map[string]string) {
	type name struct{ namespace, local string }
	seen := make(map[name]bool, len(el.Attr))
	for _, a := range el.Attr {
		key := name{"xmlns", a.Key}
		if !declaration(a) {
			p.name(a.Space, a.Key, scope)
			key.namespace = ""
			if a.Space != "" {
				key.namespace = scope[a.Space]
			}
		}
		if seen[key] {
			p.fail("attribute %q of %q stands twice", a.FullKey(), el.FullTag())
		}
		seen[key] = true
		p.id(a)
	}
}

// declarations is scope with what el declares itself.
func (p *parser) declarations(el *etree.Element, scope map[string]string) map[string]string {
	if !slices.ContainsFunc(el.Attr, declaration) {
		return scope
	}
	scope = maps.Clone(scope)
	for _, a := range el.Attr {
		if !declaration(a) {
			continue
		}
		prefix := a.Key
		if a.Space == "" {
			prefix = ""
		}
		if prefix == "xml" || prefix == "xmlns" || prefix != "" && a.Value == "" {
			p.fail("prefix %q of %q cannot be declared so", prefix, el.FullTag())
		}
		scope[prefix] = a.Value
	}
	if len(scope) > maxPrefixes {
		p.fail("%q is in the scope of more than %d prefixes", el.FullTag(), maxPrefixes)
	}
	return scope
}

// name refuses names with colons in odd places and prefixes nobody declared:
// readers disagree about them, and canonicalisation fails on them.
func (p *parser) name(prefix, local string, scope map[string]string) {
	_, declared := scope[prefix]
	if local == "" || strings.Contains(local, ":") || prefix != "" && !declared {
		p.fail("the name %q", prefix+":"+local)
	}
}

// id refuses an ID that stands twice: a signature names what it signs by ID.
func (p *parser) id(a etree.Attr) {
	if a.Space != "" || a.Key != "ID" {
		return
	}
	if p.ids[a.Value] {
		p.fail("the ID %q stands twice", a.Value)
	}
	p.ids[a.Value] = true
}

// declaration reports whether a declares a namespace.
func declaration(a etree.Attr) bool {
	return a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns"
}
