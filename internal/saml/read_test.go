package saml_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/saml"
)

func TestReadSeesEverythingHoweverOften(t *testing.T) {
	doc, err := saml.Read(readFile(t, "foreign.xml"))
	must(t, err)
	at := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	want := saml.Document{
		ID: "r1", Version: "2.0", IssueInstant: at, Destination: "https://sp.example/acs", InResponseTo: "q1",
		Issuer: "https://idp.example/", Status: "urn:oasis:names:tc:SAML:2.0:status:Responder", Encrypted: 1,
		Assertions: []saml.Assertion{
			{
				ID: "a1", IssueInstant: at, Issuer: "https://idp.example/", NameID: "user@example.com.evil", NameIDFormat: "urn:x",
				Confirmations: []saml.Confirmation{
					{Method: saml.ConfirmationBearer, HasData: true, Recipient: "https://sp.example/acs", NotBefore: at, NotOnOrAfter: at.Add(time.Hour), InResponseTo: "q1", Address: "192.0.2.1"},
					{Method: "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"},
				},
				HasConditions: true, NotBefore: at.Add(-2 * time.Hour), NotOnOrAfter: at.Add(time.Hour),
				Audiences: []string{"urn:a", " urn:b\n"},
				Authn: []saml.Authn{
					{Instant: at, SessionIndex: "s1", SessionNotOnOrAfter: at.Add(8 * time.Hour), ContextClass: saml.AuthnUnspecified},
					{},
				},
				Attributes: []saml.Attribute{
					{Name: "one", Values: []string{"1", "", "3 & 4"}},
					{Name: "none"},
					{Name: "two", Values: []string{"in a second statement"}},
				},
			},
			{ID: "a2"},
		},
	}
	want.Size = doc.Size
	if got := exported(*doc); !reflect.DeepEqual(got, want) {
		t.Errorf("read\n%+v\nwant\n%+v", got, want)
	}
}

const (
	responseTag = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"`
	responseEnd = `</samlp:Response>`
)

func TestReadRefusesWhatHonestDocumentsDoNotHave(t *testing.T) {
	for _, test := range []struct {
		name string
		xml  string
		want error
	}{
		{"nothing", "", saml.ErrMalformed},
		{"text", "hello", saml.ErrMalformed},
		{"an end that is missing", responseTag + ">", saml.ErrMalformed},
		{"an end of something else", responseTag + "></saml:Response>", saml.ErrMalformed},
		{"a byte-order mark", "\ufeff" + responseTag + "/>", saml.ErrMalformed},
		{"invalid UTF-8", responseTag + ">\xff" + responseEnd, saml.ErrMalformed},
		{"another encoding", `<?xml version="1.0" encoding="ISO-8859-1"?>` + responseTag + "/>", saml.ErrMalformed},
		{"a document type", `<!DOCTYPE a>` + responseTag + "/>", saml.ErrMalformed},
		{"a document type with entities", `<!DOCTYPE a [<!ENTITY x "y">]>` + responseTag + ">&x;" + responseEnd, saml.ErrMalformed},
		{"an entity nobody declared", responseTag + ">&x;" + responseEnd, saml.ErrMalformed},
		{"a document type inside", responseTag + "><!DOCTYPE a>" + responseEnd, saml.ErrMalformed},
		{"an instruction before the root", `<?php echo 1?>` + responseTag + "/>", saml.ErrMalformed},
		{"an instruction inside", responseTag + "><?php echo 1?>" + responseEnd, saml.ErrMalformed},
		{"a declaration that comes late", "<!-- -->" + `<?xml version="1.0"?>` + responseTag + "/>", saml.ErrMalformed},
		{"an attribute that stands twice", responseTag + ` ID="a" ID="b"/>`, saml.ErrMalformed},
		{"an attribute that stands twice by its namespace", responseTag + ` xmlns:p="urn:p" xmlns:q="urn:p" p:a="1" q:a="2"/>`, saml.ErrMalformed},
		{"a declaration that stands twice", responseTag + ` xmlns:samlp="urn:x"/>`, saml.ErrMalformed},
		{"an ID that stands twice", responseTag + ` ID="a"><saml:Assertion ID="a"/>` + responseEnd, saml.ErrMalformed},
		{"an element of a prefix nobody declared", responseTag + "><x:y/>" + responseEnd, saml.ErrMalformed},
		{"an attribute of a prefix nobody declared", responseTag + ` x:y="1"/>`, saml.ErrMalformed},
		{"a prefix that is undeclared again", responseTag + ` xmlns:x=""/>`, saml.ErrMalformed},
		{"the prefix xml declared", responseTag + ` xmlns:xml="urn:x"/>`, saml.ErrMalformed},
		{"the prefix xmlns declared", responseTag + ` xmlns:xmlns="urn:x"/>`, saml.ErrMalformed},
		{"a name that begins with a colon", responseTag + "><:y/>" + responseEnd, saml.ErrMalformed},
		{"a name with two colons", responseTag + "><saml:a:b/>" + responseEnd, saml.ErrMalformed},
		{"a second root", responseTag + "/>" + responseTag + "/>", saml.ErrMalformed},
		{"text after the root", responseTag + "/>x", saml.ErrMalformed},
		{"an end too many", responseTag + "/></a>", saml.ErrMalformed},
		{"deep nesting", responseTag + ">" + strings.Repeat("<a>", 32) + strings.Repeat("</a>", 32) + responseEnd, saml.ErrMalformed},
		{"very many attributes", responseTag + manyAttributes(31) + "/>", saml.ErrMalformed},
		{"too many bytes", responseTag + "/>" + strings.Repeat(" ", saml.MaxInput), saml.ErrTooLarge},
		{"another document", `<a/>`, saml.ErrNotSAML},
		{"a response of no namespace", `<Response/>`, saml.ErrNotSAML},
		{"a response of SAML 1.1", `<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol"/>`, saml.ErrNotSAML},
		{"two issuers", responseTag + "><saml:Issuer/><saml:Issuer/>" + responseEnd, saml.ErrNotSAML},
		{"two statuses", responseTag + "><samlp:Status/><samlp:Status/>" + responseEnd, saml.ErrNotSAML},
		{"two status codes", responseTag + "><samlp:Status><samlp:StatusCode/><samlp:StatusCode/></samlp:Status>" + responseEnd, saml.ErrNotSAML},
		{"an assertion of two issuers", inAssertion("<saml:Issuer/><saml:Issuer/>"), saml.ErrNotSAML},
		{"two subjects", inAssertion("<saml:Subject/><saml:Subject/>"), saml.ErrNotSAML},
		{"two name IDs", inAssertion("<saml:Subject><saml:NameID/><saml:NameID/></saml:Subject>"), saml.ErrNotSAML},
		{"a confirmation of two data", inAssertion("<saml:Subject><saml:SubjectConfirmation><saml:SubjectConfirmationData/><saml:SubjectConfirmationData/></saml:SubjectConfirmation></saml:Subject>"), saml.ErrNotSAML},
		{"two conditions", inAssertion("<saml:Conditions/><saml:Conditions/>"), saml.ErrNotSAML},
		{"two audience restrictions", inAssertion("<saml:Conditions><saml:AudienceRestriction/><saml:AudienceRestriction/></saml:Conditions>"), saml.ErrNotSAML},
		{"two contexts of one sign-in", inAssertion("<saml:AuthnStatement><saml:AuthnContext/><saml:AuthnContext/></saml:AuthnStatement>"), saml.ErrNotSAML},
		{"two classes of one context", inAssertion("<saml:AuthnStatement><saml:AuthnContext><saml:AuthnContextClassRef/><saml:AuthnContextClassRef/></saml:AuthnContext></saml:AuthnStatement>"), saml.ErrNotSAML},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, err := saml.Read([]byte(test.xml))
			if doc != nil || !errors.Is(err, test.want) {
				t.Errorf("got %v and %v, want %v", doc, err, test.want)
			}
		})
	}
}

func inAssertion(content string) string {
	return responseTag + "><saml:Assertion>" + content + "</saml:Assertion>" + responseEnd
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d=""`, i)
	}
	return b.String()
}

func TestReadTakesTheLargestOfItsBounds(t *testing.T) {
	for name, xml := range map[string]string{
		"a declaration, comments and white space": `<?xml version="1.0" encoding="UTF-8"?>` + "\n<!-- -->" + responseTag + "/>\n<!-- -->\n",
		"31 levels below the root":                responseTag + ">" + strings.Repeat("<a>", 31) + strings.Repeat("</a>", 31) + responseEnd,
		"32 attributes":                           responseTag + manyAttributes(30) + "/>",
		"a megabyte":                              responseTag + "/>" + strings.Repeat(" ", saml.MaxInput-len(responseTag)-2),
		"a default namespace":                     `<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol"/>`,
	} {
		_, err := saml.Read([]byte(xml))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTimesThatCannotBeReadAreZero(t *testing.T) {
	for value, want := range map[string]time.Time{
		"2026-03-14T09:26:53Z":         time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC),
		"2026-03-14T09:26:53.5897932Z": time.Date(2026, 3, 14, 9, 26, 53, 589793200, time.UTC),
		"2026-03-14T10:26:53+01:00":    time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC),
		"2026-03-14T09:26:53":          {},
		"2026-03-14T9:26:53Z":          {},
		"2026-03-14T09:26:53,5Z":       {},
		"2026-02-30T09:26:53Z":         {},
		"yesterday":                    {},
		"":                             {},
	} {
		doc, err := saml.Read([]byte(responseTag + ` IssueInstant="` + value + `"/>`))
		must(t, err)
		if !doc.IssueInstant.Equal(want) || doc.IssueInstant.Location() != time.UTC {
			t.Errorf("%q is read as %v, want %v", value, doc.IssueInstant, want)
		}
	}
}

func TestDecode(t *testing.T) {
	long := strings.Repeat("A", saml.MaxInput)
	for _, test := range []struct {
		name  string
		value string
		want  string
		err   error
	}{
		{"base64", "PGE+PC9hPg==", "<a></a>", nil},
		{"base64 in lines", "PGE+\r\nPC9h\nPg==\n", "<a></a>", nil},
		{"nothing", "", "", saml.ErrMalformed},
		{"XML", "<a></a>", "", saml.ErrMalformed},
		{"base64 for URLs", "PGE-PC9hPg==", "", saml.ErrMalformed},
		{"base64 whose plus signs a form has eaten", "PGE PC9hPg==", "", saml.ErrMalformed},
		{"base64 without its padding", "PGE+PC9hPg", "", saml.ErrMalformed},
		{"base64 with bits left over", "PGE+PC9hPh==", "", saml.ErrMalformed},
		{"text after the padding", "PGE+PC9hPg==PGE+", "", saml.ErrMalformed},
		{"the longest", long, strings.Repeat("\x00", saml.MaxInput/4*3), nil},
		{"more than the longest", long + "AAAA", "", saml.ErrTooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := saml.Decode(test.value)
			if string(got) != test.want || !errors.Is(err, test.err) {
				t.Errorf("got %.40q and %v, want %.40q and %v", got, err, test.want, test.err)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("PGE+PC9hPg==")
	f.Add("PGE+\nPC9hPg==")
	f.Add("PGE+PC9hPh==")
	f.Add("")
	f.Fuzz(func(t *testing.T, value string) {
		xml, err := saml.Decode(value)
		if err != nil {
			if xml != nil || !errors.Is(err, saml.ErrMalformed) && !errors.Is(err, saml.ErrTooLarge) {
				t.Errorf("got %q and %v", xml, err)
			}
			return
		}
		if base64.StdEncoding.EncodeToString(xml) != strings.NewReplacer("\r", "", "\n", "").Replace(value) {
			t.Errorf("%q is not the base64 of what it was read as", value)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"response.xml", "response-both.xml", "response-full.xml", "foreign.xml", "foreign-signed.xml", "metadata-two.xml"} {
		f.Add(readFile(f, name))
	}
	certs := [][]byte{loadKey(f, "current").cert.Raw}
	genuine := map[string]bool{"u-7f3k": true, "foreign-user": true}
	f.Fuzz(func(t *testing.T, xml []byte) {
		doc, err := saml.Read(xml)
		if err != nil {
			if doc != nil || !errors.Is(err, saml.ErrMalformed) && !errors.Is(err, saml.ErrTooLarge) && !errors.Is(err, saml.ErrNotSAML) {
				t.Errorf("got %v and %v", doc, err)
			}
			return
		}
		err = doc.VerifySignature(certs)
		if err == nil && !genuine[doc.Assertions[0].NameID] {
			t.Errorf("a forgery for %q verifies:\n%s", doc.Assertions[0].NameID, xml)
		}
		again, err := saml.Read(bytes.Clone(xml))
		if err != nil || !reflect.DeepEqual(exported(*again), exported(*doc)) {
			t.Errorf("verifying changed the document, or reading is not the same twice: %v", err)
		}
	})
}

func TestIndentLaysOutWhatCanBeReadAndLeavesTheRest(t *testing.T) {
	for in, want := range map[string]string{
		"<a><b>x y</b><c/></a>": "<a>\n  <b>x y</b>\n  <c/>\n</a>\n",
		"<!DOCTYPE a><a/>":      "<!DOCTYPE a><a/>",
		"not XML":               "not XML",
	} {
		if got := string(saml.Indent([]byte(in))); got != want {
			t.Errorf("%q is laid out as %q, want %q", in, got, want)
		}
	}
}
