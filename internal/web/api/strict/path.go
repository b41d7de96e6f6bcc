package strict

import (
	"strconv"
	"strings"
)

// member is the path of a member of an object. A name that would be misread in a
// path stands in brackets and quotes.
func member(path, name string) string {
	if !plain(name) {
		return path + "[" + strconv.Quote(clip(name)) + "]"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func plain(name string) bool {
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return false
		}
	}
	return name != "" && len(name) <= maxName
}

// maxName is the longest name that is quoted in full, in bytes.
const maxName = 64

func clip(name string) string {
	if len(name) <= maxName {
		return name
	}
	return strings.ToValidUTF8(name[:maxName], "") + "…"
}

// Pointer is the JSON pointer (RFC 6901) of a path such as roles[0].role_arn or
// attributes["cost center"]. A path that is none is the whole as one name.
func Pointer(path string) string {
	var b strings.Builder
	for rest := path; rest != ""; {
		name, after, ok := first(rest)
		if !ok {
			return "/" + escape(path)
		}
		b.WriteString("/" + escape(name))
		rest = after
	}
	return b.String()
}

// first takes the first step off a path.
func first(path string) (string, string, bool) {
	path = strings.TrimPrefix(path, ".")
	if inside, found := strings.CutPrefix(path, "["); found {
		return bracket(inside)
	}
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		end = len(path)
	}
	return path[:end], path[end:], end > 0
}

func bracket(inside string) (string, string, bool) {
	quoted, err := strconv.QuotedPrefix(inside)
	if err == nil {
		name, err := strconv.Unquote(quoted)
		rest, closed := strings.CutPrefix(inside[len(quoted):], "]")
		return name, rest, err == nil && closed
	}
	index, rest, closed := strings.Cut(inside, "]")
	return index, rest, closed
}

func escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }
