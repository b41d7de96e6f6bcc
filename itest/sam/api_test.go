package sam_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/sam/template"
)

// routes are DESIGN's, for the functions that exist: everything else is the
// portal's. POST /signin stands apart to have a limit of its own.
var routes = []string{
	"ANY /sso/{proxy+} → gatepost-sso",
	"ANY /metadata/{proxy+} → gatepost-metadata",
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
		OpenAPI string `json:"openapi"`
		Info    any    `json:"info"`
		Paths   map[string]map[string]struct {
			IsDefaultRoute bool           `json:"isDefaultRoute"`
			Responses      map[string]any `json:"responses"`
			Parameters     any            `json:"parameters"`
			Integration    integration    `json:"x-amazon-apigateway-integration"`
		} `json:"paths"`
	}
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
			got = append(got, name+" → "+function)
		}
	}
	c.same("the routes", got, routes)
	if a.DefaultRouteSettings != (throttle{5, 6}) {
		c.add("the throttle is %+v", a.DefaultRouteSettings)
	}
	for name, limit := range a.RouteSettings {
		if !slices.ContainsFunc(routes, func(r string) bool { return strings.HasPrefix(r, name+" ") }) || limit.ThrottlingRateLimit < 1 {
			c.add("a limit for %s: %+v", name, limit)
		}
	}
	c.accessLog(a)
	c.invocations(s)
	return c.list
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

// invocations see to it that API Gateway, for this API alone, may invoke the three
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
		if !c.failed(err) && !c.failed(template.Into(r.Properties, &p)) && p.Environment.Variables["GATEPOST_URL"] != v.url {
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

// table is the properties of a table that the template sets.
type table struct {
	BillingMode                      string
	DeletionProtectionEnabled        bool
	SSESpecification                 struct{ SSEEnabled bool }
	PointInTimeRecoverySpecification struct{ PointInTimeRecoveryEnabled bool }
	TimeToLiveSpecification          struct {
		AttributeName string
		Enabled       bool
	}
	AttributeDefinitions   []struct{ AttributeName, AttributeType string }
	KeySchema              keySchema
	GlobalSecondaryIndexes []struct {
		IndexName  string
		KeySchema  keySchema
		Projection struct{ ProjectionType string }
	}
}

type keySchema []struct{ AttributeName, KeyType string }

func (k keySchema) is(want dynamodb.KeySchema) bool {
	return len(k) == 2 && k[0].AttributeName == want.Partition && k[0].KeyType == "HASH" &&
		k[1].AttributeName == want.Sort && k[1].KeyType == "RANGE"
}

// tableComplaints compare the tables with what the adapter needs of them.
func tableComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, nil)
	if s == nil {
		return c.list
	}
	all, err := s.Resources("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
	c.failed(err)
	if len(all) != len(tableIDs) {
		c.add("%d tables", len(all))
	}
	for _, definition := range dynamodb.Definitions() {
		r, err := s.Resource(tableIDs[definition.Table])
		var got table
		if !c.failed(err) && !c.failed(template.Into(r.Properties, &got)) {
			c.kept(r)
			c.table(r.ID, got, definition)
		}
	}
	return c.list
}

func (c *complaint) table(id string, got table, want dynamodb.Definition) {
	for what, holds := range map[string]bool{
		"on demand":              got.BillingMode == "PAY_PER_REQUEST",
		"protected":              got.DeletionProtectionEnabled,
		"encrypted":              got.SSESpecification.SSEEnabled,
		"recoverable":            got.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled,
		"ending by " + want.TTL:  got.TimeToLiveSpecification.Enabled && got.TimeToLiveSpecification.AttributeName == want.TTL,
		"keyed as the adapter":   got.KeySchema.is(want.Key),
		"indexed as the adapter": len(got.GlobalSecondaryIndexes) == len(want.Indexes),
	} {
		if !holds {
			c.add("%s is not %s: %+v", id, what, got)
		}
	}
	attributes := []string{want.Key.Partition, want.Key.Sort}
	for _, index := range want.Indexes {
		attributes = append(attributes, index.Key.Partition, index.Key.Sort)
		if !got.hasIndex(index) {
			c.add("%s has no index %s as the adapter needs it", id, index.Name)
		}
	}
	var defined []string
	for _, a := range got.AttributeDefinitions {
		if a.AttributeType != "S" {
			c.add("%s: attribute %s is %s", id, a.AttributeName, a.AttributeType)
		}
		defined = append(defined, a.AttributeName)
	}
	c.same("the attributes of "+id, defined, attributes)
}

func (t table) hasIndex(want dynamodb.IndexDefinition) bool {
	for _, index := range t.GlobalSecondaryIndexes {
		if store.Index(index.IndexName) == want.Name {
			return index.KeySchema.is(want.Key) && index.Projection.ProjectionType == "ALL"
		}
	}
	return false
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
	return c.list
}
