package lambda

import (
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// hostile is a request of somebody who is signed in as alice, what is done to its
// event, and the status that it has to be answered with.
type hostile struct {
	name    string
	to      string // function
	request string // method and target
	body    string // of type application/x-www-form-urlencoded
	want    int
	change  func(*events.APIGatewayV2HTTPRequest)
}

const signInForm = "username=alice%40example.com&password=correct+horse+battery+staple"

func hostileLaunches() []hostile {
	type event = *events.APIGatewayV2HTTPRequest
	const launch = "GET /sso/aws-a"
	return []hostile{
		{"a launch, as the control", "sso", launch, "", 200, nil},
		{"a context of its own", "sso", launch, "", 200, func(e event) {
			e.Headers["x-golambdaproxy-apigw-context"] = `{"http":{"sourceIp":"203.0.113.66"},"requestId":"spoofed"}`
			e.Headers["x-golambdaproxy-apigw-stagevars"] = `{"a":"b"}`
			e.Headers["x-forwarded-for"] = "203.0.113.66," + e.RequestContext.HTTP.SourceIP
		}},
		{"a role twice, joined by a comma", "sso", launch + "?role=a&role=b", "", 400, nil},
		{"a role with a comma", "sso", launch + "?role=a%2Cb", "", 403, nil},
		{"parameters that the raw query does not have", "sso", launch, "", 200, func(e event) {
			e.QueryStringParameters = map[string]string{"SAMLRequest": "x", "RelayState": "https://evil.example"}
		}},
		{"a fetch mode twice, joined by a comma", "sso", launch, "", 403, func(e event) { e.Headers["sec-fetch-mode"] = "navigate,cors" }},
		{"a site twice, joined by a comma", "sso", launch, "", 403, func(e event) { e.Headers["sec-fetch-site"] = "none,cross-site" }},
		{"two cookies of the name", "sso", launch, "", 303, func(e event) { e.Cookies = append(e.Cookies, e.Cookies[0]+"0") }},
		{"cookies joined by a comma", "sso", launch, "", 303, func(e event) { e.Cookies[0] = "a=1, " + e.Cookies[0] }},
		{"a cookie in a header", "sso", launch, "", 303, func(e event) { e.Headers["cookie"], e.Cookies = e.Cookies[0], nil }},
		{"a stage before the path", "sso", "GET /prod/sso/aws-a", "", 200, func(e event) { e.RequestContext.Stage = "prod" }},
		{"a stage that is not there", "sso", "GET /prod/sso/aws-a", "", 404, nil},
		{"a stage alone", "portal", "GET /prod", "", 200, func(e event) { e.RequestContext.Stage = "prod" }},
		{"a launch of another's function", "portal", launch, "", 404, nil},
		{"an encoded slash", "sso", "GET /sso/aws-a%2F", "", 404, nil},
		{"an encoded NUL", "sso", "GET /sso/aws-a%00", "", 404, nil},
		{"a control character", "sso", launch, "", 400, func(e event) { e.RawPath = "/sso/aws-a\x01" }},
		{"a host as a path", "sso", "GET //evil.example/sso/aws-a", "", 307, nil}, // to the path with one slash
		{"another host", "sso", launch, "", 200, func(e event) {
			e.RequestContext.DomainName, e.Headers["host"], e.Headers["x-forwarded-host"] = "evil.example", "evil.example", "evil.example"
		}},
		{"a method that is none", "sso", launch, "", 400, func(e event) { e.RequestContext.HTTP.Method = "GET /x HTTP/1.1\r\n" }},
		{"an odd method", "sso", launch, "", 405, func(e event) { e.RequestContext.HTTP.Method = "GETS" }},
		{"no source", "sso", launch, "", 400, func(e event) { e.RequestContext.HTTP.SourceIP = "" }},
	}
}

func hostileForms() []hostile {
	type event = *events.APIGatewayV2HTTPRequest
	const signIn = "POST /signin"
	return []hostile{
		{"a form in base64, as the control", "portal", signIn, signInForm, 303, nil},
		{"a form that is not base64", "portal", signIn, signInForm, 400, func(e event) { e.Body = "%" }},
		{"a form that says not to be base64", "portal", signIn, signInForm, 401, func(e event) { e.IsBase64Encoded = false }},
		{"a form that was sent from another site", "portal", signIn, signInForm, 403, func(e event) { e.Headers["sec-fetch-site"] = "cross-site" }},
		{"a form to a launch", "sso", "POST /sso/aws-a", "a=b", 405, nil},
		{"a form to metadata", "metadata", "POST /metadata/aws-a", "a=b", 405, nil},
	}
}

// hostileAdministration is what is sent to the function admin, with the session of
// somebody who is no administrator.
func hostileAdministration() []hostile {
	type event = *events.APIGatewayV2HTTPRequest
	const list = "GET /api/v1/connectors"
	bearer := func(text string) func(event) {
		return func(e event) { e.Headers["authorization"] = text }
	}
	return []hostile{
		{"the config API, as the control", "admin", list, "", 403, nil},
		{"the console, as the control", "admin", "GET /admin", "", 403, nil},
		{"the config API from another site", "admin", list, "", 401, func(e event) { e.Headers["sec-fetch-site"] = "cross-site" }},
		{"a session beside a token that is none", "admin", list, "", 401, bearer("Bearer gp_0000")},
		{"two tokens, joined by a comma", "admin", list, "", 401, bearer("Bearer gp_0000,Bearer gp_0001")},
		{"a signature of AWS where a token belongs", "admin", list, "", 401, bearer("AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=0")},
		{"a form to the config API", "admin", "POST /api/v1/lockdown", "a=b", 403, nil},
		{"a form to the console from another site", "admin", "POST /admin/connectors", "a=b", 403, func(e event) { e.Headers["sec-fetch-site"] = "same-site" }},
		{"an encoded slash in the config API", "admin", "GET /api/v1/connectors%2Faws-a", "", 404, nil},
		{"a way up in the config API", "admin", "GET /api/v1/connectors/../users", "", 307, nil}, // to the path without it
		{"a stage before the config API", "admin", "GET /prod/api/v1/connectors", "", 403, func(e event) { e.RequestContext.Stage = "prod" }},
		{"a launch of another's function, admin", "admin", "GET /sso/aws-a", "", 404, nil},
		{"the console of another's function", "portal", "GET /admin", "", 404, nil},
		{"a body of 4 MiB to the config API", "admin", "POST /api/v1/groups", strings.Repeat("x", 4<<20), 403, nil},
	}
}

// oversized are events as long as Lambda takes them, and longer than what API
// Gateway takes of a header or an address.
func oversized() []hostile {
	type event = *events.APIGatewayV2HTTPRequest
	body := strings.Repeat("x", 4<<20)
	long := strings.Repeat("x", 1<<20)
	return []hostile{
		{"a form of 4 MiB", "portal", "POST /signin", signInForm + "&a=" + body, 400, nil},
		{"a body of 4 MiB to a launch", "sso", "GET /sso/aws-a", body, 200, nil},
		{"a header of 1 MiB", "sso", "GET /sso/aws-a", "", 200, func(e event) { e.Headers["user-agent"] = long }},
		{"a query of 1 MiB", "sso", "GET /sso/aws-a?RelayState=" + long, "", 400, nil},
		{"a path of 1 MiB", "sso", "GET /sso/" + long, "", 404, nil},
		{"ten thousand cookies", "sso", "GET /sso/aws-a", "", 303, func(e event) {
			e.Cookies = append(e.Cookies, strings.Split(strings.Repeat("a=b ", 10_000), " ")...)
		}},
	}
}
