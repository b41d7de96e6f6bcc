package saml_test

import (
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/saml/samltest"
)

// hostile are texts that careless writers of XML change: markup, quotes, white
// space that readers normalise, and the corners of production [2] Char.
var hostile = []string{
	`<saml:NameID>admin</saml:NameID>`,
	`</saml:AttributeValue><saml:AttributeValue>x`,
	`<!--`, `-->`, `<!-- x -->`, `<![CDATA[x]]>`, `]]>`, `<?xml?>`,
	`&`, `&amp;`, `&amp;amp;`, `&#10;`, `&lt;`, `"`, `'`, `"'<>&`, `a=b`,
	"a\tb", "a\nb", "a\rb", "a\r\nb", "a\n\rb", "a b", "a  b", "a\tb\nc\rd", "a\r\r\nb",
	"a\u0085b", "a\u2028b", "a\u2029b", "a\u00a0b", "\u200b", "\u202e", "\ufeff",
	"\u007f", "\u0080", "\u009f", "\ud7ff", "\ue000", "\ufffd",
	"\U00010000", "\U0001f600", "\U0001fffe", "\U0010ffff",
	"e\u0301", "\u00e9", "ﬁ", "İ", "$1 ${x} {{.}} %s %00",
}

// refused are texts that XML 1.0 cannot carry, and those that service providers trim.
var refused = []string{
	"\x00", "a\x00b", "\x01", "\b", "\v", "\f", "\x1b", "\x1f", "\ufffe", "\uffff",
	"\x80", "a\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82",
	" ", "\t", "\r\n", " a", "a ", "a\n", "\u00a0a", "a\u3000", "\u0085", "\u2028", "a\u2029",
}

// fields are the places of a specification that take free text.
var fields = map[string]func(*saml.Response, string){
	"NameID":                  func(r *saml.Response, s string) { r.NameID = s },
	"NameIDFormat":            func(r *saml.Response, s string) { r.NameIDFormat = s },
	"Audiences[0]":            func(r *saml.Response, s string) { r.Audiences[0] = s },
	"AuthnContext":            func(r *saml.Response, s string) { r.AuthnContext = s },
	"SessionIndex":            func(r *saml.Response, s string) { r.SessionIndex = s },
	"Attributes[0].Name":      func(r *saml.Response, s string) { r.Attributes[0].Name = s },
	"Attributes[0].Values[0]": func(r *saml.Response, s string) { r.Attributes[0].Values[0] = s },
}

func TestHostileTextIsCarriedExactly(t *testing.T) {
	pair := loadKey(t, "current")
	for _, text := range hostile {
		for field, set := range fields {
			spec := good()
			set(&spec, text)
			checkCarried(t, spec, pair, field+" "+text)
		}
	}
}

func TestTextThatWouldBeReadOtherwiseIsRefused(t *testing.T) {
	pair := loadKey(t, "current")
	for _, text := range refused {
		for field, set := range fields {
			spec := good()
			set(&spec, text)
			_, err := saml.Prepare(spec, saml.SigningOptions{Certificate: pair.cert}, accept)
			var problems idp.Problems
			if !errors.As(err, &problems) || problems[0].Field != field {
				t.Errorf("%s %q: got %v, want a problem with the field", field, text, err)
			}
		}
	}
}

// checkCarried issues spec and fails t unless it verifies and reads back as it
// was, byte for byte.
func checkCarried(t testing.TB, spec saml.Response, pair keyPair, what string) *saml.Released {
	t.Helper()
	released := issue(t, spec, pair, false)
	doc, err := saml.Read(released.XML())
	if err != nil {
		t.Fatalf("%q: %v", what, err)
	}
	err = doc.VerifySignature([][]byte{pair.cert.Raw})
	if err != nil {
		t.Errorf("%q: %v", what, err)
	}
	want := documentOf(spec)
	want.Size, want.Assertions[0].Signatures = doc.Size, 1
	if got := exported(*doc); !reflect.DeepEqual(got, want) {
		t.Errorf("%q: read back\n%+v\nwant\n%+v", what, got, want)
	}
	return released
}

// TestOthersReadHostileTextAlike asks xmlsec1 about all of it at once: a parser
// that changed one character would find another digest.
func TestOthersReadHostileTextAlike(t *testing.T) {
	pair := loadKey(t, "current")
	spec := good()
	spec.Attributes = append(spec.Attributes, saml.Attribute{Name: "hostile", Values: hostile})
	for _, text := range hostile {
		spec.Attributes = append(spec.Attributes, saml.Attribute{Name: text, Values: []string{text + "x" + text}})
	}
	samltest.VerifyXMLSec(t, issue(t, spec, pair, true).XML(), pair.pem)
}

// TestAnyTextIsCarriedOrRefused is the property behind the tables: whatever the
// text, it comes back as it was or nothing is signed.
func TestAnyTextIsCarriedOrRefused(t *testing.T) {
	pair := loadKey(t, "current")
	anything := rapid.OneOf(
		rapid.String(),
		rapid.StringOf(rapid.Rune()),
		rapid.StringOf(rapid.SampledFrom([]rune("<>&\"'\t\n\r]-! \u0085\u2028\x00\ufffe\ufffd"))),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
	rapid.Check(t, func(rt *rapid.T) {
		spec := good()
		texts := make([]string, 0, len(fields))
		for field, set := range fields {
			text := anything.Draw(rt, field)
			texts = append(texts, text)
			set(&spec, text)
		}
		checkText(t, spec, pair, texts)
	})
}

func FuzzText(f *testing.F) {
	for _, text := range append(hostile, refused...) {
		f.Add(text, text)
	}
	pair := loadKey(f, "current")
	f.Fuzz(func(t *testing.T, name, text string) {
		spec := good()
		spec.NameID, spec.Attributes[0].Name, spec.Attributes[1].Values[0] = name, name, text
		checkText(t, spec, pair, []string{name, text})
	})
}

// checkText wants spec refused when one of its texts cannot be carried, and else
// carried.
func checkText(t testing.TB, spec saml.Response, pair keyPair, texts []string) {
	t.Helper()
	carriable := spec.NameID != "" && spec.NameIDFormat != "" && spec.Audiences[0] != "" && spec.AuthnContext != "" &&
		spec.SessionIndex != "" && spec.Attributes[0].Name != ""
	for _, text := range texts {
		carriable = carriable && idp.XMLText(text) && !idp.BlankEnds(text)
	}
	if carriable {
		checkCarried(t, spec, pair, "drawn")
		return
	}
	_, err := saml.Prepare(spec, saml.SigningOptions{Certificate: pair.cert}, accept)
	var problems idp.Problems
	if !errors.As(err, &problems) {
		t.Errorf("got %v for %q, want problems", err, texts)
	}
}
