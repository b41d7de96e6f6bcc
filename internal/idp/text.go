package idp

import (
	"strings"
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

// BlankEnds reports whether s begins or ends with white space, or is nothing else.
// Service providers take it off, each in its own way, and then know another person
// than the one who was signed; such text is refused, never trimmed.
func BlankEnds(s string) bool { return strings.TrimSpace(s) != s }

// CheckText tells why s cannot be stored as a text of at least least and at most
// most characters; there is nothing to tell of one that can. Refused is what XML
// cannot carry, what has blank ends, and what steers how it and its neighbours are
// read: controls and line breaks, characters that are not seen or that change the
// direction of writing, and marks that would be written over what stands before. It
// is the rule for every text that people and programs may choose.
func CheckText(field, s string, least, most int) Problems {
	var ps Problems
	ps.checkText(field, s, least, most)
	return ps
}

func (ps *Problems) checkText(field, s string, least, most int) {
	n := utf8.RuneCountInString(s)
	switch {
	case !XMLText(s):
		ps.add(field, s, "has a character that XML cannot carry", "remove control characters and invalid UTF-8")
	case strings.ContainsFunc(s, Hidden):
		ps.add(field, s, "has a control, invisible or direction-changing character", "type it again without copied formatting")
	case overwrites(s):
		ps.add(field, s, "has marks that are written over what stands before", "begin with a letter, and put a few accents on one at most")
	case n < least:
		ps.add(field, s, "is missing", "give it a value")
	case BlankEnds(s):
		ps.add(field, s, "begins or ends with a blank", "take the blanks away")
	case n > most:
		ps.add(field, s, "is too long", atMost(most))
	}
}

// plainText reports whether nothing in s steers how it is read.
func plainText(s string) bool {
	return XMLText(s) && !strings.ContainsFunc(s, Hidden) && !overwrites(s)
}

// Hidden reports whether r is not seen as a character of its own where a text is
// shown: controls, line breaks, formats such as those that change the direction of
// writing, fillers and variation selectors (Unicode's Default_Ignorable_Code_Point),
// and letters that are blank. Private characters are whatever a font makes of them.
//
// See https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point.
func Hidden(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7F
	}
	return unicode.In(r, unicode.C, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point,
		unicode.Variation_Selector, unicode.Noncharacter_Code_Point, blanks)
}

// blanks are characters that are no spaces and look as if nothing were there: the
// braille pattern without dots, the object replacement, the Egyptian, Khitan and
// musical blanks.
var blanks = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x2800, Hi: 0x2800, Stride: 1}, {Lo: 0xFFFC, Hi: 0xFFFC, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x13441, Hi: 0x13442, Stride: 1}, {Lo: 0x16FE4, Hi: 0x16FE4, Stride: 1}, {Lo: 0x1D159, Hi: 0x1D159, Stride: 1}},
}

// maxMarks is how many marks one letter has at most: no language needs more.
//
// See https://www.unicode.org/reports/tr39/#Optional_Detection.
const maxMarks = 4

// overwrites reports whether marks of s reach beyond its own letters.
func overwrites(s string) bool {
	marks := maxMarks // at the beginning there is no letter yet
	for _, r := range s {
		switch {
		case !unicode.Is(unicode.M, r):
			marks = 0
		case marks == maxMarks:
			return true
		default:
			marks++
		}
	}
	return false
}
