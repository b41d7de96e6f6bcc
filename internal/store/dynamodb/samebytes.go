package dynamodb

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// sameBytes has every try of a call send the very bytes of the first. The SDK
// writes the attributes of an item in another order each time, and a transaction
// whose token comes back with other bytes may be taken for another one: DynamoDB
// Local answers IdempotentParameterMismatchException.
type sameBytes struct{ body []byte }

func (s *sameBytes) option(o *dynamodb.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Serialize.Add(middleware.SerializeMiddlewareFunc("SameBytes", s.handle), middleware.After)
	})
}

// handle runs after the request has been written.
func (s *sameBytes) handle(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
	request, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return middleware.SerializeOutput{}, middleware.Metadata{}, fmt.Errorf("a request of type %T", in.Request)
	}
	if s.body == nil {
		body, err := io.ReadAll(request.GetStream())
		if err != nil {
			return middleware.SerializeOutput{}, middleware.Metadata{}, fmt.Errorf("keep the request: %w", err)
		}
		s.body = body
	}
	request, err := request.SetStream(bytes.NewReader(s.body))
	if err != nil {
		return middleware.SerializeOutput{}, middleware.Metadata{}, fmt.Errorf("send the request again: %w", err)
	}
	in.Request = request
	return next.HandleSerialize(ctx, in)
}
