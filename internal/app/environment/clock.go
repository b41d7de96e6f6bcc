package environment

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	transport "github.com/aws/smithy-go/transport/http"
)

// Clock tells how far this machine's clock is from AWS's, by the Date of the last
// answer (RFC 9110, 6.6.1), which is to the second. The zero value has heard of none.
type Clock struct {
	ahead atomic.Int64
}

// Skew is how far the machine's clock is ahead; negative when it is behind.
func (c *Clock) Skew() time.Duration { return time.Duration(c.ahead.Load()) }

// Watch has the clients that are made of config compare the clocks at each answer.
// Several clocks may watch one config.
func (c *Clock) Watch(config *aws.Config) {
	compare := middleware.DeserializeMiddlewareFunc(fmt.Sprintf("CompareClocks%p", c), func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		answer, ok := out.RawResponse.(*transport.Response)
		if ok && answer != nil {
			c.hear(answer.Header.Get("Date"))
		}
		return out, metadata, err
	})
	config.APIOptions = append(config.APIOptions, func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(compare, middleware.After)
	})
}

func (c *Clock) hear(date string) {
	at, err := http.ParseTime(date)
	if err == nil {
		c.ahead.Store(int64(time.Now().Round(0).Sub(at)))
	}
}
