package page

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// written is the page that a template makes of data. What is not seen of a text, such
// as a name that was stored before it would have been refused, stands there as its
// escape, so that it steers nothing; in attributes, such as the value of a field, it
// is kept, since forms send it back.
func written(set *template.Template, data any) ([]byte, error) {
	var body bytes.Buffer
	err := set.Execute(&body, data)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	if !bytes.ContainsFunc(body.Bytes(), func(r rune) bool { return unseen(r) || turned(r) }) {
		return body.Bytes(), nil
	}
	var shown bytes.Buffer
	apart := false // what comes stands apart already, or where no tag may stand
	for text := body.String(); text != ""; {
		words, rest, found := strings.Cut(text, "<")
		words = idp.Shown(words, layout)
		if !apart {
			words = rightToLeft.ReplaceAllString(words, "<bdi>$0</bdi>")
		}
		shown.WriteString(words)
		if !found {
			break
		}
		tag, after, closed := strings.Cut(rest, ">")
		shown.WriteString("<" + tag)
		if closed {
			shown.WriteByte('>')
		}
		text = after
		name, _, _ := strings.Cut(tag, " ")
		apart = slices.Contains([]string{"bdi", "title", "option", "script", "style"}, name)
		if name == "textarea" {
			value, end, _ := strings.Cut(after, "</textarea>")
			shown.WriteString(value)
			text = "</textarea>" + end
		}
	}
	return shown.Bytes(), nil
}

// rightToLeft are words that are written from right to left, as a name is that
// programs put into a sentence: signs between them that parted names may have, such
// as commas, end it.
var rightToLeft = regexp.MustCompile(`[` + turning + `](?:[ .'\pM-]*[` + turning + `])*\pM*`)

// turning are the blocks of characters that are written from right to left.
//
// See https://www.unicode.org/reports/tr9/#Bidirectional_Character_Types.
const turning = `\x{0590}-\x{08FF}\x{FB1D}-\x{FDFF}\x{FE70}-\x{FEFE}\x{10800}-\x{10FFF}\x{1E800}-\x{1EFFF}`

// turned is a quick look for what rightToLeft finds: all of it stands at or beyond
// the first of these blocks, where a page without names has little.
func turned(r rune) bool {
	return r >= 0x0590 && r <= 0x08FF || r >= 0xFB1D && r <= 0xFEFE || r >= 0x10800 && r <= 0x1EFFF
}

// layout is what is not seen of a page itself.
const layout = "\n\r\t"

func unseen(r rune) bool { return idp.Hidden(r) && !strings.ContainsRune(layout, r) }
