package sam_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/itest/sam/template"
)

// routes are those of the HTTP API, by function: everything else is the portal's. POST /signin stands apart,
// so that a flood of it takes nobody along who is signed in. IAM is asked about one route, and of /iam/* there is
// no other.
var routes = []string{
	"ANY /sso/{proxy+} → gatepost-sso",
	"ANY /metadata/{proxy+} → gatepost-metadata",
	"ANY /admin → gatepost-admin",
	"ANY /admin/{proxy+} → gatepost-admin",
	"ANY /api/{proxy+} → gatepost-admin",
	"ANY /setup → gatepost-admin",
	"POST /iam/token → gatepost-admin by IAM",
	"POST /signin → gatepost-portal",
	"ANY /$default → gatepost-portal",
}

// loggable are the variables of API Gateway that may be in the access log. None
// holds a query string, a header or a body.
var loggable = []string{
	"requestId", "requestTime", "identity.sourceIp", "httpMethod", "path", "routeKey", "protocol", "status", "responseLength",
	"responseLatency", "integrationLatency", "integrationStatus", "error.message", "integrationErrorMessage",
}

// api is the properties of the HTTP API.
type api struct {
	DisableExecuteApiEndpoint bool
	DefaultRouteSettings      throttle
	RouteSettings             map[string]throttle
	AccessLogSettings         struct{ DestinationArn, Format string }
	DefinitionBody            struct {
		OpenAPI    string `json:"openapi"`
		Info       any    `json:"info"`
		Components struct {
			SecuritySchemes map[string]securityScheme `json:"securitySchemes"`
		} `json:"components"`
		Paths map[string]map[string]struct {
			IsDefaultRoute bool                  `json:"isDefaultRoute"`
			Responses      map[string]any        `json:"responses"`
			Parameters     any                   `json:"parameters"`
			Security       []map[string][]string `json:"security"`
			Integration    integration           `json:"x-amazon-apigateway-integration"`
		} `json:"paths"`
	}
}

// securityScheme is how API Gateway is told to ask IAM; see
// x-amazon-apigateway-authtype in its developer guide.
type securityScheme struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	In       string `json:"in"`
	AuthType string `json:"x-amazon-apigateway-authtype"`
}

var byIAM = securityScheme{"apiKey", "Authorization", "header", "awsSigv4"}

// authorized is by what a route is kept, in words.
func (a api) authorized(security []map[string][]string) string {
	var all string
	for _, one := range security {
		for name, scopes := range one {
			what := "something unknown"
			if a.DefinitionBody.Components.SecuritySchemes[name] == byIAM && len(scopes) == 0 {
				what = "IAM"
			}
			all += " by " + what
		}
	}
	return all
}

type throttle struct{ ThrottlingRateLimit, ThrottlingBurstLimit int }

type integration struct {
	Type                 string `json:"type"`
	HTTPMethod           string `json:"httpMethod"`
	PayloadFormatVersion string `json:"payloadFormatVersion"`
	URI                  string `json:"uri"`
}

const (
	invocationBefore = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:111122223333:function:"
	invocationAfter  = "/invocations"
)

func apiComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, map[string]any{"ThrottleRate": 5, "ThrottleBurst": 6})
	if s == nil {
		return c.list
	}
	a := c.api(s)
	var got []string
	for path, methods := range a.DefinitionBody.Paths {
		for method, route := range methods {
			if method == "x-amazon-apigateway-any-method" {
				method = "any"
			}
			name := strings.ToUpper(method) + " " + path
			in := route.Integration
			if in.Type != "aws_proxy" || in.HTTPMethod != "POST" || in.PayloadFormatVersion != "2.0" || route.IsDefaultRoute != (path == "/$default") {
				c.add("route %s: %+v", name, route)
			}
			function := strings.TrimSuffix(strings.TrimPrefix(in.URI, invocationBefore), invocationAfter)
			got = append(got, name+" → "+function+a.authorized(route.Security))
		}
	}
	c.same("the routes", got, routes)
	if a.DefaultRouteSettings != (throttle{5, 6}) {
		c.add("the throttle is %+v", a.DefaultRouteSettings)
	}
	c.limits(a)
	c.accessLog(a)
	c.invocations(s)
	return c.list
}

// limited are the routes with a limit of their own.
// Signing in is none: who exhausted it would shut out everybody.
var limited = []string{"POST /iam/token", "ANY /setup"}

func (c *complaint) limits(a api) {
	var got []string
	for name, limit := range a.RouteSettings {
		got = append(got, name)
		if !slices.ContainsFunc(routes, func(r string) bool { return strings.HasPrefix(r, name+" ") }) || limit.ThrottlingRateLimit < 1 || limit.ThrottlingBurstLimit > 20 {
			c.add("a limit for %s: %+v", name, limit)
		}
	}
	c.same("the routes with a limit of their own", got, limited)
}

func (c *complaint) api(s *template.Stack) api {
	var a api
	r, err := s.Resource("HttpApi")
	if !c.failed(err) {
		c.failed(template.Into(r.Properties, &a))
	}
	return a
}

var variable = regexp.MustCompile(`\$[A-Za-z.{}]+`)

func (c *complaint) accessLog(a api) {
	if a.AccessLogSettings.DestinationArn != "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/vendedlogs/gatepost/gatepost/access:*" {
		c.add("the access log goes to %s", a.AccessLogSettings.DestinationArn)
	}
	if !json.Valid([]byte(a.AccessLogSettings.Format)) {
		c.add("the access log is no JSON: %s", a.AccessLogSettings.Format)
	}
	found := variable.FindAllString(a.AccessLogSettings.Format, -1)
	if len(found) == 0 {
		c.add("the access log says nothing")
	}
	for _, name := range found {
		if !slices.Contains(loggable, strings.TrimPrefix(name, "$context.")) {
			c.add("the access log holds %s", name)
		}
	}
}

// invocations see to it that API Gateway, for this API alone, may invoke the
// functions that have routes, and nobody else any.
func (c *complaint) invocations(s *template.Stack) {
	all, err := s.Resources("AWS::Lambda::Permission")
	c.failed(err)
	var got []string
	for _, r := range all {
		got = append(got, fmt.Sprintf("%v %v by %v for %v", r.Properties["Action"], r.Properties["FunctionName"], r.Properties["Principal"], r.Properties["SourceArn"]))
	}
	const by = " by apigateway.amazonaws.com for arn:aws:execute-api:eu-central-1:111122223333:gatepost-HttpApi/*"
	c.same("who may invoke the functions", got, []string{
		"lambda:InvokeFunction gatepost-sso" + by, "lambda:InvokeFunction gatepost-portal" + by, "lambda:InvokeFunction gatepost-metadata" + by,
		"lambda:InvokeFunction gatepost-admin" + by,
	})
}

// domainComplaints compare the stack without, with, and with a domain of the
// account's own zone.
func domainComplaints(read *template.Template) []string {
	var c complaint
	certificate := "arn:aws:acm:eu-central-1:111122223333:certificate/x"
	for _, v := range []struct {
		parameters map[string]any
		closed     bool // API Gateway's own address
		url        string
		resources  []string
	}{
		{nil, false, "https://gatepost-HttpApi.execute-api.eu-central-1.amazonaws.com", nil},
		{map[string]any{"DomainName": "sso.example.com", "CertificateArn": certificate}, true, "https://sso.example.com", []string{"Domain", "DomainMapping"}},
		{map[string]any{"DomainName": "sso.example.com", "CertificateArn": certificate, "HostedZoneId": "Z1"}, true, "https://sso.example.com", []string{"Domain", "DomainMapping", "DomainRecord"}},
	} {
		s := c.stackOf(read, v.parameters)
		if s == nil {
			return c.list
		}
		if got := c.api(s).DisableExecuteApiEndpoint; got != v.closed {
			c.add("%v: API Gateway's own address is closed: %t", v.parameters, got)
		}
		r, err := s.Resource("SsoFunction")
		var p properties
		if !c.failed(err) && !c.failed(template.Into(r.Properties, &p)) && p.Environment.Variables["GATEPOST_URL"] != any(v.url) {
			c.add("%v: GATEPOST_URL is %s", v.parameters, p.Environment.Variables["GATEPOST_URL"])
		}
		all, err := s.Resources("AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::ApiMapping", "AWS::Route53::RecordSet")
		c.failed(err)
		var ids []string
		for _, r := range all {
			ids = append(ids, r.ID)
		}
		c.same(fmt.Sprintf("%v: what the domain takes", v.parameters), ids, v.resources)
	}
	return c.list
}

// outputComplaints see to it that the command line can be pointed at the stack.
func outputComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, nil)
	if s == nil {
		return c.list
	}
	output, _ := s.Section("Outputs")["Environment"].(map[string]any)
	text, err := s.Resolve(output["Value"])
	c.failed(err)
	words := strings.Fields(fmt.Sprint(text))
	c.same("the output Environment", words, []string{
		"export", "GATEPOST_URL=https://gatepost-HttpApi.execute-api.eu-central-1.amazonaws.com", "GATEPOST_KEYS_FUNCTION=gatepost-keys",
		"GATEPOST_CONFIG_TABLE=gatepost-ConfigTable", "GATEPOST_DIRECTORY_TABLE=gatepost-DirectoryTable", "GATEPOST_ACTIVITY_TABLE=gatepost-ActivityTable",
		"AWS_REGION=eu-central-1",
	})
	output, _ = s.Section("Outputs")["SecretsKey"].(map[string]any)
	key, err := s.Resolve(output["Value"])
	c.failed(err)
	if key != "arn:aws:kms:eu-central-1:111122223333:key/gatepost-SecretsKey" {
		c.add("the output SecretsKey is %v", key)
	}
	return c.list
}
