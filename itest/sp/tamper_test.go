package sp

import (
	"encoding/base64"
	"regexp"
	"testing"
)

// The places where one byte is changed: each finds the byte in the document.
var (
	inNameID    = regexp.MustCompile(`<saml:NameID[^>]*>(.)`)
	inAttribute = regexp.MustCompile(`alice(@)example\.com`)
	inSignature = regexp.MustCompile(`<ds:SignatureValue[^>]*>\s*[A-Za-z0-9+/]{40}([A-Za-z0-9+/])`)
	inIssuer    = regexp.MustCompile(`<saml:Assertion.*?<saml:Issuer[^>]*>.{12}(.)`)
	// Outside of the assertion: only a signature over the response sees it.
	inResponseID = regexp.MustCompile(`<samlp:Response [^>]*\bID="_.{8}(.)`)
)

// tamper changes the one byte that the place captures and nothing else.
func tamper(t testing.TB, encoded string, place *regexp.Regexp) string {
	t.Helper()
	document := decode(t, encoded)
	at := place.FindSubmatchIndex(document)
	if at == nil {
		t.Fatalf("the response has no place %s", place)
	}
	if document[at[2]] == 'x' {
		document[at[2]] = 'y'
	} else {
		document[at[2]] = 'x'
	}
	return base64.StdEncoding.EncodeToString(document)
}

func decode(t testing.TB, encoded string) []byte {
	t.Helper()
	document, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return document
}
