package openapi_test

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
)

func (x *exchange) letIn() string {
	stranger := x.As == "" || x.As == "stranger" || x.As == "forger" || x.shutOut()
	switch {
	case x.op == nil || x.op.open || x.foreign():
		return ""
	case stranger && x.status != http.StatusUnauthorized:
		return fmt.Sprintf("%s is answered %d", x.As, x.status)
	case x.status == http.StatusUnauthorized && !stranger:
		return fmt.Sprintf("%s is not let in", x.As)
	case x.status == http.StatusUnauthorized && !strings.HasPrefix(x.header.Get("Www-Authenticate"), "Bearer "):
		return "401 does not say how to get in"
	case x.As == "person" && !stranger && x.status != http.StatusForbidden:
		return fmt.Sprintf("who has no role is answered %d", x.status)
	}
	return ""
}

// shutOut reports whether the request's own headers spoil what would let it in: a
// second token, or a cookie that another site's page sends.
func (x *exchange) shutOut() bool {
	_, byCookie := browsers()[x.As]
	site := x.request.Header.Get("Sec-Fetch-Site")
	if byCookie {
		return len(x.request.Cookies()) != 1 || len(x.request.Header.Values("Authorization")) > 0 || site != "" && site != "same-origin" && site != "none"
	}
	return len(x.request.Header.Values("Authorization")) != 1
}

func (x *exchange) changed() string {
	if x.before == x.after {
		return ""
	}
	switch {
	case x.status == http.StatusForbidden && x.was == x.is:
		return "" // what somebody may not do goes on record
	case x.status >= http.StatusBadRequest:
		return fmt.Sprintf("%d, and what is stored has changed", x.status)
	case (x.request.Method == http.MethodGet || x.request.Method == http.MethodHead) && x.op.id != "export-config":
		return "what is stored has changed"
	case strings.Contains(x.request.URL.RawQuery, "dry_run=true"):
		return "a dry run changed what is stored"
	}
	return ""
}

// writes are the parts of the API, and of the others the operations, that a role
// changes anything in; an owner all.
func writes() map[idp.AdminRole][]string {
	return map[idp.AdminRole][]string{
		idp.AdminViewer:     {"tokens"},
		idp.AdminHelpdesk:   {"tokens", "users", "groups"},
		idp.AdminConnectors: {"tokens", "connectors", "keys", "groups", "config", "make-password-link", "resume-user", "unlock-user"},
	}
}

func (x *exchange) unseen() string {
	if x.before == x.after || x.op == nil || x.status == http.StatusForbidden {
		return ""
	}
	role := roles()[x.As]
	record := x.op.id == "export-config" || x.op.id == "test-connector" // leave an event, and change nothing
	if !record && (x.As == "reader" || role != idp.AdminOwner && !slices.Contains(writes()[role], x.op.tag) && !slices.Contains(writes()[role], x.op.id)) {
		return fmt.Sprintf("%s changed something by %s", x.As, x.op.id)
	}
	events, _, err := x.site.Admin.As(operator).Events(x.Context(), admin.EventQuery{Limit: 100})
	if err != nil {
		return err.Error()
	}
	for _, e := range events {
		if e.RequestID == x.header.Get("X-Request-Id") && e.Actor != "" {
			return ""
		}
	}
	return fmt.Sprintf("there is no event of %s", x.op.id)
}

// tooLax tells what of the request the document does not allow, where it was taken
// all the same.
func (x *exchange) tooLax() string {
	if x.op == nil || x.op.open || x.status >= http.StatusBadRequest {
		return ""
	}
	fault := x.objection()
	if fault == "" && x.op.versioned() && x.sentMatch() != "*" && x.sentMatch() != x.etag {
		fault = fmt.Sprintf("If-Match is %q, and the ETag was %q", x.sentMatch(), x.etag)
	}
	if fault != "" {
		return fmt.Sprintf("%s is answered %d although %s", x.op.id, x.status, fault)
	}
	return ""
}

// tooStrict tells of a request that the document allows and that was called
// unreadable.
func (x *exchange) tooStrict() string {
	unreadable := []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusPreconditionRequired}
	if x.op == nil || !slices.Contains(unreadable, x.status) || x.objection() != "" {
		return ""
	}
	aCursor := x.request.URL.Query().Get("cursor") != "" // of which the document cannot say more
	aTag := x.op.versioned() && !entityTag.MatchString(x.sentMatch())
	tooLong := x.status == http.StatusRequestEntityTooLarge && len(x.body) > 1<<20
	if aCursor || aTag || tooLong {
		return ""
	}
	return fmt.Sprintf("%s is answered %d\n%s", x.op.id, x.status, x.answer.body)
}

// unreturnable tells of something that was sent back as it was read, under its own
// ETag, by somebody who may do everything, and refused.
func (x *exchange) unreturnable() string {
	back := x.op != nil && x.op.versioned() && x.sent.Body == "{current}" && x.etag != "" && x.sentMatch() == x.etag
	if !back || !x.mayAll() || x.objection() != "" || x.status < http.StatusBadRequest {
		return ""
	}
	return fmt.Sprintf("%s is answered %d\n%s", x.op.id, x.status, x.answer.body)
}

// mayAll reports whether an owner asks, and is let in.
func (x *exchange) mayAll() bool {
	return (x.As == "owner" || x.As == "browser") && !x.shutOut() && !x.foreign()
}

// entityTag is what If-Match takes: RFC 9110, 8.8.3, and none of the weak.
var entityTag = regexp.MustCompile(`^(\*|"[\x21\x23-\x7e]{1,200}")$`)

func (x *exchange) sentMatch() string {
	return strings.TrimSpace(strings.Join(x.request.Header.Values("If-Match"), ", "))
}

// objection is what of a request the document does not allow.
func (x *exchange) objection() string {
	if x.op.versioned() && x.sentMatch() == "" {
		return "If-Match is missing"
	}
	fault := x.queryObjection()
	if fault != "" || x.request.Method == http.MethodGet || x.request.Method == http.MethodHead {
		return fault // a body that comes with GET is read by nobody
	}
	return x.bodyObjection()
}

func (x *exchange) bodyObjection() string {
	if x.body == "" {
		return x.lacksBody()
	}
	bodies := x.op.bodies
	if len(bodies) == 0 {
		bodies = map[string]string{"application/json": ""}
	}
	place, known := bodies[x.sentKind()]
	if !known {
		return fmt.Sprintf("the body is %q", x.request.Header.Values("Content-Type"))
	}
	if place == "" {
		if strings.TrimSpace(x.body) != "{}" && strings.Join(strings.Fields(x.body), "") != "{}" {
			return "nothing is taken, and something was sent"
		}
		return ""
	}
	if text(x.doc.resolved(x.doc.at(place))["type"]) == "string" {
		return "" // a file, of which the document cannot say more
	}
	if !jsontext.Value(x.body).IsValid() {
		return "the body is no JSON that has one meaning"
	}
	fault := x.misfit(place, []byte(x.body))
	if fault != "" {
		return "the body does not fit: " + fault
	}
	return ""
}

func (x *exchange) lacksBody() string {
	required, _ := object(object(object(object(x.doc.tree["paths"])[x.op.path])[strings.ToLower(x.op.method)])["requestBody"])["required"].(bool)
	if required {
		return "the body is missing"
	}
	return ""
}

// sentKind is the body's media type; what says nothing is JSON.
func (x *exchange) sentKind() string {
	said := x.request.Header.Values("Content-Type")
	if len(said) == 0 {
		return "application/json"
	}
	kind, parameters, err := mime.ParseMediaType(strings.Join(said, ", "))
	charset := strings.ToLower(parameters["charset"])
	if err != nil || charset != "" && charset != "utf-8" {
		return ""
	}
	return kind
}

// sentJSON is the body that was sent, as far as it is JSON.
func (x *exchange) sentJSON() any {
	var value any
	_ = json.Unmarshal([]byte(x.body), &value) // none, when it is none
	return value
}
