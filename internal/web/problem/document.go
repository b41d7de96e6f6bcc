package problem

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// KindPrefix stands before the word in [Document.Type] that programs decide by.
const KindPrefix = "urn:gatepost:problem:"

// Document is an answer to a program that says no, in the form of RFC 9457 with
// members of our own. Like a page, it never has the text of an internal error.
type Document struct {
	Type      string  `json:"type"`  // [KindPrefix] and a word
	Title     string  `json:"title"` // the same for every problem of the type
	Status    int     `json:"status"`
	Detail    string  `json:"detail"`            // what is wrong this time
	Remedy    string  `json:"remedy,omitempty"`  // what to do about it
	RequestID string  `json:"request_id"`        // by which the log is searched
	Errors    []Fault `json:"errors,omitempty"`  // what is wrong with single fields, all at once
	Current   any     `json:"current,omitempty"` // what is there now, when it has changed
	Changes   any     `json:"changes,omitempty"` // who changed it since, the latest first
}

// Fault is what is wrong with one field of a body, or with one parameter, which
// has no pointer.
type Fault struct {
	Pointer string `json:"pointer,omitempty"` // into the body: RFC 6901
	Field   string `json:"field"`             // the same as a path, such as roles[0].role_arn
	Value   string `json:"value,omitempty"`   // what was given, unless it may be a secret
	Detail  string `json:"detail"`
	Remedy  string `json:"remedy,omitempty"`
}

// DocumentType is the media type of a [Document].
const DocumentType = "application/problem+json"

// Write answers a request with the document. Headers beyond those of every
// document are set before.
func (d Document) Write(w http.ResponseWriter, r *http.Request) {
	d.RequestID = reqctx.From(r.Context()).RequestID
	body, err := json.Marshal(d)
	if err != nil { // of what is there now; the rest always can be written
		d.Current, d.Changes = nil, nil
		body, _ = json.Marshal(d)
	}
	header := w.Header()
	header.Set("Content-Type", DocumentType)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(d.Status)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, idp.ShownJSON(string(body))+"\n") // nobody is left to tell when the connection is gone
	}
}

// ForeignOrigin refuses a program's request that a page of another site sent.
func ForeignOrigin() Document {
	return Document{
		Type: KindPrefix + "foreign-origin", Title: "Sent by another site", Status: http.StatusForbidden,
		Detail: "a page of another site sent this request", Remedy: "send it from a program, or from Gatepost's own pages",
	}
}
