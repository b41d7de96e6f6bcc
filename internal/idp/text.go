package idp

import (
	"unicode"
	"unicode/utf8"
)

// XMLText reports whether XML 1.0 can carry s unchanged: valid UTF-8 made only
// of the characters of production [2] Char. Writers replace anything else by
// U+FFFD and sign that, so two different people could get the same signed
// identity; such text is refused, never cleaned.
//
// See https://www.w3.org/TR/xml/#charsets.
func XMLText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !xmlChar(r) {
			return false
		}
	}
	return true
}

func xmlChar(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return true
	case r < 0x20, r == 0xFFFE, r == 0xFFFF:
		return false
	}
	return true
}

// checkText adds a problem when s is longer than most characters, cannot be
// carried by XML, or holds characters that a person cannot see: controls, line
// breaks, and the invisible or direction-changing ones that make one name look
// like another.
func (ps *Problems) checkText(field, s string, least, most int) {
	n := utf8.RuneCountInString(s)
	switch {
	case !XMLText(s):
		ps.add(field, s, "has a character that XML cannot carry", "remove control characters and invalid UTF-8")
	case hasHidden(s):
		ps.add(field, s, "has a control, invisible or direction-changing character", "type it again without copied formatting")
	case n < least:
		ps.add(field, s, "is missing", "give it a value")
	case n > most:
		ps.add(field, s, "is too long", atMost(most))
	}
}

func hasHidden(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return true
		}
	}
	return false
}
