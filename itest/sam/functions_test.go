package sam_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/itest/sam/template"
)

// Variables that the template sets and package environment has no name for.
const (
	adminRoles     = "GATEPOST_ADMIN_ROLES"
	eventRetention = "GATEPOST_EVENT_RETENTION_DAYS"
)

// variables are the environment of each function, all of it. Whoever writes events
// knows how long they are kept.
var variables = map[string][]string{
	"sso": {environment.URL, environment.LogLevel, environment.OriginSecret, eventRetention,
		environment.ConfigTable, environment.DirectoryTable, environment.ActivityTable},
	"portal": {environment.URL, environment.LogLevel, environment.OriginSecret, environment.Contact, eventRetention,
		environment.ConfigTable, environment.DirectoryTable, environment.ActivityTable},
	"metadata": {environment.URL, environment.LogLevel, environment.OriginSecret, environment.ConfigTable},
	"admin": {environment.URL, environment.LogLevel, environment.OriginSecret, environment.KeysFunction, adminRoles, eventRetention,
		environment.ConfigTable, environment.DirectoryTable, environment.ActivityTable},
	"keys": {environment.URL, environment.LogLevel, environment.ConfigTable, environment.ActivityTable, eventRetention,
		environment.KeyCustody, environment.SignerRoles, environment.KeysRole, environment.SecretsKey, environment.Stack},
}

// properties are those of a function. One that the template must not use is not
// among them: Events and FunctionUrlConfig would give an address, Policies and
// Layers would come from elsewhere.
type properties struct {
	FunctionName, Runtime, Handler, CodeUri, Role string
	Architectures                                 []string
	MemorySize, Timeout                           int
	ReservedConcurrentExecutions                  any
	LoggingConfig                                 struct{ LogFormat, ApplicationLogLevel, LogGroup string }
	Environment                                   struct{ Variables map[string]any }
}

func functionComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, map[string]any{"LogLevel": "WARN", "EventRetentionDays": 30})
	if s == nil {
		return c.list
	}
	all, err := s.Resources("AWS::Serverless::Function", "AWS::Lambda::Function")
	c.failed(err)
	var got, want []string
	for _, r := range all {
		got = append(got, r.ID)
	}
	for _, f := range functions {
		want = append(want, f.id)
		r, err := s.Resource(f.id)
		if !c.failed(err) {
			c.function(f, r)
		}
	}
	c.same("the functions", got, want)
	c.reserved(read)
	return c.list
}

func (c *complaint) function(f function, r template.Resource) {
	var p properties
	err := template.Into(r.Properties, &p)
	if err != nil {
		c.add("%s: %v", f.id, err)
		return
	}
	for what, pair := range map[string][2]any{
		"name":                  {p.FunctionName, "gatepost-" + f.name},
		"runtime":               {p.Runtime, "provided.al2023"},
		"handler":               {p.Handler, "bootstrap"},
		"architectures":         {fmt.Sprint(p.Architectures), "[arm64]"},
		"code":                  {p.CodeUri, "."},
		"metadata":              {fmt.Sprint(r.Attributes["Metadata"]), "map[BuildMethod:makefile]"},
		"log format":            {p.LoggingConfig.LogFormat, "JSON"},
		"log group":             {p.LoggingConfig.LogGroup, "/gatepost/gatepost/" + f.name},
		"log level of Lambda":   {p.LoggingConfig.ApplicationLogLevel, "WARN"},
		"log level of Gatepost": {p.Environment.Variables[environment.LogLevel], "WARN"},
		"reserved concurrency":  {p.ReservedConcurrentExecutions, nil},
	} {
		if pair[0] != pair[1] {
			c.add("%s: %s is %v, want %v", f.id, what, pair[0], pair[1])
		}
	}
	if p.MemorySize < 256 || p.Timeout < 5 || p.Timeout > 60 {
		c.add("%s: %d MB, %d s", f.id, p.MemorySize, p.Timeout)
	}
	c.same("the environment of "+f.name, slices.Collect(maps.Keys(p.Environment.Variables)), variables[f.name])
	c.values(f, p.Environment.Variables)
}

// values of the environment that stand for a permission or a contract.
func (c *complaint) values(f function, env map[string]any) {
	const role = "arn:aws:iam::111122223333:role/gatepost-"
	want := map[string]any{
		environment.URL:            "https://gatepost-HttpApi.execute-api.eu-central-1.amazonaws.com",
		environment.ConfigTable:    "gatepost-ConfigTable",
		environment.DirectoryTable: "gatepost-DirectoryTable",
		environment.ActivityTable:  "gatepost-ActivityTable",
		environment.SignerRoles:    role + "SsoRole," + role + "KeysRole",
		environment.KeysRole:       role + "KeysRole",
		environment.SecretsKey:     "arn:aws:kms:eu-central-1:111122223333:key/gatepost-SecretsKey",
		environment.KeyCustody:     "kms",
		environment.Stack:          "gatepost",
		environment.KeysFunction:   "gatepost-keys",
		adminRoles:                 "",
		environment.OriginSecret:   "",
		eventRetention:             30,
	}
	for name, value := range env {
		if wanted, fixed := want[name]; fixed && fmt.Sprint(value) != fmt.Sprint(wanted) {
			c.add("%s: %s is %v, want %v", f.name, name, value, wanted)
		}
	}
}

// reserved sees to it that concurrency can be reserved where people call, and that
// all functions run on the processor that was asked for.
func (c *complaint) reserved(read *template.Template) {
	s := c.stackOf(read, map[string]any{
		"SsoConcurrency": 7, "PortalConcurrency": 7, "MetadataConcurrency": 7, "AdminConcurrency": 7, "Architecture": "x86_64",
	})
	if s == nil {
		return
	}
	for _, f := range functions {
		r, err := s.Resource(f.id)
		if !c.failed(err) && fmt.Sprint(r.Properties["Architectures"]) != "[x86_64]" {
			c.add("%s: on %v where x86_64 is asked for", f.id, r.Properties["Architectures"])
		}
	}
	for _, f := range functions[:4] {
		r, err := s.Resource(f.id)
		if !c.failed(err) && r.Properties["ReservedConcurrentExecutions"] != 7 {
			c.add("%s: no concurrency is reserved when it is asked for", f.id)
		}
	}
}

// logComplaints see to it that every log group has the retention that was asked
// for.
func logComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, map[string]any{"LogRetentionDays": 14})
	if s == nil {
		return c.list
	}
	all, err := s.Resources("AWS::Logs::LogGroup")
	c.failed(err)
	var names []string
	for _, r := range all {
		names = append(names, fmt.Sprint(r.Properties["LogGroupName"]))
		if r.Properties["RetentionInDays"] != 14 {
			c.add("%s is kept for %v days", r.ID, r.Properties["RetentionInDays"])
		}
	}
	want := []string{"/aws/vendedlogs/gatepost/gatepost/access"}
	for _, f := range functions {
		want = append(want, "/gatepost/gatepost/"+f.name)
	}
	c.same("the log groups", names, want)
	return c.list
}
