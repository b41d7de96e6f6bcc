package api

import (
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// config switches off what the framework does unasked: pages of documentation from
// other people's servers, routes for schemas, links to them in every answer, and
// formats that another package may have registered in its global table.
func config() huma.Config {
	format := huma.Format{Marshal: marshal, Unmarshal: unread}
	return huma.Config{
		OpenAPI:       &huma.OpenAPI{OpenAPI: "3.1.0"},
		Formats:       map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{ownProblem},
	}
}

// marshal writes an answer. Lists that were never made are empty lists, and text
// that is no UTF-8 (a header that was recorded) does not keep it from being written.
// Characters that are not seen are escaped: answers are read on terminals too.
func marshal(w io.Writer, value any) error {
	text, err := json.Marshal(value, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	_, err = io.WriteString(w, idp.ShownJSON(string(text))+"\n")
	return err
}

// unread stands where the framework would read bodies, which it is never asked to.
func unread([]byte, any) error { return huma.ErrUnknownContentType }

// ownProblem turns what the framework itself refuses into a problem of ours. With
// the checks of [checkQuery] and [readBody] before it, that is nothing we know of.
func ownProblem(hc huma.Context, _ string, value any) (any, error) {
	refused, ok := value.(*huma.ErrorModel)
	if !ok {
		return value, nil
	}
	mine := say(refused.Status, "request", http.StatusText(refused.Status), "the request cannot be read", "see "+Root+"/openapi.json")
	mine.RequestID = reqctx.From(hc.Context()).RequestID
	for _, one := range refused.Errors {
		mine.Errors = append(mine.Errors, problem.Fault{Field: one.Location, Detail: one.Message})
	}
	return mine, nil
}
