package api

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/gatepost/gatepost/internal/web/api/strict"
)

// maxBody is the longest body that is read, in bytes.
const maxBody = 1 << 20

// body is what a route is sent.
type body struct {
	kinds    []string     // media types; one that is not given is the first, for JSON
	shape    *huma.Schema // of JSON; nil for other media
	optional bool
}

const (
	jsonKind  = "application/json"
	patchKind = "application/merge-patch+json"
	csvKind   = "text/csv"
)

// readBody reads a body of one of the media types that the route takes. A route
// that takes none takes {} too, which is how many clients write nothing.
func readBody(w http.ResponseWriter, r *http.Request, takes *body) ([]byte, error) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Body == nil {
		return nil, nil
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, say(http.StatusRequestEntityTooLarge, "too-large", "The body is too large", fmt.Sprintf("the body is longer than %d bytes", maxBody), "send it in parts")
	case err != nil:
		return nil, say(http.StatusBadRequest, "malformed", "The body cannot be read", "the body did not arrive whole", "send it again")
	}
	if takes == nil {
		return nil, nothing(r, text)
	}
	if len(text) == 0 && takes.optional {
		return nil, nil
	}
	err = checkKind(r, takes.kinds)
	if err != nil {
		return nil, err
	}
	return text, nil
}

// nothing sees that a body says nothing.
func nothing(r *http.Request, text []byte) error {
	if len(text) == 0 {
		return nil
	}
	err := checkKind(r, []string{jsonKind})
	if err != nil {
		return err
	}
	_, err = strict.Decode[struct{}](text)
	return err
}

// checkKind sees that a body is of one of the media types. JSON needs no
// Content-Type; everything else is guessed at nowhere.
func checkKind(r *http.Request, kinds []string) error {
	headers := r.Header.Values("Content-Type")
	if len(headers) == 0 && kinds[0] == jsonKind {
		return nil
	}
	kind, parameters, err := mime.ParseMediaType(strings.Join(headers, ", "))
	charset := strings.ToLower(parameters["charset"])
	if err == nil && slices.Contains(kinds, kind) && (charset == "" || charset == "utf-8") {
		return nil
	}
	refused := say(http.StatusUnsupportedMediaType, "media-type", "Not a media type of this route",
		"the body's Content-Type is not one that this route takes", "send "+strings.Join(kinds, " or ")+", in UTF-8")
	if r.Method == http.MethodPatch {
		refused.headers = http.Header{"Accept-Patch": {strings.Join(kinds, ", ")}} // RFC 5789, 2.2
	}
	return refused
}
