package saml

import (
	"crypto"
	"crypto/rsa"
	_ "crypto/sha512" // for digests of foreign responses
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// VerifySignature checks the signature of the assertion, and that of the response
// where there is one, with the certificates that the issuer's metadata names, in
// DER. The dates of a certificate are not looked at: IAM never does.
//
// What is verified is what was read: the one assertion, a child of the root, with
// its signature as its own child and a reference to it alone. Any other place for
// an assertion or a signature is refused, so that nothing can be wrapped around or
// slipped in beside what was signed. Errors wrap [ErrSignature], and [ErrKey] when
// a certificate cannot be used.
func (d *Document) VerifySignature(certs [][]byte) error {
	if d.root == nil {
		return fmt.Errorf("%w: there is no document", ErrSignature)
	}
	keys, err := publicKeys(certs)
	if err != nil {
		return err
	}
	assertion, err := onlyAssertion(d.root)
	if err != nil {
		return err
	}
	err = onlyPlaces(d.root, assertion)
	if err != nil {
		return err
	}
	err = verifyElement(assertion, keys)
	if err != nil {
		return fmt.Errorf("assertion %q: %w", value(assertion, "ID"), err)
	}
	if d.Signatures > 0 {
		err = verifyElement(d.root, keys)
		if err != nil {
			return fmt.Errorf("response %q: %w", d.ID, err)
		}
	}
	return nil
}

func publicKeys(certs [][]byte) ([]*rsa.PublicKey, error) {
	keys := make([]*rsa.PublicKey, 0, len(certs))
	for _, der := range certs {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("%w: read certificate: %w", ErrKey, err)
		}
		key, err := signingKey(certificate)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// onlyAssertion is the one assertion that is a child of root.
func onlyAssertion(root *etree.Element) (*etree.Element, error) {
	var assertion *etree.Element
	for el := range root.ChildElementsSeq() {
		if !is(el, nsAssertion, "Assertion") {
			continue
		}
		if assertion != nil {
			return nil, fmt.Errorf("%w: more than one assertion", ErrSignature)
		}
		assertion = el
	}
	if assertion == nil {
		return nil, fmt.Errorf("%w: no assertion", ErrSignature)
	}
	return assertion, nil
}

// onlyPlaces refuses an assertion anywhere but where it was read, and a
// signature anywhere but right below it or the root.
func onlyPlaces(root, assertion *etree.Element) error {
	var walk func(parent *etree.Element) error
	walk = func(parent *etree.Element) error {
		for el := range parent.ChildElementsSeq() {
			misplaced := is(el, nsAssertion, "Assertion") && el != assertion ||
				is(el, nsSignature, "Signature") && parent != root && parent != assertion
			if misplaced {
				return fmt.Errorf("%w: %q inside %q", ErrSignature, el.FullTag(), parent.FullTag())
			}
			err := walk(el)
			if err != nil {
				return err
			}
		}
		return nil
	}
	return walk(root)
}

// verifyElement checks the enveloped signature that is el's own child.
func verifyElement(el *etree.Element, keys []*rsa.PublicKey) error {
	signature, err := child(el, dsig.SignatureTag)
	if err != nil {
		return err
	}
	info, err := child(signature, dsig.SignedInfoTag)
	if err != nil {
		return err
	}
	ref, err := readReference(info)
	if err != nil {
		return err
	}
	if ref.uri != "#"+value(el, "ID") || ref.uri == "#" {
		return fmt.Errorf("%w: it is over %q, not over the element it stands in", ErrSignature, ref.uri)
	}
	digest, err := digestWithout(el, signature, ref)
	if err != nil {
		return err
	}
	if string(digest) != string(ref.digest) {
		return fmt.Errorf("%w: the content differs from what was signed", ErrSignature)
	}
	return verifyInfo(signature, info, ref, keys)
}

// digestWithout is the digest of el as the reference says, with its own
// signature left out.
func digestWithout(el, signature *etree.Element, ref *reference) ([]byte, error) {
	whole := detach(el)
	whole.RemoveChildAt(signature.Index())
	return digest(whole, ref.digestMethod, ref.prefixes)
}

func verifyInfo(signature, info *etree.Element, ref *reference, keys []*rsa.PublicKey) error {
	encoded, err := child(signature, dsig.SignatureValueTag)
	if err != nil {
		return err
	}
	raw, err := decodeText(encoded)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	sum, err := digest(detach(info), ref.signatureMethod, ref.infoPrefixes)
	if err != nil {
		return err
	}
	for _, key := range keys {
		err = rsa.VerifyPKCS1v15(key, ref.signatureMethod, sum, raw)
		if err == nil {
			return nil
		}
	}
	return fmt.Errorf("%w: it was not made by the key of any of %d certificates", ErrSignature, len(keys))
}

func digest(el *etree.Element, hash crypto.Hash, prefixes string) ([]byte, error) {
	canonicalizer := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixes)
	form, err := canonicalizer.Canonicalize(el)
	if err != nil {
		return nil, fmt.Errorf("%w: canonicalise: %w", ErrSignature, err)
	}
	h := hash.New()
	h.Write(form)
	return h.Sum(nil), nil
}

// detach is a copy of el that declares the namespaces in scope itself, so that it
// means the same on its own.
func detach(el *etree.Element) *etree.Element {
	lone := el.Copy()
	declared := make(map[string]bool)
	for ancestor := el; ancestor != nil; ancestor = ancestor.Parent() {
		for _, a := range ancestor.Attr {
			if !declaration(a) || declared[a.FullKey()] {
				continue
			}
			declared[a.FullKey()] = true
			if ancestor != el {
				lone.CreateAttr(a.FullKey(), a.Value)
			}
		}
	}
	return lone
}

// child is the one child of parent with this tag in the signature's namespace.
func child(parent *etree.Element, tag string) (*etree.Element, error) {
	var found *etree.Element
	for el := range parent.ChildElementsSeq() {
		if !is(el, nsSignature, tag) {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%w: more than one %q in %q", ErrSignature, tag, parent.FullTag())
		}
		found = el
	}
	if found == nil {
		return nil, fmt.Errorf("%w: no %q in %q", ErrSignature, tag, parent.FullTag())
	}
	return found, nil
}

// decodeText is the binary that el holds as base64, white space aside.
func decodeText(el *etree.Element) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text(el)), ""))
	if err != nil {
		return nil, fmt.Errorf("%q is not base64: %w", el.FullTag(), err)
	}
	return raw, nil
}
