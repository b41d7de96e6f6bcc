package api

import (
	"strconv"
	"strings"
)

// detail is what an error of a known kind is about, and the kind's own words. What
// lies between the two tells how the store works, and stays inside.
func detail(err, kind error) string {
	subject := about(err.Error())
	if subject == kind.Error() || subject == "" {
		return kind.Error()
	}
	return subject + ": " + kind.Error()
}

// about is the beginning of an error's text, up to the first colon outside of
// quotes: connector "aws-a".
func about(text string) string {
	for i := 0; i < len(text); {
		if text[i] == '"' {
			quoted, err := strconv.QuotedPrefix(text[i:])
			if err == nil {
				i += len(quoted)
				continue
			}
		}
		if strings.HasPrefix(text[i:], ": ") {
			return text[:i]
		}
		i++
	}
	return text
}
