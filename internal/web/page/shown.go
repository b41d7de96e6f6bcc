package page

import (
	"bytes"
	"fmt"
	"html/template"
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
	if !bytes.ContainsFunc(body.Bytes(), unseen) {
		return body.Bytes(), nil
	}
	var shown bytes.Buffer
	for text := body.String(); text != ""; {
		words, rest, found := strings.Cut(text, "<")
		shown.WriteString(idp.Shown(words, layout))
		if !found {
			break
		}
		tag, after, closed := strings.Cut(rest, ">")
		shown.WriteString("<" + tag)
		if closed {
			shown.WriteByte('>')
		}
		text = after
		if strings.HasPrefix(tag, "textarea") {
			value, end, _ := strings.Cut(after, "</textarea>")
			shown.WriteString(value)
			text = "</textarea>" + end
		}
	}
	return shown.Bytes(), nil
}

// layout is what is not seen of a page itself.
const layout = "\n\r\t"

func unseen(r rune) bool { return idp.Hidden(r) && !strings.ContainsRune(layout, r) }
