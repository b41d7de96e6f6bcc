package saml

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// Signed is a response that a key has signed. It gives no bytes away: only
// [Signed.Release] does, after checking the signature.
type Signed struct {
	prepared *Prepared
	text     []byte
}

// errNotPrepared is a mistake of the program: a Prepared that Prepare did not make.
var errNotPrepared = errors.New("sign response: it was not prepared")

// Sign has the key sign the assertion, and after it the response where the
// options ask for that. The signer must be for the RSA key of the certificate that
// was given to [Prepare].
//
// It returns an error that wraps [ErrUsed] when p was signed before, [ErrKey]
// when the signer is not an RSA key, [ErrSignature] when it is the key of another
// certificate, and the signer's error when it fails. The key is not asked in the
// first three cases.
func (p *Prepared) Sign(signer crypto.Signer) (*Signed, error) {
	if p.root == nil {
		return nil, errNotPrepared
	}
	err := p.checkSigner(signer)
	if err != nil {
		return nil, err
	}
	if !p.used.CompareAndSwap(false, true) {
		return nil, fmt.Errorf("%w: assertion %q", ErrUsed, p.assertionID)
	}
	context, err := dsig.NewSigningContext(signer, [][]byte{p.certificate.Raw})
	if err != nil {
		return nil, fmt.Errorf("sign assertion %q: %w", p.assertionID, err)
	}
	// The default canonicalisation takes in the namespaces of the surroundings,
	// and breaks in verifiers that look at the assertion inside its response.
	context.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	signed := &Signed{prepared: p, text: append(make([]byte, 0, p.size()), p.text...)}
	err = signed.add(context, p.assertion, p.issuerEnds(bytes.LastIndex))
	if err != nil {
		return nil, fmt.Errorf("sign assertion %q: %w", p.assertionID, err)
	}
	if p.both {
		err = signed.add(context, p.root, p.issuerEnds(bytes.Index))
		if err != nil {
			return nil, fmt.Errorf("sign response %q: %w", p.responseID, err)
		}
	}
	return signed, nil
}

func (p *Prepared) checkSigner(signer crypto.Signer) error {
	if signer == nil {
		return fmt.Errorf("%w: no signer", ErrKey)
	}
	key, ok := signer.Public().(*rsa.PublicKey)
	if !ok {
		return fmt.Errorf("%w: the signer has a key of type %T", ErrKey, signer.Public())
	}
	if !p.key.Equal(key) {
		return fmt.Errorf("%w: the signer's key is not that of certificate %q", ErrSignature, p.certificate.Subject)
	}
	return nil
}

// issuerEnd is where a signature goes: the schema wants it after the issuer.
// goxmldsig's own SignEnveloped would put it last. The response's issuer is the
// first in the text, the assertion's the last. The brackets of markup never stand
// in the text of canonical XML, so they can be searched for.
const issuerEnd = "</saml:Issuer>"

func (p *Prepared) issuerEnds(find func(text, tag []byte) int) int {
	return find(p.text, []byte(issuerEnd)) + len(issuerEnd)
}

// add signs el and puts the signature after its issuer: in the text, where the
// issuer ends, and in the tree, since the response's signature is over that
// of the assertion too.
func (s *Signed) add(context *dsig.SigningContext, el *etree.Element, at int) error {
	signature, err := context.ConstructSignature(el, true)
	if err != nil {
		return err
	}
	s.text = slices.Insert(s.text, at, serialize(signature)...)
	el.InsertChildAt(1, signature)
	return nil
}
