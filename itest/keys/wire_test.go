package keys

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/itest/fault"
)

// refused is a service's refusal, as the API references of KMS and Secrets Manager
// give it under "Common errors" and under each operation's own.
func refused(status int, code, message string) fault.Fault {
	body, err := json.Marshal(map[string]string{"__type": code, "message": message})
	if err != nil {
		panic(err) // two strings
	}
	return fault.Wire(status, map[string]string{"X-Amzn-ErrorType": code}, string(body))
}

// sent keeps what the next call of an operation sends.
func sent(p *fault.Proxy, operation string) *map[string]any {
	fields := map[string]any{}
	p.Next(operation, fault.Look(func(_ http.Header, body []byte) {
		err := json.Unmarshal(body, &fields)
		if err != nil {
			fields["unreadable"] = err
		}
	}))
	return &fields
}

// once is a configuration whose every call is one try: for answers that the SDK
// would wait and ask again for.
func once(address string) aws.Config {
	c := config(address)
	c.RetryMaxAttempts = 1
	return c
}

// mustBeOnly fails unless an error is one of the two kinds of package keys and not
// the other.
func mustBeOnly(t *testing.T, err, want error) {
	t.Helper()
	for _, kind := range []error{keys.ErrNoKey, keys.ErrUnavailable} {
		if errors.Is(err, kind) != (kind == want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}
