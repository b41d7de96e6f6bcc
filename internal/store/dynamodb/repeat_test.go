package dynamodb

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/gatepost/gatepost/internal/store"
)

func get(t *Tables, ctx context.Context) error {
	_, err := t.Get(ctx, []store.Key{key("a")})
	return err
}

func TestAThrottledCallGivesUpWithinItsBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tables, f := tablesOn(failed("ThrottlingException"))
		begun := time.Now()
		mustBe(t, get(tables, t.Context()), store.ErrUnavailable, -1)
		took := time.Since(begun)
		if took > 3*time.Second || took < 2*time.Second {
			t.Errorf("it took %v, want most of the budget of 3s and no more", took)
		}
		if len(f.calls) < 8 || len(f.calls) > 20 {
			t.Errorf("%d tries, want neither too few nor a storm", len(f.calls))
		}
		for i := 1; i < len(f.at); i++ {
			pause := f.at[i].Sub(f.at[i-1])
			most := min(firstWait<<min(i-1, maxDoublings), maxWait)
			if pause < most/2 || pause > most {
				t.Errorf("pause %d is %v, want between %v and %v", i, pause, most/2, most)
			}
		}
	})
}

func TestASlowCallGetsTwiceTheTimeAtEachTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tables, f := tablesOn(answer{hang: true})
		begun := time.Now()
		err := get(tables, t.Context())
		mustBe(t, err, store.ErrUnavailable, -1)
		if errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v, but the caller's time has not ended", err)
		}
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("it took %v, want at most the budget of 3s", took)
		}
		if len(f.limits) != 2 || f.limits[0] != time.Second || f.limits[1] > 2*time.Second || f.limits[1] < 1900*time.Millisecond {
			t.Errorf("the tries had %v, want one second and what is left", f.limits)
		}
	})
}

func TestTheCallersEndComesFirst(t *testing.T) {
	for name, a := range map[string]answer{"of a slow service": {hang: true}, "of a throttling service": failed("ThrottlingException")} {
		t.Run("a context that is cancelled during a call "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tables, _ := tablesOn(a)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(30*time.Millisecond, cancel)
				begun := time.Now()
				err := get(tables, ctx)
				mustBe(t, err, store.ErrUnavailable, -1)
				mustBe(t, err, context.Canceled, -1)
				if took := time.Since(begun); took != 30*time.Millisecond {
					t.Errorf("it took %v, want 30ms", took)
				}
			})
		})
	}
	t.Run("a context that has ended asks nothing", func(t *testing.T) {
		tables, f := tablesOn(answer{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		mustBe(t, get(tables, ctx), context.Canceled, -1)
		if len(f.calls) != 0 {
			t.Errorf("the calls are %v, want none", f.calls)
		}
	})
}

func TestTheClientRepeatsNothingByItself(t *testing.T) {
	tables, f := tablesOn(answer{})
	item := store.Item{Key: key("a")}
	calls := map[string]func() error{
		"get": func() error { return get(tables, t.Context()) },
		"query": func() error {
			_, err := tables.Query(t.Context(), store.Query{Table: store.Config, Partition: "P", Limit: 1})
			return err
		},
		"put":         func() error { return tables.Write(t.Context(), store.Put(item, store.Absent())) },
		"update":      func() error { return tables.Write(t.Context(), store.Put(item, store.Always())) },
		"delete":      func() error { return tables.Write(t.Context(), store.Delete(key("a"), store.Always())) },
		"transaction": func() error { return tables.Write(t.Context(), store.Check(key("a"), store.Present())) },
	}
	for name, call := range calls {
		err := call()
		if err != nil {
			t.Fatal(err)
		}
		if _, none := f.options.Retryer.(aws.NopRetryer); !none {
			t.Errorf("%s leaves the client to repeat with %T", name, f.options.Retryer)
		}
	}
}

func TestOutcomes(t *testing.T) {
	status := func(code int, err error) error {
		return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: httpResponse(code)}, Err: err}
	}
	dial := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	reset := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	for name, c := range map[string]struct {
		err  error
		want outcome
	}{
		"success is settled":                           {nil, settled},
		"a failed condition is settled":                {conditionFailed(nil).err, settled},
		"a condition beside a conflict is settled":     {cancelled(reason("TransactionConflict", nil), reason("ConditionalCheckFailed", nil)).err, settled},
		"an item that cannot be read is settled":       {store.ErrFormat, settled},
		"a conflict is refused":                        {cancelled(reason("None", nil), reason("TransactionConflict", nil)).err, refused},
		"throttling in a transaction is refused":       {cancelled(reason("ThrottlingError", nil), reason("", nil)).err, refused},
		"a cancelled transaction without reasons":      {cancelled().err, refused},
		"a transaction of bad items is broken":         {cancelled(reason("ValidationError", nil)).err, broken},
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

func TestUnprocessedKeysAreAskedForAgainConsistently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := map[string]types.KeysAndAttributes{"a": {Keys: []map[string]types.AttributeValue{keyAttributes(key("b"))}}}
		first := &dynamodb.BatchGetItemOutput{
			Responses:       map[string][]map[string]types.AttributeValue{"a": {wire(store.Item{Key: key("a"), Data: []byte("A")}, 1, "w")}},
			UnprocessedKeys: left,
		}
		second := &dynamodb.BatchGetItemOutput{
			Responses: map[string][]map[string]types.AttributeValue{"a": {wire(store.Item{Key: key("b"), Data: []byte("B")}, 1, "w")}},
		}
		tables, f := tablesOn(answer{out: first}, failed("ThrottlingException"), answer{out: second})
		items, err := tables.Get(t.Context(), []store.Key{key("a"), key("b")})
		if err != nil || string(items[0].Data) != "A" || string(items[1].Data) != "B" {
			t.Fatalf("got %v, %v", items, err)
		}
		for i, in := range f.inputs {
			part := in.(*dynamodb.BatchGetItemInput).RequestItems["a"]
			if !aws.ToBool(part.ConsistentRead) || i > 0 && len(part.Keys) != 1 {
				t.Errorf("call %d asks for %d keys, consistently: %v", i, len(part.Keys), aws.ToBool(part.ConsistentRead))
			}
		}
	})
}
