package front

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// write gives the client a function's answer. It writes nothing when there is an
// error. The multiValueHeaders of payload format 1.0 mean nothing in 2.0.
func write(w http.ResponseWriter, answer events.APIGatewayV2HTTPResponse) error {
	if answer.StatusCode < 200 || answer.StatusCode > 599 {
		return fmt.Errorf("the function answers status %d", answer.StatusCode)
	}
	body := []byte(answer.Body)
	if answer.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(answer.Body)
		if err != nil {
			return fmt.Errorf("decode the body of the answer: %w", err)
		}
		body = decoded
	}
	for name, value := range answer.Headers {
		// The length is the connection's to say.
		if !strings.EqualFold(name, "Content-Length") {
			w.Header().Set(name, value)
		}
	}
	for _, cookie := range answer.Cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(body) // the client may be gone, and some answers have no body
	return nil
}
