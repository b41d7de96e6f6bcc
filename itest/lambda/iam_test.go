package lambda

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/lambda/front"
)

func TestARoleOfIAMIsAnAdministratorRole(t *testing.T) {
	t.Parallel()
	s := newEmptyStage(t, kumo(t), idp.CustodyKMS)
	for role, scope := range map[string]string{"viewer": "read", "helpdesk": "write", "connector-admin": "write", "owner": "write"} {
		who := s.with(s.iamToken(role)).want(200, "GET whoami", "")
		if name, _ := who["name"].(string); who["role"] != role || who["scope"] != scope || !strings.Contains(name, "gatepost-"+role) {
			t.Errorf("the role %s is %v", role, who)
		}
	}
	// API Gateway itself refuses who has not signed.
	nobody := s.visitor()
	refused := curl{s, nobody, ""}.try("POST /iam/token", "")
	if refused.Status != http.StatusForbidden || refused.Body != `{"message":"Forbidden"}` {
		t.Errorf("without a signature: %d %s", refused.Status, refused.Body)
	}
	// There is no other way to the function under /iam.
	for _, request := range []string{"GET /iam/token", "POST /iam/token/", "POST /iam/tokens", "POST /iam"} {
		if page := (curl{s, nobody, ""}).try(request, "", "Origin: "+address); page.Status != http.StatusNotFound {
			t.Errorf("%s is answered %d", request, page.Status)
		}
	}
}

// TestWithoutTheWordOfIAMThereIsNoToken sends events past the front: as they would
// come over a route that IAM is not asked about, and of callers who are no role of
// the template.
func TestWithoutTheWordOfIAMThereIsNoToken(t *testing.T) {
	t.Parallel()
	s := newEmptyStage(t, kumo(t), idp.CustodyKMS)
	const owner = "arn:aws:sts::" + account + ":assumed-role/gatepost-owner/deploy"
	for _, c := range []struct {
		name, arn string
		want      int
		change    func(*events.APIGatewayV2HTTPRequest)
	}{
		{"the role, as the control", owner, 200, nil},
		{"no context", "", 403, nil},
		{"a context in headers", "", 403, func(e *events.APIGatewayV2HTTPRequest) {
			e.Headers["x-golambdaproxy-apigw-context"] = `{"authorizer":{"iam":{"userArn":"` + owner + `"}},"http":{"sourceIp":"192.0.2.1"}}`
			e.Headers["x-amzn-iam-user-arn"] = owner
		}},
		{"a context of another authorizer", "", 403, func(e *events.APIGatewayV2HTTPRequest) {
			e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
				JWT:    &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"userArn": owner}},
				Lambda: map[string]any{"iam": map[string]string{"userArn": owner}, "userArn": owner},
			}
		}},
		{"a role of the template that is no administrator", "arn:aws:sts::" + account + ":assumed-role/gatepost-sso/deploy", 403, nil},
		{"a role of that name in another account", "arn:aws:sts::444455556666:assumed-role/gatepost-owner/deploy", 403, nil},
		{"a role of that name in another partition", "arn:aws-cn:sts::" + account + ":assumed-role/gatepost-owner/deploy", 403, nil},
		{"the role's name as that of the session", "arn:aws:sts::" + account + ":assumed-role/other/gatepost-owner", 403, nil},
		{"a user of that name", "arn:aws:iam::" + account + ":user/gatepost-owner", 403, nil},
		{"the account", "arn:aws:iam::" + account + ":root", 403, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			event := eventOf(t, "POST /iam/token", "", nil)
			if c.arn != "" {
				event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{IAM: &front.Caller{AccountID: account, UserARN: c.arn}}
			}
			if c.change != nil {
				c.change(&event)
			}
			answer := s.send(t, s.sandbox["admin"], event)
			if answer.StatusCode != c.want || strings.Contains(answer.Body, "gp_") != (c.want == http.StatusOK) {
				t.Errorf("answered %d %s", answer.StatusCode, answer.Body)
			}
		})
	}
}
