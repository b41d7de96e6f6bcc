package page

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// headerLines writes headers sorted, one a line.
func headerLines(h http.Header) string {
	var lines []string
	for name, values := range h {
		for _, v := range values {
			lines = append(lines, fmt.Sprintf("%s: %s\n", name, v))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
