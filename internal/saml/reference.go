package saml

import (
	"crypto"
	"fmt"
	"slices"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// reference is what a SignedInfo states, when it is of the one kind that SAML
// allows: one reference, enveloped, exclusive C14N ([SAMLCore] 5.4).
type reference struct {
	uri             string
	digest          []byte
	digestMethod    crypto.Hash
	signatureMethod crypto.Hash
	prefixes        string // InclusiveNamespaces of the content's exclusive C14N
	infoPrefixes    string // and of the SignedInfo's own
}

func readReference(info *etree.Element) (*reference, error) {
	c14n, err := child(info, dsig.CanonicalizationMethodTag)
	if err != nil {
		return nil, err
	}
	method, err := child(info, dsig.SignatureMethodTag)
	if err != nil {
		return nil, err
	}
	ref, err := child(info, dsig.ReferenceTag)
	if err != nil {
		return nil, err
	}
	r := &reference{uri: value(ref, dsig.URIAttr)}
	r.infoPrefixes, err = exclusivePrefixes(c14n)
	if err != nil {
		return nil, err
	}
	r.signatureMethod, err = signatureHash(value(method, dsig.AlgorithmAttr))
	if err != nil {
		return nil, err
	}
	err = r.readDigest(ref)
	if err != nil {
		return nil, err
	}
	return r, r.readTransforms(ref)
}

func (r *reference) readDigest(ref *etree.Element) error {
	method, err := child(ref, dsig.DigestMethodTag)
	if err != nil {
		return err
	}
	r.digestMethod, err = digestHash(value(method, dsig.AlgorithmAttr))
	if err != nil {
		return err
	}
	encoded, err := child(ref, dsig.DigestValueTag)
	if err != nil {
		return err
	}
	r.digest, err = decodeText(encoded)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return nil
}

// readTransforms takes the two transforms of SAML in their order. Others could
// leave parts of the content unsigned.
func (r *reference) readTransforms(ref *etree.Element) error {
	transforms, err := child(ref, dsig.TransformsTag)
	if err != nil {
		return err
	}
	list := slices.Collect(transforms.ChildElementsSeq())
	if len(list) != 2 || !is(list[0], nsSignature, dsig.TransformTag) || !is(list[1], nsSignature, dsig.TransformTag) ||
		value(list[0], dsig.AlgorithmAttr) != algEnveloped {
		return fmt.Errorf("%w: the transforms are not enveloped-signature and exclusive C14N", ErrSignature)
	}
	r.prefixes, err = exclusivePrefixes(list[1])
	return err
}

// exclusivePrefixes is the prefix list of an exclusive canonicalisation; other
// algorithms are refused.
func exclusivePrefixes(method *etree.Element) (string, error) {
	algorithm := value(method, dsig.AlgorithmAttr)
	if algorithm != algExclusive {
		return "", fmt.Errorf("%w: canonicalisation %q is not taken, only exclusive C14N", ErrSignature, algorithm)
	}
	for el := range method.ChildElementsSeq() {
		if is(el, algExclusive, dsig.InclusiveNamespacesTag) {
			return value(el, dsig.PrefixListAttr), nil
		}
	}
	return "", nil
}

// signatureHash is the hash of an RSA signature method. SHA-1 is not taken.
func signatureHash(algorithm string) (crypto.Hash, error) {
	switch algorithm {
	case algRSASHA256:
		return crypto.SHA256, nil
	case dsig.RSASHA384SignatureMethod:
		return crypto.SHA384, nil
	case dsig.RSASHA512SignatureMethod:
		return crypto.SHA512, nil
	}
	return 0, fmt.Errorf("%w: signature method %q is not taken, only RSA with SHA-256 or longer", ErrSignature, algorithm)
}

func digestHash(algorithm string) (crypto.Hash, error) {
	switch algorithm {
	case algSHA256:
		return crypto.SHA256, nil
	case "http://www.w3.org/2001/04/xmldsig-more#sha384":
		return crypto.SHA384, nil
	case "http://www.w3.org/2001/04/xmlenc#sha512":
		return crypto.SHA512, nil
	}
	return 0, fmt.Errorf("%w: digest method %q is not taken, only SHA-256 or longer", ErrSignature, algorithm)
}
