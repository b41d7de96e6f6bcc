package saml

import "github.com/beevik/etree"

// serialize writes el as canonical XML, provided that it is built in canonical
// form: only elements, attributes in order, and text. It is written beside the
// canonicaliser that signs, not with it, so that [Signed.Release] compares two
// opinions of what the document is.
//
// See https://www.w3.org/TR/xml-c14n, 2.3.
func serialize(el *etree.Element) []byte {
	return appendElement(make([]byte, 0, 4<<10), el)
}

func appendElement(out []byte, el *etree.Element) []byte {
	out = append(out, '<')
	out = appendName(out, el.Space, el.Tag)
	for i := range el.Attr {
		out = append(out, ' ')
		out = appendName(out, el.Attr[i].Space, el.Attr[i].Key)
		out = append(out, '=', '"')
		out = appendEscaped(out, el.Attr[i].Value, attributeEscape)
		out = append(out, '"')
	}
	out = append(out, '>')
	for _, token := range el.Child {
		switch t := token.(type) {
		case *etree.Element:
			out = appendElement(out, t)
		case *etree.CharData:
			out = appendEscaped(out, t.Data, textEscape)
		}
	}
	out = append(out, '<', '/')
	out = appendName(out, el.Space, el.Tag)
	return append(out, '>')
}

func appendName(out []byte, prefix, local string) []byte {
	if prefix != "" {
		out = append(out, prefix...)
		out = append(out, ':')
	}
	return append(out, local...)
}

// appendEscaped writes the characters that escape names as references, and all
// others as they are.
func appendEscaped(out []byte, s string, escape func(byte) string) []byte {
	done := 0
	for i := range len(s) {
		if s[i] > '>' {
			continue // past the last one that is ever escaped
		}
		reference := escape(s[i])
		if reference != "" {
			out = append(out, s[done:i]...)
			out = append(out, reference...)
			done = i + 1
		}
	}
	return append(out, s[done:]...)
}

func textEscape(b byte) string {
	switch b {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '\r':
		return "&#xD;"
	}
	return ""
}

func attributeEscape(b byte) string {
	switch b {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '"':
		return "&quot;"
	case '\t':
		return "&#x9;"
	case '\n':
		return "&#xA;"
	case '\r':
		return "&#xD;"
	}
	return ""
}
