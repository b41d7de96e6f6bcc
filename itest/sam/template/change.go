package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

func decodeStrictly(data []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(target)
}

// ReadWith reads a template's file with one passage of it replaced, for tests that
// must see a check fail. The passage must occur exactly once after the line that
// begins with the anchor, which may be empty; of several occurrences behind an
// anchor the first is meant.
func ReadWith(path, anchor, old, new string) (*Template, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text := string(data)
	start := 0
	if anchor != "" {
		start = strings.Index(text, "\n"+anchor)
	}
	if start < 0 {
		return nil, fmt.Errorf("no line begins with %q", anchor)
	}
	if anchor == "" && strings.Count(text, old) != 1 {
		return nil, fmt.Errorf("%q occurs %d times", old, strings.Count(text, old))
	}
	if !strings.Contains(text[start:], old) {
		return nil, fmt.Errorf("no %q after %q", old, anchor)
	}
	return Parse([]byte(text[:start] + strings.Replace(text[start:], old, new, 1)))
}
