package gate

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"

	"github.com/gatepost/gatepost/itest/sam/policy"
)

// Function is a function that another one invokes.
type Function func(ctx context.Context, payload json.RawMessage) (json.RawMessage, error)

// Answer has calls of Lambda's Invoke for the function of that name, when they are
// let through, go to f.
func (g *Gate) Answer(name string, f Function) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.functions[name] = f
}

// invocation is the path of Invoke, which has no header that names it.
var invocation = regexp.MustCompile(`^/2015-03-31/functions/([^/]+)/invocations$`)

// invoke answers an Invoke of a function.
func (g *Gate) invoke(w http.ResponseWriter, r *http.Request, name string, payload []byte) {
	refused := g.all([]policy.Request{{Action: "lambda:InvokeFunction", Resource: resourceARN("lambda", "function:"+name)}})
	g.mu.Lock()
	f := g.functions[name]
	g.mu.Unlock()
	if refused == "" && f == nil {
		refused = "an invocation of an unknown function: " + name
	}
	if refused != "" {
		w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
		g.refuse(w, refused)
		return
	}
	answer, err := f(r.Context(), payload)
	if err != nil {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		answer = []byte(`{"errorType":"Error"}`)
	}
	_, _ = w.Write(answer) // the client may be gone
}
