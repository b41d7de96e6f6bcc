package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/problem"
)

// describe begins the OpenAPI document: what stands in it beside the routes.
func (a *api) describe() {
	o := a.huma.OpenAPI()
	o.Info = &huma.Info{
		Title:       "Gatepost config API",
		Version:     "1",
		Description: "By which programs do what administrators do: connectors, people, groups, and the record of who did what.",
		License:     &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"},
		Contact:     &huma.Contact{Name: "Gatepost", URL: "https://github.com/gatepost/gatepost"},
	}
	o.Servers = []*huma.Server{{URL: Root, Description: "This installation"}}
	o.Tags = []*huma.Tag{
		{Name: "connectors", Description: "Applications that people open: AWS accounts, and bookmarks."},
		{Name: "keys", Description: "Signing keys and their certificates."},
		{Name: "groups", Description: "Sets of people that connectors are granted to, and who is in them."},
		{Name: "users", Description: "People who sign in, administrators among them."},
		{Name: "events", Description: "The audit record."},
		{Name: "tokens", Description: "Tokens of this API."},
		{Name: "lockdown", Description: "The installation as a whole."},
		{Name: "settings", Description: "What holds for the whole installation."},
		{Name: "config", Description: "The declarative file."},
		{Name: "document", Description: "This document."},
	}
	o.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "A token of this API, gp_…, of at most 12 hours."},
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-gatepost", Description: "The session of an administrator's browser; gatepost on http://localhost."},
	}
	schemas := o.Components.Schemas
	schemas.Map()["Problem"] = huma.SchemaFromType(schemas, reflect.TypeFor[problem.Document]())
	o.Components.Responses = map[string]*huma.Response{}
	for _, status := range (&spec{path: "{", match: true}).refusals() {
		o.Components.Responses[responseName(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{problem.DocumentType: {Schema: &huma.Schema{Ref: schemaPlace + "Problem"}}},
		}
	}
	o.Components.Responses[responseName(http.StatusTooManyRequests)] = &huma.Response{Description: "Too Many Requests: the answer is that of API Gateway."}
	a.describeDocument()
}

// describeDocument adds the route of the document itself, which is open to
// everybody: it holds no secret.
func (a *api) describeDocument() {
	huma.Register(a.huma, huma.Operation{
		OperationID: "get-openapi", Method: http.MethodGet, Path: "/openapi.json", Tags: []string{"document"}, Summary: "Read this document", Description: "It is open to everybody.",
		Security: []map[string][]string{}, SkipValidateParams: true,
		Responses: map[string]*huma.Response{
			"200": {Description: http.StatusText(http.StatusOK), Content: map[string]*huma.MediaType{"application/openapi+json": {Schema: &huma.Schema{Type: huma.TypeObject}}}},
			"429": {Ref: "#/components/responses/" + responseName(http.StatusTooManyRequests)},
			"500": {Ref: "#/components/responses/" + responseName(http.StatusInternalServerError)},
		},
	}, func(context.Context, *struct{}) (*raw, error) {
		document, err := a.document()
		return &raw{ContentType: "application/openapi+json", Body: document}, err
	})
}

func code(status int) string { return strconv.Itoa(status) }

// responseName is the name under which the document has a refusal.
func responseName(status int) string { return "Problem" + code(status) }

// describeBody tells what a route is sent, once it is added: the framework would
// otherwise read it.
func (a *api) describeBody(s spec) {
	if s.takes == nil {
		return
	}
	content := map[string]*huma.MediaType{}
	for _, kind := range s.takes.kinds {
		shape := s.takes.shape
		switch {
		case shape != nil:
		case kind == csvKind:
			shape = &huma.Schema{Type: huma.TypeString}
		default:
			shape = binary()
		}
		content[kind] = &huma.MediaType{Schema: shape}
	}
	if s.takes.shape != nil {
		a.asked[strings.TrimPrefix(s.takes.shape.Ref, schemaPlace)] = true
	}
	a.operationOf(s).RequestBody = &huma.RequestBody{Content: content, Required: !s.takes.optional}
}

func (a *api) operationOf(s spec) *huma.Operation {
	item := a.huma.OpenAPI().Paths[s.path]
	return map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	}[s.method]
}

// schemaPlace is where the document has its schemas.
const schemaPlace = "#/components/schemas/"

// schema is the schema of a type, with the members that must be there; without
// any named, those that are always written.
func schema[T any](a *api, required ...string) *huma.Schema {
	schemas := a.huma.OpenAPI().Components.Schemas
	ref := schemas.Schema(reflect.TypeFor[T](), true, "")
	if len(required) > 0 {
		schemas.SchemaFromRef(ref.Ref).Required = required
	}
	return ref
}

func jsonMedia[T any](a *api) map[string]*huma.Schema {
	return map[string]*huma.Schema{jsonKind: schema[T](a)}
}

// input is the schema of a thing as it is sent: what the sender leaves out has its
// default, and what does not change is read-only.
func input[T any](a *api, name string, required ...string) *huma.Schema {
	s := a.named(name, reflect.TypeFor[T]())
	s.Required = required
	for member, property := range s.Properties {
		property.ReadOnly = slices.Contains(readOnly(), member)
		property.Nullable = property.Type == huma.TypeArray || property.Type == huma.TypeObject
		if member == "roles" {
			property.Items = input[resource.Role](a, "RoleInput", "role_arn", "provider_arn")
		}
	}
	return &huma.Schema{Ref: schemaPlace + name}
}

// patches is the schema of a merge patch: null gives every member its default, and
// takes an entry of a dictionary away.
func patches[T any](a *api, name string) *huma.Schema {
	ref := input[T](a, name)
	for _, property := range a.huma.OpenAPI().Components.Schemas.Map()[name].Properties {
		property.Nullable = property.Ref == ""
		entries, dictionary := property.AdditionalProperties.(*huma.Schema)
		if dictionary {
			entries.Nullable = true
		}
	}
	return ref
}

// readOnly are the members that things have and nobody sets.
func readOnly() []string {
	return []string{"active", "image_url", "version", "created_at", "updated_at"}
}

func (a *api) named(name string, of reflect.Type) *huma.Schema {
	schemas := a.huma.OpenAPI().Components.Schemas
	s := huma.SchemaFromType(schemas, of)
	schemas.Map()[name] = s
	return s
}

// finish corrects what the framework cannot know, and puts words to everything.
func (a *api) finish() {
	schemas := a.huma.OpenAPI().Components.Schemas.Map()
	for _, name := range []string{"ErrorModel", "ErrorDetail", "PageInterface {}"} {
		delete(schemas, name)
	}
	always := []string{"slug", "kind", "label", "description", "image_url", "shown", "active", "groups", "version", "created_at", "updated_at"}
	for _, name := range []string{"Connector", "SavedConnector"} {
		schemas[name].Required = always // a bookmark has no more
	}
	all := words()
	for name, s := range schemas {
		sent := a.asked[name] || name == "RoleInput"
		for member, property := range s.Properties {
			if property.Type == huma.TypeArray && !sent {
				property.Nullable = false
			}
			word(all, name, member, property)
			bound(name, member, property, sent)
		}
	}
}
