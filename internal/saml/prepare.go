package saml

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"sync/atomic"

	"github.com/beevik/etree"
)

// SigningOptions says who vouches for a response, and for how much of it.
type SigningOptions struct {
	Certificate  *x509.Certificate // of the key that will sign; it is put into the response and checks the signature
	SignResponse bool              // sign the response too, not its assertion alone: a second use of the key
}

// Prepared is a response that was judged and can be signed, once. What will be
// sent is its text with the signatures put in, so what was judged is what leaves.
type Prepared struct {
	text        []byte // the document without signatures, in canonical form
	response    part
	assertion   part
	both        bool // whether the response is signed too
	certificate *x509.Certificate
	key         *rsa.PublicKey
	used        atomic.Bool
}

// part is an element that gets a signature: where it is in the tree and where in
// the text.
type part struct {
	id     string
	el     *etree.Element
	start  int // where it begins
	tail   int // how much text follows it
	issuer int // where its issuer ends and its signature goes: the schema's order
}

// errNoCheck is a mistake of the program, not of a person.
var errNoCheck = errors.New("prepare response: nobody to judge it")

// Prepare builds the response that spec states and has it judged: check sees it
// as a service provider would read it, with the Size that it will have once it is
// signed, and refuses it by returning an error.
//
// It returns [idp.Problems] when a field of spec is missing or cannot be carried
// unchanged, an error that wraps [ErrKey] when the certificate is not for an RSA
// key of at least 2048 bits, and the error of check as it is. check is needed.
func Prepare(spec Response, opts SigningOptions, check func(*Document) error) (*Prepared, error) {
	if check == nil {
		return nil, errNoCheck
	}
	key, err := signingKey(opts.Certificate)
	if err != nil {
		return nil, err
	}
	err = spec.validate()
	if err != nil {
		return nil, err
	}
	root := spec.build()
	p := &Prepared{text: serialize(root), both: opts.SignResponse, certificate: opts.Certificate, key: key}
	p.locate(root, &spec)
	doc, err := view(root)
	if err != nil {
		return nil, err
	}
	doc.Size = base64.StdEncoding.EncodedLen(p.size())
	err = check(doc)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// locate finds the parts in the tree and in the text. The brackets of markup
// never stand in the text of canonical XML, so tags can be searched for. The first
// issuer is the response's, the last is the assertion's.
func (p *Prepared) locate(root *etree.Element, spec *Response) {
	const issuerEnd, responseEnd = "</saml:Issuer>", "</samlp:Response>"
	assertion, _ := root.Child[len(root.Child)-1].(*etree.Element)
	p.response = part{
		id:     spec.ID,
		el:     root,
		issuer: bytes.Index(p.text, []byte(issuerEnd)) + len(issuerEnd),
	}
	p.assertion = part{
		id:     spec.AssertionID,
		el:     assertion,
		start:  bytes.Index(p.text, []byte("<saml:Assertion ")),
		tail:   len(responseEnd),
		issuer: bytes.LastIndex(p.text, []byte(issuerEnd)) + len(issuerEnd),
	}
}

// size is the length in bytes of the document once it is signed.
func (p *Prepared) size() int {
	n := len(p.text) + p.signatureSize(p.assertion)
	if p.both {
		n += p.signatureSize(p.response)
	}
	return n
}
