package dynamodb

import (
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/gatepost/gatepost/internal/store"
)

func httpResponse(status int) *http.Response { return &http.Response{StatusCode: status} }

func TestAFailedConditionIsWhatTheOperationAsked(t *testing.T) {
	item := store.Item{Key: key("a")}
	past := item
	past.Expires = noon()
	live, over := wire(item, 3, "theirs"), wire(past, 3, "theirs")
	for name, c := range map[string]struct {
		op   store.Op
		old  attributes
		want error
	}{
		"an absent item that is there":              {store.Put(item, store.Absent()), live, store.ErrExists},
		"a present item that is not there":          {store.Put(item, store.Present()), nil, store.ErrNotFound},
		"a present item that has ended":             {store.Put(item, store.Present()), over, store.ErrNotFound},
		"a version of an item that has another":     {store.Put(item, store.Version(2)), live, store.ErrStale},
		"a version of an item that is not there":    {store.Put(item, store.Version(2)), nil, store.ErrNotFound},
		"the version of an item that has ended":     {store.Put(item, store.Version(3)), over, store.ErrNotFound},
		"a count at its limit":                      {store.Add(key("a"), 1, 1, time.Time{}), live, store.ErrLimit},
		"a count of an item that has ended":         {store.Add(key("a"), 1, 0, time.Time{}), over, store.ErrLimit},
		"a version of an item that is broken":       {store.Put(item, store.Version(2)), attributes{attrEnds: integer(1)}, store.ErrNotFound},
		"an item written by an earlier try of ours": {store.Put(item, store.Always()), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			tables, f := tablesOn(conditionFailed(c.old))
			index := 0
			if c.want == nil {
				index = -1
			}
			mustBe(t, tables.Write(t.Context(), c.op), c.want, index)
			if len(f.calls) != 1 {
				t.Errorf("the calls are %v, want one", f.calls)
			}
		})
	}
}

func TestTheFirstFailedConditionOfATransactionIsTold(t *testing.T) {
	item := store.Item{Key: key("a")}
	live := wire(item, 3, "theirs")
	ops := []store.Op{
		store.Put(item, store.Always()),
		store.Delete(key("b"), store.Version(2)),
		store.Check(key("c"), store.Present()),
	}
	for name, a := range map[string]answer{
		"reasons as DynamoDB gives them": cancelled(reason("None", nil), reason("ConditionalCheckFailed", live), reason("ConditionalCheckFailed", nil)),
		"reasons that are left empty":    cancelled(reason("", nil), reason("ConditionalCheckFailed", live), reason("ConditionalCheckFailed", nil)),
		"other reasons before":           cancelled(reason("TransactionConflict", nil), reason("ConditionalCheckFailed", live), reason("ThrottlingError", nil)),
	} {
		t.Run(name, func(t *testing.T) {
			tables, _ := tablesOn(a)
			mustBe(t, tables.Write(t.Context(), ops...), store.ErrStale, 1)
		})
	}
	t.Run("more reasons than operations are no answer", func(t *testing.T) {
		tables, _ := tablesOn(cancelled(reason("", nil), reason("", nil), reason("", nil), reason("ConditionalCheckFailed", nil)))
		mustBe(t, tables.Write(t.Context(), ops...), store.ErrUnavailable, -1)
	})
}

// written is an item as the first try of a write would have left it.
func written(f *fake, item store.Item) attributes {
	switch in := f.inputs[0].(type) {
	case *dynamodb.PutItemInput:
		return in.Item
	case *dynamodb.TransactWriteItemsInput:
		return wire(item, 1, aws.ToString(in.ClientRequestToken))
	}
	return nil
}

func TestARepeatKnowsItsOwnWork(t *testing.T) {
	item := store.Item{Key: key("a")}
	lostAnswer := answer{err: &net.OpError{Op: "read", Err: syscall.ECONNRESET}}
	notSent := answer{err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}
	put := []store.Op{store.Put(item, store.Absent())}
	both := []store.Op{store.Delete(key("b"), store.Present()), store.Put(item, store.Absent())}
	for name, c := range map[string]struct {
		ops   []store.Op
		first answer
		ours  bool
		want  error
		index int
	}{
		"a put that finds its own item":                               {put, lostAnswer, true, nil, -1},
		"a put that finds another's item after a lost answer":         {put, lostAnswer, false, store.ErrUnavailable, -1},
		"a put that finds another's item after no connection":         {put, notSent, false, store.ErrExists, 0},
		"a transaction that finds its own item":                       {both, lostAnswer, true, nil, -1},
		"a transaction that finds another's item after a lost answer": {both, lostAnswer, false, store.ErrNotFound, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tables, f := tablesOn(c.first, answer{})
				f.answers[1].make = func() answer {
					old := wire(item, 1, "theirs")
					if c.ours {
						old = written(f, item)
					}
					if len(c.ops) == 1 {
						return conditionFailed(old)
					}
					return cancelled(reason("ConditionalCheckFailed", nil), reason("ConditionalCheckFailed", old))
				}
				mustBe(t, tables.Write(t.Context(), c.ops...), c.want, c.index)
				if len(f.calls) != 2 {
					t.Errorf("the calls are %v, want two", f.calls)
				}
			})
		})
	}
}
