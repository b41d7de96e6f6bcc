package saml

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
)

// Algorithms of the signatures that are made here.
const (
	algExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
	algEnveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	algRSASHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	algSHA256    = "http://www.w3.org/2001/04/xmlenc#sha256"
)

// minKeyBits is the smallest RSA key that may sign.
const minKeyBits = 2048

// The canonical text of a signature, in the pieces between its variable parts.
// goxmldsig makes the signature; this text is what it must come out as. It gives
// the exact size before there is a signature, and lets the self-check see that
// what is sent says nothing but what it should.
const (
	signatureOpen  = `<ds:Signature xmlns:ds="` + nsSignature + `">`
	signedInfoOpen = `<ds:SignedInfo>`
	signedInfoNS   = `<ds:SignedInfo xmlns:ds="` + nsSignature + `">` // as it is when it stands alone to be signed
	referenceOpen  = `<ds:CanonicalizationMethod Algorithm="` + algExclusive + `"></ds:CanonicalizationMethod>` +
		`<ds:SignatureMethod Algorithm="` + algRSASHA256 + `"></ds:SignatureMethod>` +
		`<ds:Reference URI="#`
	digestOpen = `"><ds:Transforms>` +
		`<ds:Transform Algorithm="` + algEnveloped + `"></ds:Transform>` +
		`<ds:Transform Algorithm="` + algExclusive + `"></ds:Transform>` +
		`</ds:Transforms><ds:DigestMethod Algorithm="` + algSHA256 + `"></ds:DigestMethod><ds:DigestValue>`
	signedInfoEnd = `</ds:DigestValue></ds:Reference></ds:SignedInfo>`
	valueOpen     = `<ds:SignatureValue>`
	keyInfoOpen   = `</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>`
	signatureEnd  = `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`
)

// signedInfo is the canonical text of what a signature states about an element,
// without its opening tag.
func signedInfo(id string, digest []byte) string {
	return referenceOpen + id + digestOpen + base64.StdEncoding.EncodeToString(digest) + signedInfoEnd
}

// signatureSize is the length in bytes of the signature of a part.
func (p *Prepared) signatureSize(signed part) int {
	const fixed = len(signatureOpen + signedInfoOpen + referenceOpen + digestOpen + signedInfoEnd + valueOpen + keyInfoOpen + signatureEnd)
	return fixed + len(signed.id) +
		base64.StdEncoding.EncodedLen(sha256.Size) +
		base64.StdEncoding.EncodedLen(p.key.Size()) +
		base64.StdEncoding.EncodedLen(len(p.certificate.Raw))
}

// signingKey is the public key of a certificate that may vouch for signatures.
func signingKey(certificate *x509.Certificate) (*rsa.PublicKey, error) {
	if certificate == nil {
		return nil, fmt.Errorf("%w: no certificate", ErrKey)
	}
	key, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w: the certificate of %q has a key of type %T", ErrKey, certificate.Subject, certificate.PublicKey)
	}
	if key.N.BitLen() < minKeyBits {
		return nil, fmt.Errorf("%w: the key of certificate %q has %d bits", ErrKey, certificate.Subject, key.N.BitLen())
	}
	return key, nil
}
