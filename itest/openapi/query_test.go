package openapi_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// queryObjection is what of a query the document does not allow.
func (x *exchange) queryObjection() string {
	raw := x.request.URL.RawQuery
	values, err := url.ParseQuery(raw)
	if err != nil || strings.Contains(raw, ";") {
		return "the query cannot be read"
	}
	for name, all := range values {
		p := x.op.parameter("query", name)
		switch {
		case p == nil:
			return fmt.Sprintf("the parameter %.40q is not one of the operation's", name)
		case !utf8.ValidString(name + all[0]):
			return name + " is not UTF-8"
		case len(all) > 1:
			return fmt.Sprintf("%s is there %d times", name, len(all))
		}
		fault := x.parameterObjection(p, all[0])
		if fault != "" {
			return fmt.Sprintf("%s=%.60q %s", name, all[0], fault)
		}
	}
	for _, p := range x.op.parameters {
		if p.in == "query" && p.required && !values.Has(p.name) {
			return p.name + " is missing"
		}
	}
	return ""
}

// digits are how a query has a whole number: what JSON takes beside it, such as
// 1e1, is for programs that read JSON.
var digits = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// parameterObjection judges the text of a parameter as what its schema wants.
func (x *exchange) parameterObjection(p *parameter, value string) string {
	written := value
	kind := text(p.schema["type"])
	if kind == "integer" && !digits.MatchString(value) {
		return "is no number as it is written in a query"
	}
	if text(p.schema["format"]) == "date-time" && strings.ToUpper(value) != value {
		return "is a time in small letters, which RFC 3339 lets a reader refuse"
	}
	if kind != "integer" && kind != "boolean" {
		quoted, err := json.Marshal(value)
		if err != nil {
			return err.Error()
		}
		written = string(quoted)
	}
	return x.misfit(p.place, []byte(written))
}
