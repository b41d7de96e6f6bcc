package saml

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// nested is a document of so many elements, each of which declares prefixes of its
// own around the next.
func nested(elements, prefixes int) []byte {
	var b strings.Builder
	for i := range elements {
		fmt.Fprintf(&b, "<e")
		for j := range prefixes {
			fmt.Fprintf(&b, ` xmlns:p%d_%d="urn:x"`, i, j)
		}
		b.WriteString(">")
	}
	b.WriteString(strings.Repeat("</e>", elements))
	return []byte(b.String())
}

// What is looked through at each element must not grow with the document.
func TestADocumentOfManyPrefixesIsRefused(t *testing.T) {
	_, err := parse(nested(30, 1))
	if err != nil {
		t.Errorf("30 prefixes: %v", err)
	}
	_, err = parse(nested(30, 30))
	if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "prefixes") {
		t.Errorf("900 prefixes: got %v", err)
	}
}

// Reading is measured in bytes that it allocates, which are the same on any machine.
func TestTwiceTheDocumentIsTwiceTheWork(t *testing.T) {
	siblings := func(n int) []byte {
		return []byte(`<e xmlns:a="urn:a">` + strings.Repeat(`<a:f xmlns:b="urn:b" xmlns:c="urn:c" b:x="1"/>`, n) + "</e>")
	}
	work := func(n int) float64 {
		document := siblings(n)
		return testing.AllocsPerRun(3, func() {
			_, err := parse(document)
			if err != nil {
				t.Error(err)
			}
		})
	}
	if one, two := work(1000), work(2000); two > 2.2*one {
		t.Errorf("%.0f allocations, of twice the document %.0f", one, two)
	}
}
