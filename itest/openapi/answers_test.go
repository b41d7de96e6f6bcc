package openapi_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const problemKind = "application/problem+json"

func (x *exchange) undocumentedStatus() string {
	told := fmt.Sprintf("%d\n%s", x.status, x.answer.body)
	if x.status >= http.StatusInternalServerError {
		return told + "\nlog:\n" + x.log.String()
	}
	if x.op == nil {
		if x.status == http.StatusNotFound || x.status == http.StatusMethodNotAllowed || x.foreign() || x.cleaned() {
			return ""
		}
		return fmt.Sprintf("no operation, and %s to %q", told, x.header.Get("Location"))
	}
	_, named := x.op.responses[x.status]
	if !named {
		return x.op.id + " does not name " + told
	}
	return ""
}

// cleaned reports whether the mux before the API leads to another address, without
// what is too much in this one, as net/http does: no operation is asked then.
func (x *exchange) cleaned() bool {
	asked := x.request.URL.Path
	to, err := url.Parse(x.header.Get("Location"))
	return err == nil && x.status == http.StatusTemporaryRedirect && to.Host == "" && strings.HasPrefix(to.Path, "/") && path.Clean(asked) != asked
}

// foreign reports whether the request was refused because a browser says that a
// page of another site sent it, which comes before every operation.
func (x *exchange) foreign() bool {
	return x.status == http.StatusForbidden && text(x.json()["type"]) == "urn:gatepost:problem:foreign-origin"
}

func (x *exchange) noProblem() string {
	if x.status < http.StatusBadRequest || !x.has() {
		return ""
	}
	if x.kind() != problemKind {
		return fmt.Sprintf("%d is %q\n%s", x.status, x.kind(), x.answer.body)
	}
	fault := x.misfit(pointer("components", "schemas", "Problem"), x.answer.body)
	if fault != "" {
		return fault
	}
	p := x.json()
	switch {
	case !strings.HasPrefix(text(p["type"]), "urn:gatepost:problem:") || text(p["title"]) == "" || text(p["detail"]) == "":
		return fmt.Sprintf("lacks words: %s", x.answer.body)
	case p["status"] != float64(x.status):
		return fmt.Sprintf("%d says that it is %v", x.status, p["status"])
	case text(p["request_id"]) == "" || text(p["request_id"]) != x.header.Get("X-Request-Id"):
		return fmt.Sprintf("names the request %v and %v", p["request_id"], x.header.Get("X-Request-Id"))
	}
	return ""
}

func (x *exchange) lostPointer() string {
	for _, one := range list(x.json()["errors"]) {
		fault := object(one)
		place, points := fault["pointer"].(string)
		switch {
		case x.status < http.StatusBadRequest || !x.has():
		case !points && x.status == http.StatusBadRequest && !x.names(text(fault["field"])):
			return fmt.Sprintf("%v is no parameter of %s", fault["field"], x.request.URL)
		case !points:
		case !within(x.sentJSON(), place) && !x.describedBody(place):
			return fmt.Sprintf("%q leads nowhere in %s", place, clipped(x.body))
		}
	}
	return ""
}

// names reports whether the request has a parameter, whose name may be cut.
func (x *exchange) names(field string) bool {
	start, cut := strings.CutSuffix(field, "…")
	for name := range x.request.URL.Query() {
		if name == field || cut && strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// describedBody reports whether a body of the operation may have something there.
func (x *exchange) describedBody(place string) bool {
	if x.op == nil {
		return false
	}
	for _, schema := range x.op.bodies {
		if x.doc.describes(x.doc.at(schema), steps(place)) {
			return true
		}
	}
	return false
}

func (x *exchange) undocumentedBody() string {
	if x.op == nil || x.foreign() {
		return ""
	}
	kinds := x.op.responses[x.status]
	if !x.has() {
		if len(x.answer.body) > 0 {
			return fmt.Sprintf("%d has a body: %s", x.status, clipped(string(x.answer.body)))
		}
		return ""
	}
	place, named := kinds[x.kind()]
	switch {
	case len(kinds) == 0 && len(bytes.TrimSpace(x.answer.body)) == 0:
		return ""
	case !named:
		return fmt.Sprintf("%d of %s is %q, not one of %v", x.status, x.op.id, x.kind(), slices.Sorted(maps.Keys(kinds)))
	case x.kind() == "application/jsonl":
		return x.misfitLines()
	case strings.HasSuffix(x.kind(), "json"):
		return x.misfit(place, x.answer.body)
	case len(x.answer.body) == 0:
		return "there is none"
	}
	return ""
}

// misfitLines judges lines of events.
func (x *exchange) misfitLines() string {
	for line := range bytes.Lines(x.answer.body) {
		fault := x.misfit(pointer("components", "schemas", "Event"), line)
		if fault != "" {
			return fault
		}
	}
	return ""
}

// misfit tells how a text is not what a schema of the document says.
func (x *exchange) misfit(place string, body []byte) string {
	schema, err := x.doc.schema(place)
	if err != nil {
		return err.Error()
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Sprintf("%v in %s", err, clipped(string(body)))
	}
	err = schema.Validate(value)
	if err != nil {
		return fmt.Sprintf("%v\n%s", err, clipped(string(body)))
	}
	return ""
}

// misplaced reads what was made where the answer says that it is.
func (x *exchange) misplaced() string {
	place := x.header.Get("Location")
	below, ours := strings.CutPrefix(place, root)
	if x.status != http.StatusCreated || place == "" {
		return ""
	}
	there := x.peek(below)
	if !ours || there.status != http.StatusOK || there.header.Get("ETag") != x.header.Get("ETag") {
		return fmt.Sprintf("%s answers %d with %s, and what was made is %s", place, there.status, there.header.Get("ETag"), x.header.Get("ETag"))
	}
	return ""
}

func clipped(body string) string {
	const most = 600
	if len(body) > most {
		return body[:most] + fmt.Sprintf("… (%d bytes)", len(body))
	}
	return body
}
