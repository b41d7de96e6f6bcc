package plan

import (
	"bytes"
	"fmt"
)

// checkForm refuses before anything parses it, what no file of
// ours needs and what costs a parser far more than its length: directives, of which
// each is compared with all before it, and other encodings than UTF-8, which spell
// the same in a way that a reader of the file does not see. A line that begins with %
// is refused wherever it stands; within a text it is indented.
func checkForm(data []byte) error {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return wholeFile("is UTF-16 (line 1)", "save it as UTF-8")
		}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	for at := 0; ; at++ {
		next := bytes.IndexByte(data[at:], '%')
		if next < 0 {
			return nil
		}
		at += next
		if at == 0 || endsLine(data[:at]) {
			reason := fmt.Sprintf("has a directive (line %d)", linesIn(data[:at])+1)
			return wholeFile(reason, "take the lines that begin with % away, or put blanks before text")
		}
	}
}

// breaks end lines, in YAML 1.1.
var breaks = [][]byte{[]byte("\n"), []byte("\r"), []byte("\u0085"), []byte("\u2028"), []byte("\u2029")}

func endsLine(before []byte) bool {
	for _, end := range breaks {
		if bytes.HasSuffix(before, end) {
			return true
		}
	}
	return false
}

func linesIn(before []byte) int {
	n := -bytes.Count(before, []byte("\r\n"))
	for _, end := range breaks {
		n += bytes.Count(before, end)
	}
	return n
}
