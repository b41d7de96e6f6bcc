package reqctx

import (
	"fmt"
	"net/http"
	"strings"
)

// Form reads a posted form of at most most bytes, in which each field stands at
// most once. Fields come from the body alone: a password in an address would end
// in logs. The error wraps [ErrQuery] and quotes no value.
func Form(w http.ResponseWriter, r *http.Request, most int64) (map[string]string, error) {
	r.Body = http.MaxBytesReader(w, r.Body, most)
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if strings.TrimSpace(kind) != "application/x-www-form-urlencoded" {
		return nil, fmt.Errorf("%w: the form is not application/x-www-form-urlencoded", ErrQuery)
	}
	err := r.ParseForm()
	if err != nil {
		return nil, fmt.Errorf("%w: the form cannot be read, or is longer than %d KiB", ErrQuery, most>>10)
	}
	return Single(r.PostForm)
}
