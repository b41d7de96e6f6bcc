package dynamodb

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/gatepost/gatepost/internal/store"
)

// API is what this package calls of the SDK's client. *dynamodb.Client has it.
type API interface {
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// Names are the names of the three tables in the account. They must differ.
type Names struct{ Config, Directory, Activity string }

func (n Names) of(table store.Table) string {
	switch table {
	case store.Config:
		return n.Config
	case store.Directory:
		return n.Directory
	default:
		return n.Activity
	}
}

// Options are how to use the tables. The zero value is good.
type Options struct {
	// Now is the clock that ends items; nil for time.Now.
	Now func() time.Time

	// Patience is how long the first try of a call may take; zero for one second.
	// Each further try may take twice as long as the one before, so that a call
	// that is slow because it is large gets its chance.
	Patience time.Duration

	// Budget is how long a call may take with all its tries; zero for three
	// seconds. It must lie below the time limit of the function. The context may
	// end a call sooner.
	Budget time.Duration

	// Skew is how far this machine's clock is from the service's as of its last
	// answer; nil for one that nobody watches. While it is off, no answer is taken:
	// what is over would be open by it, and what is written until a time would end at
	// another.
	Skew func() time.Duration
}

// Tables implements [store.Tables]. Make it with [New]. It is safe for concurrent
// use.
type Tables struct {
	api      API
	names    Names
	now      func() time.Time
	patience time.Duration
	budget   time.Duration
	skew     func() time.Duration
}

var _ store.Tables = (*Tables)(nil)

// New is the tables of those names, which must have the shape that [Definitions]
// gives. It calls nothing: what is wrong with a table shows at its first use.
func New(client API, names Names, o Options) *Tables {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Patience == 0 {
		o.Patience = time.Second
	}
	if o.Budget == 0 {
		o.Budget = 3 * time.Second
	}
	if o.Skew == nil {
		o.Skew = func() time.Duration { return 0 }
	}
	return &Tables{client, names, o.Now, o.Patience, o.Budget, o.Skew}
}

// once switches off the client's own repeating.
func once(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }
