package lambda

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/sam/template"
	"github.com/gatepost/gatepost/itest/tool"
)

// deployed is what template.yaml makes for a custody, with a role of IAM for each
// administrator role.
func deployed(t testing.TB, custody idp.Custody, names dynamodb.Names) *template.Stack {
	t.Helper()
	read, err := template.Read(filepath.Join(tool.Root(), "..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	const trusted = "arn:aws:iam::444455556666:root"
	stack, err := read.Stack(map[string]any{
		"DomainName": domain, "CertificateArn": "arn:aws:acm:eu-central-1:111122223333:certificate/1", "Contact": "help@example.com", "KeyCustody": string(custody),
		"ViewerPrincipals": trusted, "HelpdeskPrincipals": trusted, "ConnectorAdminPrincipals": trusted, "OwnerPrincipals": trusted,
	})
	if err != nil {
		t.Fatal(err)
	}
	stack.Call("ConfigTable", names.Config)
	stack.Call("DirectoryTable", names.Directory)
	stack.Call("ActivityTable", names.Activity)
	stack.Call("KeysFunction", "function") // as the emulator of Lambda calls it
	return stack
}

// environment is what the template gives a function, and what Lambda does.
func environment(t testing.TB, stack *template.Stack, function string) map[string]string {
	t.Helper()
	r, err := stack.Resource(strings.ToUpper(function[:1]) + function[1:] + "Function")
	if err != nil {
		t.Fatal(err)
	}
	var e struct{ Variables map[string]any }
	err = template.Into(r.Properties["Environment"], &e)
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]string{
		"AWS_REGION": template.Region, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"AWS_LAMBDA_FUNCTION_NAME":        fmt.Sprint(r.Properties["FunctionName"]),
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": fmt.Sprint(r.Properties["MemorySize"]),
		"AWS_LAMBDA_FUNCTION_TIMEOUT":     fmt.Sprint(r.Properties["Timeout"]), // the emulator ends what takes longer
		"AWS_LAMBDA_LOG_FORMAT":           "JSON",
	}
	for name, value := range e.Variables {
		own[name] = fmt.Sprint(value) // CloudFormation makes texts of numbers
	}
	return own
}

// served is a route of the template's API.
type served struct {
	key      string // as the front knows it
	function string
	byIAM    bool // API Gateway asks IAM who calls
}

func routes(t testing.TB, stack *template.Stack) []served {
	t.Helper()
	r, err := stack.Resource("HttpApi")
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(r.Properties["DefinitionBody"])
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Paths map[string]map[string]struct {
			Security    []map[string][]string
			Integration struct{ URI string } `json:"x-amazon-apigateway-integration"`
		}
	}
	err = json.Unmarshal(written, &body)
	if err != nil {
		t.Fatal(err)
	}
	var all []served
	for path, methods := range body.Paths {
		for method, route := range methods {
			_, name, _ := strings.Cut(route.Integration.URI, ":function:"+template.Name+"-")
			one := served{strings.ToUpper(method) + " " + path, strings.TrimSuffix(name, "/invocations"), len(route.Security) > 0}
			if method == "x-amazon-apigateway-any-method" {
				one.key = "ANY " + path
			}
			if path == "/$default" {
				one.key = "$default"
			}
			all = append(all, one)
		}
	}
	return all
}
