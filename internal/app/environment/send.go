package environment

import (
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Send is a client for the SDK over another one. It hides from net/http that the
// SDK's request body is an [io.WriterTo], whose WriteTo returns io.EOF as an error
// once the SDK has closed the body, as it does when the answer's first bytes come.
// An answer that is quicker than net/http's look for the body's end would then
// count as a failed write: the connection is closed under the answer, which the
// SDK reports as "use of closed network connection". See
// https://github.com/aws/aws-sdk-go-v2/issues/2737.
func Send(client aws.HTTPClient) aws.HTTPClient { return sender{client} }

type sender struct{ next aws.HTTPClient }

// Do implements [aws.HTTPClient].
func (s sender) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return s.next.Do(r)
}
