package saml

import (
	"strings"
	"time"

	"github.com/beevik/etree"
)

// Namespaces of the documents.
const (
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsMetadata  = "urn:oasis:names:tc:SAML:2.0:metadata"
	nsSignature = "http://www.w3.org/2000/09/xmldsig#"
)

// Prefixes that our own documents use for them.
const (
	prefixAssertion = "saml"
	prefixProtocol  = "samlp"
	prefixMetadata  = "md"
	prefixSignature = "ds"
)

// instantLayout is an instant in UTC. Nobody should rely on more than
// milliseconds: [SAMLCore] 1.3.3.
const instantLayout = "2006-01-02T15:04:05.000Z"

func instant(t time.Time) string { return t.UTC().Format(instantLayout) }

// declare is the attribute that binds prefix to a namespace.
func declare(prefix, namespace string) etree.Attr {
	return etree.Attr{Space: "xmlns", Key: prefix, Value: namespace}
}

func attribute(key, value string) etree.Attr {
	return etree.Attr{Key: key, Value: value}
}

// node is a new last child of parent. Attributes must be given in canonical
// order: declarations first, then by name.
func node(parent *etree.Element, prefix, tag string, attrs ...etree.Attr) *etree.Element {
	el := &etree.Element{Space: prefix, Tag: tag, Attr: attrs}
	if parent != nil {
		parent.AddChild(el)
	}
	return el
}

// leaf is a new last child of parent that holds text.
func leaf(parent *etree.Element, prefix, tag, text string, attrs ...etree.Attr) *etree.Element {
	el := node(parent, prefix, tag, attrs...)
	if text != "" {
		el.AddChild(etree.NewText(text))
	}
	return el
}

// is reports whether el is the element tag of a namespace.
func is(el *etree.Element, namespace, tag string) bool {
	return el.Tag == tag && el.NamespaceURI() == namespace
}

// text is all the character data of el. Comments split text into pieces and
// are passed over, as canonicalisation does: reading only the first piece would
// make a signed "user@example.com<!---->.evil" somebody else.
func text(el *etree.Element) string {
	if len(el.Child) == 1 {
		if data, ok := el.Child[0].(*etree.CharData); ok {
			return data.Data
		}
	}
	var out []byte
	for _, token := range el.Child {
		if data, ok := token.(*etree.CharData); ok {
			out = append(out, data.Data...)
		}
	}
	return string(out)
}

// value is the value of el's attribute without a namespace, empty when absent.
func value(el *etree.Element, key string) string {
	for i := range el.Attr {
		if el.Attr[i].Space == "" && el.Attr[i].Key == key {
			return el.Attr[i].Value
		}
	}
	return ""
}

// readInstant is zero when s is not an xs:dateTime with a time zone. Go's parser
// would also take an hour of one digit and a comma before the fraction.
func readInstant(s string) time.Time {
	const hourEnd = len("2006-01-02T15")
	if len(s) <= hourEnd || s[hourEnd] != ':' || strings.Contains(s, ",") {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
