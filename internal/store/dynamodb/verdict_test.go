package dynamodb

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/store"
)

// conditionFailed is the answer to a single operation, with the old item.
func conditionFailed(old attributes) error {
	return &types.ConditionalCheckFailedException{Item: old}
}

// cancelled is the answer to a transaction, with a reason for each operation.
func cancelled(reasons ...types.CancellationReason) error {
	return &types.TransactionCanceledException{CancellationReasons: reasons}
}

func reason(code string, old attributes) types.CancellationReason {
	return types.CancellationReason{Code: aws.String(code), Item: old}
}

func TestAFailedConditionIsWhatTheOperationAsked(t *testing.T) {
	item := store.Item{Key: key("a")}
	past := item
	past.Expires = noon()
	live, over := wholeItem(item, 3, "theirs"), wholeItem(past, 3, "theirs")
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
			index := 0
			if c.want == nil {
				index = -1
			}
			w := writing{ops: []store.Op{c.op}, word: "ours", at: noon()}
			mustBe(t, w.verdict(conditionFailed(c.old), false), c.want, index)
		})
	}
}

func TestTheFirstFailedConditionOfATransactionIsTold(t *testing.T) {
	item := store.Item{Key: key("a")}
	live := wholeItem(item, 3, "theirs")
	w := writing{word: "ours", at: noon(), ops: []store.Op{
		store.Put(item, store.Always()),
		store.Delete(key("b"), store.Version(2)),
		store.Check(key("c"), store.Present()),
	}}
	for name, err := range map[string]error{
		"reasons as DynamoDB gives them": cancelled(reason("None", nil), reason("ConditionalCheckFailed", live), reason("ConditionalCheckFailed", nil)),
		"reasons that are left empty":    cancelled(reason("", nil), reason("ConditionalCheckFailed", live), reason("ConditionalCheckFailed", nil)),
		"other reasons before":           cancelled(reason("TransactionConflict", nil), reason("ConditionalCheckFailed", live), reason("ThrottlingError", nil)),
	} {
		t.Run(name, func(t *testing.T) { mustBe(t, w.verdict(err, false), store.ErrStale, 1) })
	}
	t.Run("more reasons than operations are no answer", func(t *testing.T) {
		err := cancelled(reason("", nil), reason("", nil), reason("", nil), reason("ConditionalCheckFailed", nil))
		mustBe(t, w.verdict(err, false), store.ErrUnavailable, -1)
	})
}

func TestAWriteKnowsItsOwnWork(t *testing.T) {
	item := store.Item{Key: key("a")}
	ours, theirs := wholeItem(item, 1, "ours"), wholeItem(item, 1, "theirs")
	put := []store.Op{store.Put(item, store.Absent())}
	both := []store.Op{store.Delete(key("b"), store.Present()), store.Put(item, store.Absent())}
	for name, c := range map[string]struct {
		ops   []store.Op
		err   error
		doubt bool
		want  error
		index int
	}{
		"a put that finds its own item":                        {put, conditionFailed(ours), true, nil, -1},
		"a put that finds another's item after a lost answer":  {put, conditionFailed(theirs), true, store.ErrUnavailable, -1},
		"a put that finds another's item, and nothing is lost": {put, conditionFailed(theirs), false, store.ErrExists, 0},
		"a transaction that finds its own item":                {both, cancelled(reason("ConditionalCheckFailed", nil), reason("ConditionalCheckFailed", ours)), false, nil, -1},
		"a transaction that finds another's item":              {both, cancelled(reason("ConditionalCheckFailed", nil), reason("ConditionalCheckFailed", theirs)), false, store.ErrNotFound, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := writing{ops: c.ops, word: "ours", at: noon()}
			mustBe(t, w.verdict(c.err, c.doubt), c.want, c.index)
		})
	}
}
