package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// checkQuery sees that each parameter of a query is one of the route's, stands
// there once, and is what its schema says. The framework, which reads them after
// that, would take the first of two and ignore what it does not know.
func checkQuery(r *http.Request, parameters []*huma.Param) error {
	query, err := reqctx.Query(r.URL.RawQuery)
	if err != nil {
		return say(http.StatusBadRequest, "query", "The query cannot be read", err.Error(), "give each parameter once, percent-encoded")
	}
	var wrong []problem.Fault
	for _, name := range slices.Sorted(maps.Keys(query)) {
		value := query[name]
		reason, remedy := "is not a parameter of this route", "leave it out"
		for _, p := range parameters {
			if p.In == "query" && p.Name == name {
				reason, remedy = misfit(p.Schema, value)
			}
		}
		if reason != "" {
			wrong = append(wrong, problem.Fault{Field: clip(name), Detail: reason, Remedy: remedy})
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	refused := say(http.StatusBadRequest, "query", "The query has faults", fmt.Sprintf("%s %s", wrong[0].Field, wrong[0].Detail), wrong[0].Remedy)
	if len(wrong) > 1 {
		refused.Detail, refused.Remedy = strconv.Itoa(len(wrong))+" parameters are wrong; see errors", ""
	}
	refused.Errors = wrong
	return refused
}

// misfit tells how a value differs from its schema, in as much of JSON Schema as
// our parameters use.
func misfit(s *huma.Schema, value string) (reason, remedy string) {
	switch {
	case s.Type == huma.TypeInteger:
		n, err := strconv.Atoi(value)
		if err != nil || strconv.Itoa(n) != value || float64(n) < *s.Minimum || float64(n) > *s.Maximum {
			return "is not a number in its range", fmt.Sprintf("use %v to %v", *s.Minimum, *s.Maximum)
		}
	case s.Type == huma.TypeBoolean:
		if value != "true" && value != "false" {
			return "is neither true nor false", "use true or false"
		}
	case s.Format == "date-time":
		_, err := time.Parse(time.RFC3339, value)
		if err != nil || value[0] == '0' { // such as the year 1, which programs write for none, and we would take for none
			return "is not a time", "write it as 2026-12-31T18:00:00Z"
		}
	case len(s.Enum) > 0:
		for _, one := range s.Enum {
			if one == value {
				return "", ""
			}
		}
		return "is not one of its values", fmt.Sprintf("use one of %v", s.Enum)
	case s.MaxLength != nil && utf8.RuneCountInString(value) > *s.MaxLength:
		return "is too long", fmt.Sprintf("use at most %d characters", *s.MaxLength)
	}
	return "", ""
}

// clip keeps a hostile name short.
func clip(name string) string {
	const most = 64
	runes := []rune(name)
	if len(runes) <= most {
		return name
	}
	return string(runes[:most]) + "…"
}
