package saml

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
)

// Released is a signed response that may leave: its signatures were checked.
type Released struct {
	xml []byte
}

// XML is the document as it is sent, in UTF-8. The caller must not change it.
func (r *Released) XML() []byte { return r.xml }

// Base64 is the value of the form field SAMLResponse: [SAMLBind] 3.5.4.
func (r *Released) Base64() string { return base64.StdEncoding.EncodeToString(r.xml) }

// Release checks the bytes that will be sent with the public certificate: they
// are those that were judged, and signatures that stand where they should, say
// nothing but what they should, and fit. It returns an error that wraps
// [ErrSignature] when anything differs, whether the key signed wrongly or the
// document changed.
func (s *Signed) Release() (*Released, error) {
	p := s.prepared
	if p == nil {
		return nil, fmt.Errorf("%w: nothing was signed", ErrSignature)
	}
	if len(s.text) != p.size() {
		return nil, fmt.Errorf("%w: the signed response has %d bytes and should have %d", ErrSignature, len(s.text), p.size())
	}
	var err error
	rest := s.text
	if p.both {
		rest, err = p.check(rest, p.response)
		if err != nil {
			return nil, fmt.Errorf("check response %q: %w", p.response.id, err)
		}
	}
	rest, err = p.check(rest, p.assertion)
	if err != nil {
		return nil, fmt.Errorf("check assertion %q: %w", p.assertion.id, err)
	}
	if !bytes.Equal(rest, p.text) {
		return nil, fmt.Errorf("%w: the document is not the one that was judged", ErrSignature)
	}
	return &Released{xml: s.text}, nil
}

// check takes the signature of a part out of text, checks it over what is left,
// and returns that. The digest is taken afresh, and the only signature that passes
// states that digest and the part's ID, carries the certificate, and has a value
// that the public key confirms.
func (p *Prepared) check(text []byte, signed part) ([]byte, error) {
	end := signed.issuer + p.signatureSize(signed)
	signature := text[signed.issuer:end]
	rest := slices.Concat(text[:signed.issuer], text[end:])

	digest := sha256.Sum256(rest[signed.start : len(rest)-signed.tail])
	info := signedInfo(signed.id, digest[:])
	value, ok := bytes.CutPrefix(signature, []byte(signatureOpen+signedInfoOpen+info+valueOpen))
	if !ok {
		return nil, fmt.Errorf("%w: it is not over what would be sent", ErrSignature)
	}
	certificate := base64.StdEncoding.EncodeToString(p.certificate.Raw)
	value, ok = bytes.CutSuffix(value, []byte(keyInfoOpen+certificate+signatureEnd))
	if !ok {
		return nil, fmt.Errorf("%w: it does not carry the certificate", ErrSignature)
	}
	raw, err := base64.StdEncoding.DecodeString(string(value))
	if err != nil {
		return nil, fmt.Errorf("%w: its value is not base64: %w", ErrSignature, err)
	}
	hash := sha256.Sum256([]byte(signedInfoNS + info))
	err = rsa.VerifyPKCS1v15(p.key, crypto.SHA256, hash[:], raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return rest, nil
}
