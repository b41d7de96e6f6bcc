package saml_test

import (
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/growtest"
	"github.com/gatepost/gatepost/internal/saml"
)

func TestTheWorkOfReadingAResponseGrowsWithIt(t *testing.T) {
	for name, of := range map[string][3]string{
		"elements": {"<a>", "<b/>", "</a>"}, "depth": {"", "<a>", ""}, "prefixes": {"<a ", `xmlns:a="b" `, "/>"}, "attributes": {"<a ", `b="c" `, "/>"},
		"comments": {"<a>", "<!-- -->", "</a>"}, "text": {"<a>", "b", "</a>"}, "references": {"<a>", "&amp;", "</a>"}, "instructions": {"<a>", "<?b c?>", "</a>"},
		"a name": {"<", "a", "/>"}, "CDATA": {"<a>", "<![CDATA[b]]>", "</a>"}, "beginnings": {"", "<", ""}, "prefixes of each": {"<a>", `<b xmlns:c="d"/>`, "</a>"},
	} {
		t.Run(name, func(t *testing.T) {
			growtest.Linear(t, func(n int) string { return of[0] + strings.Repeat(of[1], n/len(of[1])) + of[2] }, func(xml []byte) { _, _ = saml.Read(xml) })
		})
	}
}
