package awsfed

import (
	"strings"
	"unicode"
)

// The character sets of AWS's patterns, written as functions: they run on every
// launch, where a regular expression would cost more than all other checks.

// isWordByte is \w, - and the dot: what names of SAML providers are made of.
func isWordByte(b byte) bool {
	switch {
	case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9':
		return true
	}
	return b == '_' || b == '-' || b == '.'
}

// isNameByte is [\w+=,.@-]: what names of roles and of role sessions are made
// of.
func isNameByte(b byte) bool {
	return isWordByte(b) || b == '+' || b == '=' || b == ',' || b == '@'
}

// isPathByte is what the path of a role is made of: U+0021 to U+007E.
func isPathByte(b byte) bool { return b > ' ' && b < 0x7F }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// isTagRune is [\p{L}\p{Z}\p{N}_.:/=+\-@]: what session tags are made of.
func isTagRune(r rune) bool {
	if r < 0x80 {
		b := byte(r)
		return isWordByte(b) || b == ' ' || b == ':' || b == '/' || b == '=' || b == '+' || b == '@'
	}
	return unicode.In(r, unicode.L, unicode.Z, unicode.N)
}

func allBytes(s string, in func(byte) bool) bool {
	for i := range len(s) {
		if !in(s[i]) {
			return false
		}
	}
	return true
}

func allRunes(s string, in func(rune) bool) bool {
	for _, r := range s {
		if !in(r) {
			return false
		}
	}
	return true
}

// hasReservedPrefix reports whether s begins with aws:, in any case, which AWS
// keeps for itself.
func hasReservedPrefix(s string) bool {
	return hasPrefixFold(s, "aws:")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
