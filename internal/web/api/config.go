package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
)

const yamlKind = "application/yaml"

// applyTime is how long one request goes on applying. The function's own limit is
// half as much again: what was begun can end.
const applyTime = 20 * time.Second

type exportQuery struct {
	Users  bool   `query:"users" default:"false" doc:"With the people and who is in which group."`
	Format string `query:"format" enum:"json,yaml" default:"json" doc:"yaml as it is kept in git."`
}

type applyQuery struct {
	DryRun bool `query:"dry_run" default:"false" doc:"Tell what would be done, and do nothing."`
}

// applied is what a file asked for and how much of it is done.
type applied struct {
	DryRun    bool        `json:"dry_run"`
	Done      []plan.Step `json:"done"`
	Remaining []plan.Step `json:"remaining"`
	Effect    plan.Effect `json:"effect"`
	Notes     []string    `json:"notes"`
	Stopped   string      `json:"stopped,omitempty"`
}

type appliedAnswer struct {
	Status int
	Body   applied
}

// config adds the routes of the declarative file.
func (a *api) config() {
	media := map[string]*huma.Schema{
		jsonKind: {Type: huma.TypeObject, AdditionalProperties: true, Description: "The file. Its own schema is docs/gatepost.schema.json."},
		yamlKind: {Type: huma.TypeString, Description: "The file in YAML."},
	}
	route(a, spec{
		method: http.MethodGet, path: "/config", id: "export-config", tag: "config", summary: "Export everything as the declarative file",
		about: "Without secrets, sorted, and always the same for the same state.", media: media, fails: []int{http.StatusConflict},
	}, a.export)
	route(a, spec{
		method: http.MethodPost, path: "/config", id: "apply-config", tag: "config", summary: "Make everything as a file asks",
		about: "A section that the file leaves out is left alone; what a section that is there does not list is destroyed. Each step is done wholly " +
			"or not at all. It stops after 20 seconds with 202: send the same file again to go on. Files past the body's limit are for the command line.",
		takes: &body{kinds: []string{jsonKind, yamlKind}}, gives: schema[applied](a), also: []int{http.StatusAccepted},
	}, a.apply)
}

func (a *api) export(ctx context.Context, c *call, in *exportQuery) (*eventAnswer, error) {
	file, err := c.Export(ctx, in.Users)
	if err != nil {
		return nil, err
	}
	if in.Format != "yaml" {
		return &eventAnswer{Body: file}, nil
	}
	text, err := file.Marshal()
	return &eventAnswer{ContentType: yamlKind, Body: text}, err
}

func (a *api) apply(ctx context.Context, c *call, in *applyQuery) (*appliedAnswer, error) {
	file, err := plan.Read(c.body)
	if err != nil {
		return nil, err
	}
	made, err := c.Plan(ctx, file)
	if err != nil {
		return nil, err
	}
	answer := &appliedAnswer{Status: http.StatusOK, Body: applied{
		DryRun: in.DryRun, Done: []plan.Step{}, Remaining: append([]plan.Step{}, made.Steps...),
		Effect: made.Effect, Notes: []string{},
	}}
	for _, note := range made.Notes {
		answer.Body.Notes = append(answer.Body.Notes, note.Error())
	}
	if in.DryRun {
		return answer, nil
	}
	end := a.Service.Now().Add(applyTime)
	report, err := c.Apply(ctx, made, func() bool { return a.Service.Now().After(end) })
	if err != nil {
		answer.Body.Stopped = a.stopped(c.request, err)
	}
	if err != nil && (len(report.Done) == 0 || answer.Body.Stopped == "") {
		return nil, err
	}
	answer.Body.Done, answer.Body.Remaining = append([]plan.Step{}, report.Done...), append([]plan.Step{}, report.Remaining...)
	if len(report.Remaining) > 0 {
		answer.Status = http.StatusAccepted
	}
	return answer, nil
}

// stopped tells why a step was refused after others were done: whoever asked must
// learn of those, and a refusal says that nothing is changed. It is empty where
// something failed, after which nobody knows.
func (a *api) stopped(r *http.Request, err error) string {
	var problems idp.Problems
	if errors.As(err, &problems) {
		return problems.Error()
	}
	refused := a.refusal(r, err)
	if refused.Status >= http.StatusInternalServerError {
		return ""
	}
	return refused.Detail
}
