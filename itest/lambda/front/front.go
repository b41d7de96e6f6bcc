// Package front plays API Gateway's HTTP API before functions of Lambda: it turns
// HTTP requests into events of payload format 2.0, as AWS documents them, and what
// the functions answer into HTTP. See [Lambda proxy integrations].
//
// What the documentation leaves open is decided here like this: the path goes on
// in the encoding in which it came, and a body goes on as text only when its type
// is text, JSON, XML or JavaScript. Where AWS writes null for an identity of Cognito,
// the type of the event can only write an empty one.
//
// [Lambda proxy integrations]: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
package front

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Function invokes a function with the JSON of an event and returns the JSON of
// its answer.
type Function func(ctx context.Context, event []byte) ([]byte, error)

// Caller is what API Gateway tells of a request that IAM has authorized.
type Caller = events.APIGatewayV2HTTPRequestContextAuthorizerIAMDescription

// Authorizer stands for the AWS_IAM authorizer. It tells who signed a request, and
// nil of one that nobody did, or not rightly.
type Authorizer func(*http.Request) *Caller

// Front answers for the API. Its fields are not changed once it serves.
type Front struct {
	// Routes are the API's routes, by key: "$default", or a method or ANY and a
	// path that may end in "/{proxy+}". One with an exact path goes before one
	// that ends so, and that before $default.
	Routes map[string]Function

	// Authorizers are asked about requests of some of the routes, by key, as API
	// Gateway asks IAM: whom they do not know never reaches the function.
	Authorizers map[string]Authorizer

	// Failed is told of an invocation that gave no answer that API Gateway takes:
	// the function failed, ran into its time limit, or answered something else.
	Failed func(route string, err error)
}

// The limits of API Gateway and of Lambda, in bytes: the body of a request, and
// the payload of a synchronous invocation, on its way in and out.
const (
	maxBody    = 10 << 20
	maxPayload = 6 << 20
)

// ServeHTTP implements [http.Handler].
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, parameters := f.match(r.Method, r.URL.EscapedPath())
	function, found := f.Routes[route]
	if !found {
		say(w, http.StatusNotFound, "Not Found")
		return
	}
	authorizer, allowed := f.authorize(route, r)
	if !allowed {
		say(w, http.StatusForbidden, "Forbidden")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		say(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	event := Event(r, body)
	event.RouteKey, event.RequestContext.RouteKey, event.PathParameters = route, route, parameters
	event.RequestContext.Authorizer = authorizer
	payload, err := json.Marshal(event)
	if err != nil {
		say(w, http.StatusBadRequest, "Bad Request")
		return
	}
	if len(payload) > maxPayload {
		say(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	answer, err := invoke(r.Context(), function, payload)
	if err == nil {
		err = write(w, answer)
	}
	if err != nil {
		f.Failed(route, err)
		say(w, http.StatusInternalServerError, "Internal Server Error")
	}
}

// authorize is the event's word on the caller, nil for a route that IAM is not
// asked about.
func (f *Front) authorize(route string, r *http.Request) (*events.APIGatewayV2HTTPRequestContextAuthorizerDescription, bool) {
	ask, asked := f.Authorizers[route]
	if !asked {
		return nil, true
	}
	caller := ask(r)
	if caller == nil {
		return nil, false
	}
	return &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{IAM: caller}, true
}

// match is the key of the route that takes a request, and its path parameters.
func (f *Front) match(method, path string) (string, map[string]string) {
	for _, m := range []string{method, "ANY"} {
		if _, found := f.Routes[m+" "+path]; found {
			return m + " " + path, nil
		}
	}
	for key := range f.Routes {
		m, pattern, _ := strings.Cut(key, " ")
		before, greedy := strings.CutSuffix(pattern, "{proxy+}")
		rest, under := strings.CutPrefix(path, before)
		if greedy && under && rest != "" && (m == "ANY" || m == method) {
			return key, map[string]string{"proxy": rest}
		}
	}
	return "$default", nil
}

// invoke returns an answer that API Gateway takes for one. It would take JSON of
// any other form for the body of a page; no function here means that.
func invoke(ctx context.Context, function Function, payload []byte) (events.APIGatewayV2HTTPResponse, error) {
	var answer events.APIGatewayV2HTTPResponse
	text, err := function(ctx, payload)
	if err != nil {
		return answer, err
	}
	if len(text) > maxPayload {
		return answer, errors.New("the answer is too long for Lambda")
	}
	err = json.Unmarshal(text, &answer)
	if err != nil || answer.StatusCode == 0 {
		return answer, fmt.Errorf("the function answers %.300q", text)
	}
	return answer, nil
}

// say answers with API Gateway's own words.
func say(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"message":%q}`, message)
}
