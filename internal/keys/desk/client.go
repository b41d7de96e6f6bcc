package desk

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/go-json-experiment/json"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
)

// Invoker calls a function; a *lambda.Client of the SDK is one.
type Invoker interface {
	Invoke(ctx context.Context, in *lambda.InvokeInput, options ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

// Client asks the function that keeps the keys. Its methods return what
// *keys.Keeper's do, in the same sentinels; when the function gives no answer, an
// error that is keys.ErrUnavailable: what was asked for may have happened.
type Client struct {
	invoker  Invoker
	function string
}

// NewClient makes a client of the function of that name or ARN.
func NewClient(invoker Invoker, function string) *Client {
	return &Client{invoker: invoker, function: function}
}

// Create makes the connector's key, in a custody; an empty one is the default.
func (c *Client) Create(ctx context.Context, slug string, custody idp.Custody, e idp.Event) (*idp.Key, error) {
	return c.askForKey(ctx, request{Op: opCreate, Slug: slug, Custody: valid(string(custody)), Event: wireEvent(e)})
}

// Upload takes a private key and its certificate into custody, both PEM.
func (c *Client) Upload(ctx context.Context, slug string, privateKey, certificate []byte, e idp.Event) (*idp.Key, error) {
	return c.askForKey(ctx, request{Op: opUpload, Slug: slug, PrivateKey: text(privateKey), Certificate: text(certificate), Event: wireEvent(e)})
}

// Delete removes the connector's key.
func (c *Client) Delete(ctx context.Context, slug string, e idp.Event) error {
	a, err := c.ask(ctx, request{Op: opDelete, Slug: slug, Event: wireEvent(e)})
	if err != nil {
		return err
	}
	return a.Error.domain()
}

// wireEvent leaves to the function what the function knows better: what was done,
// to what, and when.
func wireEvent(e idp.Event) *event {
	return &event{
		ID: valid(e.ID), Actor: valid(e.Actor), ActorID: valid(e.ActorID),
		SourceIP: valid(e.SourceIP), UserAgent: valid(e.UserAgent), RequestID: valid(e.RequestID),
	}
}

// text is an uploaded file as JSON can carry it. What is too long or not text
// stays so, and the function says what is wrong with it.
func text(file []byte) string {
	if len(file) > keys.MaxUpload {
		file = file[:keys.MaxUpload+1]
	}
	return valid(string(file))
}

// valid is the text as JSON can carry it: a header may hold any bytes.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// askForKey returns a key and an error together when the function does.
func (c *Client) askForKey(ctx context.Context, r request) (*idp.Key, error) {
	a, err := c.ask(ctx, r)
	if err != nil {
		return nil, err
	}
	if a.Error == nil && (a.Key == nil || a.Key.Slug != r.Slug) {
		return nil, c.failure(r, errors.New("the answer has no key of that connector"))
	}
	return a.Key.domain(), a.Error.domain()
}

func (c *Client) ask(ctx context.Context, r request) (answer, error) {
	payload, err := json.Marshal(r)
	if err != nil {
		// The encoder's own words may quote a private key.
		return answer{}, fmt.Errorf("%s key of %q: the request cannot be written as JSON", r.Op, r.Slug)
	}
	ctx, cancel := before(ctx, reserve)
	defer cancel()
	// One try: a lost answer does not tell whether the function did its work,
	// and a second try would do it again.
	out, err := c.invoker.Invoke(ctx, &lambda.InvokeInput{
		FunctionName:   &c.function,
		InvocationType: types.InvocationTypeRequestResponse,
		Payload:        payload,
	}, func(o *lambda.Options) { o.RetryMaxAttempts = 1 })
	if err != nil {
		return answer{}, c.failure(r, reason(ctx, err))
	}
	if out.FunctionError != nil {
		return answer{}, c.failure(r, errors.New("the function ended with "+errorType(out.Payload)))
	}
	var a answer
	if len(out.Payload) > maxAnswer || json.Unmarshal(out.Payload, &a) != nil {
		return answer{}, c.failure(r, errors.New("the answer cannot be read"))
	}
	return a, nil
}

// reserve is what a question leaves of its caller's time: to look what is there, and
// to tell that there was no answer.
const reserve = 3 * time.Second

// before is a context that ends earlier than its parent, where that has an end.
func before(ctx context.Context, reserve time.Duration) (context.Context, context.CancelFunc) {
	end, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-reserve))
}

func (c *Client) failure(r request, cause error) error {
	return fmt.Errorf("%s key of %q by function %q: %w: %w", r.Op, r.Slug, c.function, keys.ErrUnavailable, cause)
}

// reason is why there is no answer. The service's words on a request that it
// cannot read are left out, since they quote it.
func reason(ctx context.Context, err error) error {
	ended := ctx.Err()
	if ended != nil {
		return ended
	}
	var unreadable *types.InvalidRequestContentException
	if errors.As(err, &unreadable) {
		return errors.New(unreadable.ErrorCode())
	}
	return err
}

// maxTypeName is shorter than a line of PEM, which could pass for a name.
const maxTypeName = 40

// typeName is the name of an error's type, as runtimes give it.
var typeName = regexp.MustCompile(`^[A-Za-z0-9_.*]+$`)

// errorType is the type of error of a function that failed as a whole: out of
// time or memory, or by a panic, whose message may hold anything.
func errorType(payload []byte) string {
	var failed struct {
		Type string `json:"errorType"`
	}
	if len(payload) > maxAnswer || json.Unmarshal(payload, &failed) != nil || len(failed.Type) > maxTypeName || !typeName.MatchString(failed.Type) {
		return "an unknown error"
	}
	return failed.Type
}
