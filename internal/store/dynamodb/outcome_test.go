package dynamodb

import (
	"errors"
	"net"
	"net/http"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/gatepost/gatepost/internal/store"
)

func TestOutcomes(t *testing.T) {
	status := func(code int, err error) error {
		return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: code}}, Err: err}
	}
	dial := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	reset := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	for name, c := range map[string]struct {
		err  error
		want outcome
	}{
		"success is settled":                           {nil, settled},
		"a failed condition is settled":                {conditionFailed(nil), settled},
		"a condition beside a conflict is settled":     {cancelled(reason("TransactionConflict", nil), reason("ConditionalCheckFailed", nil)), settled},
		"an item that cannot be read is settled":       {store.ErrFormat, settled},
		"a conflict is refused":                        {cancelled(reason("None", nil), reason("TransactionConflict", nil)), refused},
		"throttling in a transaction is refused":       {cancelled(reason("ThrottlingError", nil), reason("", nil)), refused},
		"a cancelled transaction without reasons":      {cancelled(), refused},
		"a transaction of bad items is broken":         {cancelled(reason("ValidationError", nil)), broken},
		"a conflict of a single write is refused":      {&types.TransactionConflictException{}, refused},
		"throttling of a table is refused":             {&types.ProvisionedThroughputExceededException{}, refused},
		"throttling of the account is refused":         {&types.RequestLimitExceeded{}, refused},
		"an earlier try under way may happen":          {&types.TransactionInProgressException{}, lost},
		"an internal error may have happened":          {&types.InternalServerError{}, lost},
		"an unknown error of status 503 may have":      {status(503, &smithy.GenericAPIError{Code: "Whatever"}), lost},
		"an unknown error of status 400 is broken":     {status(400, &smithy.GenericAPIError{Code: "Whatever"}), broken},
		"a missing table is broken":                    {&types.ResourceNotFoundException{}, broken},
		"another request under the token is broken":    {&types.IdempotentParameterMismatchException{}, broken},
		"a connection that was refused is refused":     {&smithyhttp.RequestSendError{Err: dial}, refused},
		"a connection that was reset may have passed":  {&smithyhttp.RequestSendError{Err: reset}, lost},
		"an answer that was cut short may have passed": {&smithy.DeserializationError{Err: errors.New("unexpected EOF")}, lost},
		"keys left unprocessed are refused":            {errUnprocessed, refused},
	} {
		t.Run(name, func(t *testing.T) {
			if got := outcomeOf(c.err); got != c.want {
				t.Errorf("outcome %d, want %d", got, c.want)
			}
		})
	}
}
