// Package gateway lets a handler answer the events of an API Gateway HTTP API
// (payload format 2.0), by way of aws-lambda-go-api-proxy, whose traps it keeps
// from every face:
//
//   - what a client sends as X-GoLambdaProxy-… is removed, and the event's context
//     is read from the Go context alone;
//   - cookies come from the event's list and the query from its raw form, never
//     from the fields in which the gateway joins repeated values with commas;
//   - a stage that is not $default stands before the path and is cut off;
//   - a path is a path, whatever the gateway decoded in it: a ? or # begins no
//     query and no fragment;
//   - a request ends before the function's own limit, so that there is an answer;
//   - an event that cannot be turned into a request is answered 400 and not 504.
//
// See https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
package gateway

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// Function is what the Lambda runtime calls.
type Function func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// New turns a handler into a function for the runtime. What stands before the
// gateway, via knows.
func New(handler http.Handler, via reqctx.Via) Function {
	adapter := httpadapter.NewV2(known(handler, via))
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		clean(&event)
		if !readable(event) {
			return malformed, nil
		}
		ctx, cancel := inTime(ctx)
		defer cancel()
		return adapter.ProxyWithContext(ctx, event)
	}
}

// reserve is what is kept of the function's time to tell that a service did not
// answer. Lambda ends a function that is late, with an answer of its own and the
// sandbox gone.
const reserve = time.Second

// inTime is the context of a request, which ends before the function's own limit.
func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	end, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-reserve))
}

// malformed answers an event that is no request. API Gateway never sends one.
var malformed = events.APIGatewayV2HTTPResponse{
	StatusCode: http.StatusBadRequest,
	Headers: map[string]string{
		"Content-Type":            "text/plain; charset=utf-8",
		"Cache-Control":           "no-store",
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "default-src 'none'",
	},
	Body: "This request cannot be read.\n",
}

// ownHeaders begin the names that the adapter itself would put into a request.
const ownHeaders = "x-golambdaproxy-"

// clean leaves in the event one way to say each thing.
func clean(event *events.APIGatewayV2HTTPRequest) {
	headers := make(map[string]string, len(event.Headers))
	for name, value := range event.Headers {
		lower := strings.ToLower(name)
		if lower == "cookie" || strings.HasPrefix(lower, ownHeaders) {
			continue
		}
		headers[name] = value
	}
	event.Headers = headers
	event.QueryStringParameters = nil
	event.RawPath = strings.NewReplacer("?", "%3F", "#", "%23").Replace(event.RawPath)
	stage := event.RequestContext.Stage
	if stage == "" || stage == "$default" {
		return
	}
	rest, cut := strings.CutPrefix(event.RawPath, "/"+stage)
	if cut && (rest == "" || strings.HasPrefix(rest, "/")) {
		event.RawPath = "/" + strings.TrimPrefix(rest, "/")
	}
}

// readable reports whether the adapter can make a request of the event: it would
// answer 504 otherwise.
func readable(event events.APIGatewayV2HTTPRequest) bool {
	if event.RequestContext.HTTP.Method == "" || event.RequestContext.HTTP.SourceIP == "" || !strings.HasPrefix(event.RawPath, "/") {
		return false
	}
	if event.IsBase64Encoded {
		_, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return false
		}
	}
	address := "https://" + event.RequestContext.DomainName + event.RawPath
	if event.RawQueryString != "" {
		address += "?" + event.RawQueryString
	}
	_, err := http.NewRequest(event.RequestContext.HTTP.Method, address, http.NoBody)
	if err != nil {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && u.Host == event.RequestContext.DomainName
}

// known notes who makes the request, from the event's context.
func known(next http.Handler, via reqctx.Via) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, ok := core.GetAPIGatewayV2ContextFromContext(r.Context())
		client := reqctx.Client{RequestID: idp.NewID("r"), UserAgent: reqctx.CleanUserAgent(r.UserAgent())}
		if ok {
			client.Principal = principal(event)
			if validRequestID(event.RequestID) {
				client.RequestID = event.RequestID
			}
		}
		via.Admit(w, r, event.HTTP.SourceIP, client, next)
	})
}

// principal is whom the AWS_IAM authorizer found to have signed the request. The
// gateway writes it and no client can: it is in the event's context alone.
func principal(event events.APIGatewayV2HTTPRequestContext) string {
	if event.Authorizer == nil || event.Authorizer.IAM == nil {
		return ""
	}
	return event.Authorizer.IAM.UserARN
}

// validRequestID keeps to what API Gateway writes: the request's ID ties our log
// and page to the gateway's access log.
func validRequestID(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("-_=+/", r) {
			return false
		}
	}
	return true
}
