package console

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// readForm reads a posted form, with or without files, of at most maxForm bytes.
// Each field and each file stands in it at most once. The error wraps
// [reqctx.ErrQuery] and quotes no value.
func readForm(w http.ResponseWriter, r *http.Request) (fields map[string]string, files map[string][]byte, err error) {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if strings.TrimSpace(kind) != "multipart/form-data" {
		fields, err = reqctx.Form(w, r, maxForm)
		return fields, nil, err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, fmt.Errorf("%w: the form cannot be read", reqctx.ErrQuery)
	}
	fields, files = map[string]string{}, map[string][]byte{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, files, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%w: the form cannot be read, or is longer than %d KiB", reqctx.ErrQuery, maxForm>>10)
		}
		err = take(part, fields, files)
		if err != nil {
			return nil, nil, err
		}
	}
}

func take(part *multipart.Part, fields map[string]string, files map[string][]byte) error {
	name := part.FormName()
	data, err := io.ReadAll(part)
	if err != nil {
		return fmt.Errorf("%w: the form cannot be read, or is longer than %d KiB", reqctx.ErrQuery, maxForm>>10)
	}
	_, twice := fields[name]
	_, twiceAsFile := files[name]
	switch {
	case twice || twiceAsFile:
		return fmt.Errorf("%w: %q is given twice", reqctx.ErrQuery, name)
	case part.FileName() != "":
		files[name] = data
	case !utf8.Valid(data) || !utf8.ValidString(name):
		return fmt.Errorf("%w: %q is not UTF-8", reqctx.ErrQuery, name)
	default:
		fields[name] = string(data)
	}
	return nil
}
