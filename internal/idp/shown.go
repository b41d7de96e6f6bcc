package idp

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Shown is s with an escape such as \u202e in place of each character that is
// [Hidden], but for those in keep, and \xff for bytes that are no UTF-8: so a text
// that was stored before its rule, or was never checked, such as a browser's name for
// itself, is read without steering the terminal or the page that it is read on.
func Shown(s, keep string) string {
	return escape(s, func(b *strings.Builder, r rune, raw string) {
		switch {
		case strings.ContainsRune(keep, r):
			b.WriteRune(r)
		case r == utf8.RuneError:
			fmt.Fprintf(b, `\x%02x`, raw)
		case r > 0xFFFF:
			fmt.Fprintf(b, `\U%08x`, r)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	})
}

// ShownJSON is [Shown] for a text of JSON, which says the same afterwards: where
// characters are hidden they stand inside its strings, which have an escape for each.
// What is not seen in JSON itself, its line breaks, is kept.
func ShownJSON(text string) string {
	return escape(text, func(b *strings.Builder, r rune, raw string) {
		switch {
		case r == '\n', r == '\t', r == '\r', r == utf8.RuneError:
			b.WriteString(raw)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	})
}

// escape has write put something in the place of each character that is hidden, and
// of each byte that is no UTF-8, which it gets as utf8.RuneError.
func escape(s string, write func(b *strings.Builder, r rune, raw string)) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if Hidden(r) || r == utf8.RuneError && size == 1 {
			b.WriteString(s[done:i])
			write(&b, r, s[i:i+size])
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}
