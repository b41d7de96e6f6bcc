package saml

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"

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
	if p.assertion.el == nil {
		return nil, errNotPrepared
	}
	err := p.checkSigner(signer)
	if err != nil {
		return nil, err
	}
	if !p.used.CompareAndSwap(false, true) {
		return nil, fmt.Errorf("%w: assertion %q", ErrUsed, p.assertion.id)
	}
	context, err := dsig.NewSigningContext(signer, [][]byte{p.certificate.Raw})
	if err != nil {
		return nil, fmt.Errorf("sign assertion %q: %w", p.assertion.id, err)
	}
	// The default canonicalisation takes in the namespaces of the surroundings,
	// and breaks in verifiers that look at the assertion inside its response.
	context.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	signed := &Signed{prepared: p, text: append(make([]byte, 0, p.size()), p.text...)}
	err = signed.add(context, p.assertion)
	if err != nil {
		return nil, fmt.Errorf("sign assertion %q: %w", p.assertion.id, err)
	}
	if p.both {
		err = signed.add(context, p.response)
		if err != nil {
			return nil, fmt.Errorf("sign response %q: %w", p.response.id, err)
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

// add signs a part and puts the signature after its issuer, where the schema
// wants it and goxmldsig's own SignEnveloped would not: in the text, which will be
// sent, and in the tree, since the response's signature is over that of the
// assertion too.
func (s *Signed) add(context *dsig.SigningContext, signed part) error {
	signature, err := context.ConstructSignature(signed.el, true)
	if err != nil {
		return err
	}
	s.text = slices.Insert(s.text, signed.issuer, serialize(signature)...)
	signed.el.InsertChildAt(1, signature)
	return nil
}
