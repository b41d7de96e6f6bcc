package openapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
)

// exchange is a request, its answer, and what else the rules need to know.
type exchange struct {
	*world
	sent
	request       *http.Request
	body          string     // as it was sent
	op            *operation // nil where the document has none
	etag          string     // of what was addressed, before; for operations that want one
	before, after string     // what was stored
	was, is       string     // the same but for the record of what was refused
	answer
}

// rule says what is wrong with an exchange, or nothing.
type rule struct {
	name  string
	fault func(*exchange) string
}

// rules are what holds for every request.
func rules() []rule {
	return []rule{
		{"the status is one that the document names", (*exchange).undocumentedStatus},
		{"an error is a problem of RFC 9457", (*exchange).noProblem},
		{"a fault points to where it is", (*exchange).lostPointer},
		{"an answer is of a media type and a shape that the document has", (*exchange).undocumentedBody},
		{"who is not let in learns nothing", (*exchange).letIn},
		{"a refusal changes nothing, and reading changes nothing", (*exchange).changed},
		{"a change is made by who may make it, and is an event", (*exchange).unseen},
		{"what the document does not allow is refused", (*exchange).tooLax},
		{"what the document allows is not called malformed", (*exchange).tooStrict},
		{"what was read can be sent back", (*exchange).unreturnable},
		{"no secret leaves", (*exchange).leak},
		{"the headers guard the answer", (*exchange).unguarded},
		{"what was made is where the answer says", (*exchange).misplaced},
	}
}

// exchange sends a request and tells every rule that was broken; none for one that
// no server would hand on.
func (w *world) exchange(s sent) (faults []string, done *exchange) {
	x := &exchange{world: w, sent: s, body: w.filled(s, s.Body)}
	x.request = w.request(s)
	if x.request == nil {
		return nil, nil
	}
	x.op = w.doc.operationOf(x.request.Method, x.request.URL.EscapedPath())
	if x.op != nil && x.op.versioned() {
		asked := x.request.URL.EscapedPath()
		x.etag = w.peek(asked[len(root):]).header.Get("ETag")
	}
	x.was, x.before = w.kept(), w.print()
	x.answer = w.handle(x.request)
	x.after, x.is = w.print(), w.kept()
	if x.cleaned() || path.Clean(x.request.URL.Path) != x.request.URL.Path {
		x.op = nil // the address, decoded, is another one
	}
	x.learn()
	for _, r := range rules() {
		fault := r.fault(x)
		if fault != "" {
			faults = append(faults, fmt.Sprintf("%s: %s", r.name, fault))
		}
	}
	if x.before != x.after {
		w.heal()
	}
	return faults, x
}

// learn notes the secrets that this answer may tell, and no other.
func (x *exchange) learn() {
	if x.op == nil || x.status >= http.StatusBadRequest {
		return
	}
	switch x.op.id {
	case "create-token":
		x.secrets[text(x.json()["token"])] = "a token"
	case "make-password-link":
		x.secrets[text(x.json()["url"])] = "a password link"
	}
}

// json is the answer's JSON object.
func (x *exchange) json() map[string]any {
	var value map[string]any
	_ = json.Unmarshal(x.answer.body, &value) // judged elsewhere
	return value
}

// has reports whether the answer should have a body.
func (x *exchange) has() bool {
	return x.request.Method != http.MethodHead && x.status != http.StatusNoContent && x.status != http.StatusNotModified
}

func (x *exchange) kind() string { return x.header.Get("Content-Type") }
