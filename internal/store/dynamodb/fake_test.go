package dynamodb

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/gatepost/gatepost/internal/store"
)

// fake answers each call with the next of its answers, then with the last for
// ever.
type fake struct {
	answers []answer
	calls   []string
	at      []time.Time // when each call came
	limits  []time.Duration
	inputs  []any
	options dynamodb.Options // as the last call set them
}

// answer is an output or an error. A nil output is an empty one.
type answer struct {
	out  any
	err  error
	hang bool // until the try's time is over
	make func() answer
}

func answerOf[T any](f *fake, ctx context.Context, name string, in any, options []func(*dynamodb.Options)) (*T, error) {
	f.options = dynamodb.Options{}
	for _, set := range options {
		set(&f.options)
	}
	limit, _ := ctx.Deadline()
	f.calls, f.at, f.limits, f.inputs = append(f.calls, name), append(f.at, time.Now()), append(f.limits, time.Until(limit)), append(f.inputs, in)
	a := f.answers[min(len(f.calls), len(f.answers))-1]
	if a.make != nil {
		a = a.make()
	}
	if a.hang {
		<-ctx.Done()
		return nil, &smithy.OperationError{ServiceID: "DynamoDB", OperationName: name, Err: ctx.Err()}
	}
	if a.err != nil {
		return nil, &smithy.OperationError{ServiceID: "DynamoDB", OperationName: name, Err: a.err}
	}
	if a.out == nil {
		return new(T), nil
	}
	return a.out.(*T), nil
}

func (f *fake) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return answerOf[dynamodb.BatchGetItemOutput](f, ctx, "BatchGetItem", in, o)
}

func (f *fake) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return answerOf[dynamodb.QueryOutput](f, ctx, "Query", in, o)
}

func (f *fake) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return answerOf[dynamodb.PutItemOutput](f, ctx, "PutItem", in, o)
}

func (f *fake) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return answerOf[dynamodb.UpdateItemOutput](f, ctx, "UpdateItem", in, o)
}

func (f *fake) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return answerOf[dynamodb.DeleteItemOutput](f, ctx, "DeleteItem", in, o)
}

func (f *fake) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return answerOf[dynamodb.TransactWriteItemsOutput](f, ctx, "TransactWriteItems", in, o)
}

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func tablesOn(answers ...answer) (*Tables, *fake) {
	f := &fake{answers: answers}
	return New(f, Names{"c", "d", "a"}, Options{Now: noon}), f
}

func key(sort string) store.Key {
	return store.Key{Table: store.Activity, Partition: "P", Sort: sort}
}

// wire is an item as DynamoDB returns it.
func wire(item store.Item, version uint64, write string) attributes {
	return wholeItem(item, version, write)
}

func failed(code string) answer { return answer{err: &smithy.GenericAPIError{Code: code}} }

// conditionFailed is the answer to a single operation, with the old item.
func conditionFailed(old attributes) answer {
	return answer{err: &types.ConditionalCheckFailedException{Item: old}}
}

// cancelled is the answer to a transaction, with a reason for each operation.
func cancelled(reasons ...types.CancellationReason) answer {
	return answer{err: &types.TransactionCanceledException{CancellationReasons: reasons}}
}

func reason(code string, old attributes) types.CancellationReason {
	return types.CancellationReason{Code: aws.String(code), Item: old}
}

// mustBe wants an OpError of the operation with the index, or with -1 an error
// that is none. A nil error has the index -1.
func mustBe(t *testing.T, err, want error, index int) {
	t.Helper()
	var op *store.OpError
	got := -1
	if errors.As(err, &op) {
		got = op.Index
	}
	if !errors.Is(err, want) || got != index {
		t.Errorf("error is %v (operation %d), want %v (operation %d)", err, got, want, index)
	}
}
