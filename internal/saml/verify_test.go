package saml_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	_ "crypto/sha1" // to sign what must be refused
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"github.com/gatepost/gatepost/internal/saml"
)

func TestASignatureThatOthersMadeVerifies(t *testing.T) {
	current, next := loadKey(t, "current"), loadKey(t, "next")
	doc, err := saml.Read(readFile(t, "foreign-signed.xml")) // by xmlsec1, of another layout
	must(t, err)
	must(t, doc.VerifySignature([][]byte{current.cert.Raw}))
	must(t, doc.VerifySignature([][]byte{next.cert.Raw, current.cert.Raw}))
	for name, certs := range map[string][][]byte{"another certificate": {next.cert.Raw}, "no certificate": nil} {
		err = doc.VerifySignature(certs)
		if !errors.Is(err, saml.ErrSignature) {
			t.Errorf("%s: got %v, want ErrSignature", name, err)
		}
	}
	err = doc.VerifySignature([][]byte{{1, 2, 3}})
	if !errors.Is(err, saml.ErrKey) {
		t.Errorf("a certificate that is none: got %v, want ErrKey", err)
	}
}

func TestEveryByteOfASignedAssertionMatters(t *testing.T) {
	certs := [][]byte{loadKey(t, "current").cert.Raw}
	xml := readFile(t, "response.xml")
	start := bytes.Index(xml, []byte("<saml:Assertion "))
	keyInfo := bytes.Index(xml, []byte("<ds:KeyInfo>")) // says who signed, and is not believed
	subject := bytes.Index(xml, []byte("<saml:Subject>"))
	for at := start; at < len(xml)-len("</samlp:Response>"); at++ {
		if at > keyInfo && at < subject {
			continue
		}
		changed := bytes.Clone(xml)
		changed[at] ^= 1
		doc, err := saml.Read(changed)
		if err != nil {
			continue
		}
		err = doc.VerifySignature(certs)
		if !errors.Is(err, saml.ErrSignature) {
			t.Errorf("byte %d changed to %q: got %v, want ErrSignature", at, changed[at], err)
		}
	}
}

func TestACommentInANameChangesNothing(t *testing.T) {
	xml := bytes.Replace(readFile(t, "response.xml"), []byte("u-7f3k"), []byte("u-7<!-- -->f3k"), 1)
	doc, err := saml.Read(xml)
	must(t, err)
	err = doc.VerifySignature([][]byte{loadKey(t, "current").cert.Raw})
	if err != nil || doc.Assertions[0].NameID != "u-7f3k" {
		t.Errorf("got %v for %q, want a signature over the whole name", err, doc.Assertions[0].NameID)
	}
}

// wrap is a response taken apart: the tree and its signed assertion.
type wrap struct {
	root, assertion, signature *etree.Element
}

// evil is the assertion with another name and ID.
func (w wrap) evil() *etree.Element {
	el := w.assertion.Copy()
	el.CreateAttr("ID", "_evil")
	el.FindElement(".//NameID").SetText("admin")
	return el
}

func take(t testing.TB, name string) (*etree.Document, wrap) {
	t.Helper()
	document := etree.NewDocument()
	must(t, document.ReadFromBytes(readFile(t, name)))
	document.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	root := document.Root()
	assertion := root.SelectElement("saml:Assertion")
	return document, wrap{root, assertion, assertion.SelectElement("ds:Signature")}
}

func TestSignatureWrappingIsRefused(t *testing.T) {
	certs := [][]byte{loadKey(t, "current").cert.Raw}
	without := func(el *etree.Element) *etree.Element {
		el.RemoveChild(el.SelectElement("ds:Signature"))
		return el
	}
	for _, test := range []struct {
		name string
		want string // part of the error; empty when nothing is changed
		move func(wrap)
	}{
		{"nothing is changed", "", func(wrap) {}},
		{"an evil assertion stands before the signed one", "more than one assertion", func(w wrap) { w.root.InsertChildAt(1, without(w.evil())) }},
		{"an evil assertion stands after the signed one", "more than one assertion", func(w wrap) { w.root.AddChild(without(w.evil())) }},
		{"an evil assertion stands inside the signed one", `inside "saml:Assertion"`, func(w wrap) { w.assertion.AddChild(without(w.evil())) }},
		{"the signed assertion stands inside an evil one", `inside "saml:Assertion"`, func(w wrap) {
			evil := without(w.evil())
			w.root.AddChild(evil)
			evil.AddChild(w.assertion)
		}},
		{"the signed assertion stands inside an evil one that took its signature", `inside "saml:Assertion"`, func(w wrap) {
			evil := without(w.evil())
			w.root.AddChild(evil)
			evil.InsertChildAt(1, w.signature)
			evil.AddChild(w.assertion)
		}},
		{"the signed assertion is an object of the signature", `inside "ds:Object"`, func(w wrap) {
			evil := without(w.evil())
			w.root.AddChild(evil)
			evil.InsertChildAt(1, w.signature)
			w.signature.CreateElement("ds:Object").AddChild(w.assertion)
		}},
		{"the signed assertion is hidden in extensions", `inside "samlp:Extensions"`, func(w wrap) {
			evil := without(w.evil())
			w.root.AddChild(evil)
			evil.InsertChildAt(1, w.signature)
			w.root.CreateElement("samlp:Extensions").AddChild(w.assertion)
		}},
		{"the signed assertion is hidden in a response", `inside "samlp:Response"`, func(w wrap) {
			evil := w.evil()
			w.root.AddChild(evil)
			inner := w.root.CreateElement("samlp:Response")
			inner.AddChild(w.assertion)
		}},
		{"the signed assertion is gone", "not over the element", func(w wrap) {
			w.root.AddChild(w.evil())
			w.root.RemoveChild(w.assertion)
		}},
		{"there is no assertion", "no assertion", func(w wrap) { w.root.RemoveChild(w.assertion) }},
		{"there is no signature", `no "Signature"`, func(w wrap) { w.assertion.RemoveChild(w.signature) }},
		{"there are two signatures", `more than one "Signature"`, func(w wrap) { w.assertion.AddChild(w.signature.Copy()) }},
		{"the signature stands with the response", `no "Signature"`, func(w wrap) { w.root.InsertChildAt(1, w.signature) }},
		{"the signature stands below the subject", `inside "saml:Subject"`, func(w wrap) {
			w.assertion.SelectElement("saml:Subject").AddChild(w.signature)
		}},
		{"the response has a signature over the assertion", "not over the element", func(w wrap) { w.root.InsertChildAt(1, w.signature.Copy()) }},
		{"the assertion has no ID", "not over the element", func(w wrap) { w.assertion.RemoveAttr("ID") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			document, w := take(t, "response.xml")
			test.move(w)
			xml, err := document.WriteToBytes()
			must(t, err)
			doc, err := saml.Read(xml)
			must(t, err)
			checkRefusal(t, doc.VerifySignature(certs), test.want)
		})
	}
}

func checkRefusal(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("got %v, want it to verify", err)
	case want != "" && (!errors.Is(err, saml.ErrSignature) || !strings.Contains(err.Error(), want)):
		t.Errorf("got %v, want ErrSignature and %q", err, want)
	}
}

func TestTheResponsesOwnSignatureCountsToo(t *testing.T) {
	certs := [][]byte{loadKey(t, "current").cert.Raw}
	xml := readFile(t, "response-both.xml")
	for name, test := range map[string]struct{ from, to, want string }{
		"nothing is changed":                                {"", "", ""},
		"the destination is changed":                        {`Destination="https://signin.aws`, `Destination="https://signin.evil`, "response"},
		"the status is changed":                             {"status:Success", "status:Requester", "response"},
		"the assertion, which both signatures are over, is": {"u-7f3k", "admin", "assertion"},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := saml.Read(bytes.Replace(xml, []byte(test.from), []byte(test.to), 1))
			must(t, err)
			checkRefusal(t, doc.VerifySignature(certs), test.want)
		})
	}
}

// TestOnlyTheSignaturesOfSAMLAreTaken signs each odd SignedInfo with the right
// key, so that nothing but the rule refuses it.
func TestOnlyTheSignaturesOfSAMLAreTaken(t *testing.T) {
	pair := loadKey(t, "current")
	algorithm := func(path, value string) func(*etree.Element) {
		return func(info *etree.Element) { info.FindElement(path).CreateAttr("Algorithm", value) }
	}
	for _, test := range []struct {
		name  string
		hash  crypto.Hash
		spoil func(info *etree.Element)
		want  string
	}{
		{"nothing is odd", crypto.SHA256, func(*etree.Element) {}, ""},
		{"RSA with SHA-512", crypto.SHA512, algorithm("ds:SignatureMethod", dsig.RSASHA512SignatureMethod), ""},
		{"RSA with SHA-384", crypto.SHA384, algorithm("ds:SignatureMethod", dsig.RSASHA384SignatureMethod), ""},
		{"RSA with SHA-1", crypto.SHA1, algorithm("ds:SignatureMethod", dsig.RSASHA1SignatureMethod), "signature method"},
		{"HMAC", crypto.SHA256, algorithm("ds:SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"), "signature method"},
		{"a digest of SHA-1", crypto.SHA256, algorithm("ds:Reference/ds:DigestMethod", "http://www.w3.org/2000/09/xmldsig#sha1"), "digest method"},
		{"a digest of SHA-384 that is not one", crypto.SHA256, algorithm("ds:Reference/ds:DigestMethod", "http://www.w3.org/2001/04/xmldsig-more#sha384"), "differs"},
		{"inclusive canonicalisation of the SignedInfo", crypto.SHA256, algorithm("ds:CanonicalizationMethod", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"), "canonicalisation"},
		{"canonicalisation with comments", crypto.SHA256, algorithm("ds:Reference/ds:Transforms/ds:Transform[2]", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"), "canonicalisation"},
		{"an XPath transform", crypto.SHA256, algorithm("ds:Reference/ds:Transforms/ds:Transform[1]", "http://www.w3.org/TR/1999/REC-xpath-19991116"), "transforms"},
		{"a third transform", crypto.SHA256, func(info *etree.Element) {
			info.FindElement("ds:Reference/ds:Transforms").CreateElement("ds:Transform")
		}, "transforms"},
		{"one transform", crypto.SHA256, func(info *etree.Element) { info.FindElement("ds:Reference/ds:Transforms").RemoveChildAt(1) }, "transforms"},
		{"no transforms", crypto.SHA256, func(info *etree.Element) { info.FindElement("ds:Reference").RemoveChildAt(0) }, `no "Transforms"`},
		{"a reference to the whole document", crypto.SHA256, func(info *etree.Element) { info.FindElement("ds:Reference").CreateAttr("URI", "") }, "not over the element"},
		{"a reference to something else", crypto.SHA256, func(info *etree.Element) { info.FindElement("ds:Reference").CreateAttr("URI", "#_response-1") }, "not over the element"},
		{"a second reference", crypto.SHA256, func(info *etree.Element) { info.AddChild(info.FindElement("ds:Reference").Copy()) }, `more than one "Reference"`},
		{"no reference", crypto.SHA256, func(info *etree.Element) { info.RemoveChild(info.FindElement("ds:Reference")) }, `no "Reference"`},
		{"a digest of no bytes", crypto.SHA256, func(info *etree.Element) { info.FindElement("ds:Reference/ds:DigestValue").SetText("") }, "differs"},
		{"a digest that is not base64", crypto.SHA256, func(info *etree.Element) { info.FindElement("ds:Reference/ds:DigestValue").SetText("*") }, "base64"},
	} {
		t.Run(test.name, func(t *testing.T) {
			document, w := take(t, "response.xml")
			info := w.signature.SelectElement("ds:SignedInfo")
			test.spoil(info)
			w.signature.SelectElement("ds:SignatureValue").SetText(signInfo(t, info, test.hash, pair.key))
			xml, err := document.WriteToBytes()
			must(t, err)
			doc, err := saml.Read(xml)
			must(t, err)
			checkRefusal(t, doc.VerifySignature([][]byte{pair.cert.Raw}), test.want)
		})
	}
}

// TestAnAssertionWithoutAnIDCannotBeReferredTo signs one rightly, by a reference
// to the empty ID.
func TestAnAssertionWithoutAnIDCannotBeReferredTo(t *testing.T) {
	pair := loadKey(t, "current")
	document, w := take(t, "response.xml")
	w.assertion.RemoveAttr("ID")
	info := w.signature.SelectElement("ds:SignedInfo")
	info.FindElement("ds:Reference").CreateAttr("URI", "#")
	content := w.assertion.Copy()
	content.RemoveChildAt(w.signature.Index())
	form, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(content)
	must(t, err)
	digest := sha256.Sum256(form)
	info.FindElement("ds:Reference/ds:DigestValue").SetText(base64.StdEncoding.EncodeToString(digest[:]))
	w.signature.SelectElement("ds:SignatureValue").SetText(signInfo(t, info, crypto.SHA256, pair.key))
	xml, err := document.WriteToBytes()
	must(t, err)
	doc, err := saml.Read(xml)
	must(t, err)
	checkRefusal(t, doc.VerifySignature([][]byte{pair.cert.Raw}), "not over the element")
}

// signInfo is the signature of a SignedInfo, in base64.
func signInfo(t testing.TB, info *etree.Element, hash crypto.Hash, key *rsa.PrivateKey) string {
	t.Helper()
	lone := info.Copy()
	lone.CreateAttr("xmlns:ds", dsig.Namespace)
	form, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(lone)
	must(t, err)
	h := hash.New()
	h.Write(form)
	signature, err := rsa.SignPKCS1v15(nil, key, hash, h.Sum(nil))
	must(t, err)
	return base64.StdEncoding.EncodeToString(signature)
}

func TestAPreparedDocumentHasNoSignatureYet(t *testing.T) {
	pair := loadKey(t, "current")
	_, err := saml.Prepare(good(), saml.SigningOptions{Certificate: pair.cert}, func(doc *saml.Document) error {
		return doc.VerifySignature([][]byte{pair.cert.Raw})
	})
	if !errors.Is(err, saml.ErrSignature) {
		t.Errorf("got %v, want ErrSignature", err)
	}
	err = new(saml.Document).VerifySignature([][]byte{pair.cert.Raw})
	if !errors.Is(err, saml.ErrSignature) {
		t.Errorf("got %v for an empty document, want ErrSignature", err)
	}
}
