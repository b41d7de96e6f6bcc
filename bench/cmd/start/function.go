package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-lambda-go/events"
)

// function is a program whose start is measured, and the first event it gets.
type function struct {
	name   string
	module string // its folder in the repository
	pkg    string
	event  func(root string) ([]byte, error)
	answer string // part of the right answer
}

// peer is the name of the function that the others are compared with.
const peer = "DynamoDB and KMS clients"

// contenders are the functions that are measured. None of the events needs the
// store: a signed-out launch leads to the sign-in, whose page is only a form, and
// a name that no connector can have is looked up nowhere.
func contenders() []function {
	return []function{
		{"bare", "bench", "./cmd/bare", sample("sso-signed-out", ""), `"statusCode":200`},
		{peer, "bench", "./cmd/clients", sample("sso-signed-out", ""), `"statusCode":200`},
		{"the same, configured by hand", "bench", "./cmd/lean", sample("sso-signed-out", ""), `"statusCode":200`},
		{"sso", ".", "./functions/sso", sample("sso-signed-out", ""), `"statusCode":303`},
		{"portal", ".", "./functions/portal", sample("portal-signin-page", ""), `"statusCode":200`},
		{"metadata", ".", "./functions/metadata", sample("metadata", "/metadata/NOPE"), `"statusCode":404`},
		{"keys", ".", "./functions/keys", literal(`{"op":"none"}`), `is not an operation`},
	}
}

// sample is a sample event as the runtime hands it over, with another path if one
// is given.
func sample(name, path string) func(string) ([]byte, error) {
	return func(root string) ([]byte, error) {
		event, err := readEvent(root, name)
		if err != nil {
			return nil, err
		}
		if path != "" {
			event.RawPath, event.RequestContext.HTTP.Path = path, path
		}
		return json.Marshal(event)
	}
}

func literal(event string) func(string) ([]byte, error) {
	return func(string) ([]byte, error) { return []byte(event), nil }
}

func readEvent(root, name string) (events.APIGatewayV2HTTPRequest, error) {
	var event events.APIGatewayV2HTTPRequest
	content, err := os.ReadFile(filepath.Join(root, "events", name+".json"))
	if err != nil {
		return event, err
	}
	err = json.Unmarshal(content, &event)
	if err != nil {
		return event, fmt.Errorf("event %q: %w", name, err)
	}
	return event, nil
}
