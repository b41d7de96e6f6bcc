package saml

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// Released is a signed response that may leave: its signatures were checked.
type Released struct {
	xml []byte
}

// XML is the document as it is sent, in UTF-8. The caller must not change it.
func (r *Released) XML() []byte { return r.xml }

// Base64 is the value of the form field SAMLResponse: [SAMLBind] 3.5.4.
func (r *Released) Base64() string { return base64.StdEncoding.EncodeToString(r.xml) }

// Release checks the bytes that will be sent with the public certificate: each
// signature stands where it should, says nothing but what it should, and fits. It
// returns an error that wraps [ErrSignature] when anything differs, whether the
// key signed wrongly or the document changed.
func (s *Signed) Release() (*Released, error) {
	if s.prepared == nil {
		return nil, fmt.Errorf("%w: nothing was signed", ErrSignature)
	}
	p := s.prepared
	assertion, err := cutAssertion(s.text)
	if err != nil {
		return nil, err
	}
	err = p.checkSigned(assertion, p.assertionID)
	if err != nil {
		return nil, fmt.Errorf("check assertion %q: %w", p.assertionID, err)
	}
	if p.both {
		err = p.checkSigned(s.text, p.responseID)
		if err != nil {
			return nil, fmt.Errorf("check response %q: %w", p.responseID, err)
		}
	}
	return &Released{xml: s.text}, nil
}

// cutAssertion is the text of the one assertion in a response.
func cutAssertion(xml []byte) ([]byte, error) {
	const open, end = "<saml:Assertion ", "</saml:Assertion>"
	start := bytes.Index(xml, []byte(open))
	stop := bytes.LastIndex(xml, []byte(end))
	if start < 0 || stop < start || bytes.Count(xml, []byte(open)) != 1 {
		return nil, fmt.Errorf("%w: the response has not one assertion", ErrSignature)
	}
	return xml[start : stop+len(end)], nil
}

// checkSigned checks the signature of an element that is given as canonical
// text. The digest is taken over that text, and the only signature that passes
// is the one with that digest and ID, this certificate, and a value that the
// public key confirms.
func (p *Prepared) checkSigned(element []byte, id string) error {
	start := bytes.Index(element, []byte(issuerEnd)) + len(issuerEnd)
	size := signatureSize(id, p.certificate, p.key)
	if start+size > len(element) {
		return fmt.Errorf("%w: the signature is cut short", ErrSignature)
	}
	signature := element[start : start+size]

	digest := sha256.New()
	digest.Write(element[:start])
	digest.Write(element[start+size:])
	info := signedInfo(id, digest.Sum(nil))
	want := []byte(signatureOpen + signedInfoOpen + info + signatureValue)
	value, ok := bytes.CutPrefix(signature, want)
	if !ok {
		return fmt.Errorf("%w: it is not over the document that would be sent", ErrSignature)
	}
	rest := []byte(keyInfo + base64.StdEncoding.EncodeToString(p.certificate.Raw) + signatureEnd)
	value, ok = bytes.CutSuffix(value, rest)
	if !ok {
		return fmt.Errorf("%w: it does not carry the certificate", ErrSignature)
	}
	raw, err := base64.StdEncoding.DecodeString(string(value))
	if err != nil {
		return fmt.Errorf("%w: its value is not base64: %w", ErrSignature, err)
	}
	hash := sha256.Sum256([]byte(signedInfoNS + info))
	err = rsa.VerifyPKCS1v15(p.key, crypto.SHA256, hash[:], raw)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return nil
}

// signedInfo is the canonical text of what a signature states about an element,
// without its opening tag.
func signedInfo(id string, digest []byte) string {
	return referenceOpen + id + transforms + base64.StdEncoding.EncodeToString(digest) + signedInfoEnd
}
