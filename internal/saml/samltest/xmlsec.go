package samltest

import (
	"bytes"
	"os/exec"
	"testing"
)

// VerifyXMLSec fails t unless xmlsec1 verifies the signature of the assertion,
// and that of the response where there is one, with the public key of a
// certificate in PEM. As a control, a copy with one byte changed must fail.
func VerifyXMLSec(t testing.TB, xml, certPEM []byte) {
	t.Helper()
	program := tool(t, "xmlsec1")
	cert := write(t, "cert.pem", certPEM)
	for _, place := range signed(xml) {
		out, err := verify(t, program, cert, place, xml)
		if err != nil {
			t.Errorf("xmlsec1 refuses the signature at %s: %v\n%s", place, err, out)
		}
		_, err = verify(t, program, cert, place, tampered(t, xml))
		if err == nil {
			t.Errorf("control: xmlsec1 takes the signature at %s with a byte changed", place)
		}
	}
}

const (
	inResponse  = "/*[local-name()='Response']/*[local-name()='Signature']"
	inAssertion = "/*[local-name()='Response']/*[local-name()='Assertion']/*[local-name()='Signature']"
)

// signed is where signatures must be. One before the assertion is the
// response's.
func signed(xml []byte) []string {
	head, _, _ := bytes.Cut(xml, []byte(":Assertion "))
	if bytes.Contains(head, []byte(":Signature ")) {
		return []string{inAssertion, inResponse}
	}
	return []string{inAssertion}
}

// verify gives xmlsec1 the key alone: it would try the certificate inside the
// signature first, and not trust it.
func verify(t testing.TB, program, cert, place string, xml []byte) ([]byte, error) {
	t.Helper()
	command := exec.Command(program, "--verify", "--enabled-key-data", "rsa", "--pubkey-cert-pem", cert,
		"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:Response",
		"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
		"--node-xpath", place, write(t, "response.xml", xml))
	return command.CombinedOutput()
}

// tampered is xml with one byte of the assertion's NameID changed.
func tampered(t testing.TB, xml []byte) []byte {
	t.Helper()
	at := bytes.Index(xml, []byte("</saml:NameID>"))
	if at < 1 {
		t.Fatal("the response has no NameID to change")
	}
	changed := bytes.Clone(xml)
	changed[at-1] ^= 1
	return changed
}
