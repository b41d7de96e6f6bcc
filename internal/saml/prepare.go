package saml

import (
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
	root        *etree.Element
	assertion   *etree.Element
	text        []byte // the document without signatures
	responseID  string
	assertionID string
	certificate *x509.Certificate
	key         *rsa.PublicKey
	both        bool
	used        atomic.Bool
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
	p := &Prepared{
		root:        root,
		assertion:   lastElement(root),
		text:        serialize(root),
		responseID:  spec.ID,
		assertionID: spec.AssertionID,
		certificate: opts.Certificate,
		key:         key,
		both:        opts.SignResponse,
	}
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

// size is the length in bytes of the document once it is signed.
func (p *Prepared) size() int {
	n := len(p.text) + signatureSize(p.assertionID, p.certificate, p.key)
	if p.both {
		n += signatureSize(p.responseID, p.certificate, p.key)
	}
	return n
}

func lastElement(parent *etree.Element) *etree.Element {
	el, _ := parent.Child[len(parent.Child)-1].(*etree.Element)
	return el
}
