package plan

import (
	"strings"
)

// expand puts values in the places of {name}. What follows a dollar sign, such as
// ${user.email}, is a template of another kind and stays. The reason is empty
// unless a brace stands for nothing.
func expand(template string, values map[string]string) (text, reason string) {
	var b strings.Builder
	rest := template
	for {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			b.WriteString(rest)
			return b.String(), ""
		}
		name, after, closed := strings.Cut(rest[open+1:], "}")
		value, known := values[name]
		switch {
		case !closed:
			return "", "has a { without its }"
		case open > 0 && rest[open-1] == '$':
			b.WriteString(rest[:open] + "{" + name + "}")
		case known:
			b.WriteString(rest[:open] + value)
		default:
			return "", "has an unknown placeholder {" + name + "}"
		}
		rest = after
	}
}
