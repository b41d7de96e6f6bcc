package page

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode"
)

// tones is how many colours of monogram the stylesheet has: .tone-0 to .tone-7.
const tones = 8

// Connector is a connector as a tile or a heading shows it: by its image or,
// without one, by a monogram in a colour of its own.
type Connector struct {
	Slug  string
	Label string
	Image string // path of the image on this site; empty for a monogram
}

// Tone is the CSS class of the monogram's colour. It follows from the slug, so
// that a connector keeps its colour when it is renamed.
func (c Connector) Tone() string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(c.Slug))
	return "tone-" + strconv.Itoa(int(h.Sum32()%tones))
}

// Monogram is one or two letters that stand for the label. A leading "AWS" is
// passed over, since it would make every tile the same.
func (c Connector) Monogram() string {
	words := strings.FieldsFunc(c.Label, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) > 1 && strings.EqualFold(words[0], "aws") {
		words = words[1:]
	}
	switch len(words) {
	case 0:
		return "•"
	case 1:
		return initial(words[0], 2)
	}
	return initial(words[0], 1) + initial(words[1], 1)
}

// initial is the first n letters of a word, the first one in upper case.
func initial(word string, n int) string {
	letters := []rune(word)
	letters = letters[:min(n, len(letters))]
	letters[0] = unicode.ToUpper(letters[0])
	return string(letters)
}
