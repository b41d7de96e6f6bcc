package dynamodb

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/store"
)

// Snapshot implements [store.Tables]. A write under way on one of the items
// cancels the call, and no SDK repeats that: it is repeated here, as a call that
// was throttled is. See [API TransactGetItems] for the reasons.
//
// [API TransactGetItems]: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
func (t *Tables) Snapshot(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	input := &dynamodb.TransactGetItemsInput{TransactItems: make([]types.TransactGetItem, len(keys))}
	for i, key := range keys {
		input.TransactItems[i].Get = &types.Get{TableName: aws.String(t.names.of(key.Table)), Key: keyAttributes(key)}
	}
	var items []*store.Item
	_, err := t.repeat(ctx, func(ctx context.Context) error {
		out, err := t.api.TransactGetItems(ctx, input, once)
		if err != nil {
			return err
		}
		items, err = t.inOrder(keys, out.Responses)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("get %d items at one moment: %w", len(keys), err)
	}
	return items, nil
}

// inOrder reads an answer that has a place for each key, in the order of the keys.
// One that has not is no answer: a place that is missing says nothing about its
// item.
func (t *Tables) inOrder(keys []store.Key, answer []types.ItemResponse) ([]*store.Item, error) {
	if len(answer) != len(keys) {
		return nil, errUnprocessed
	}
	now := t.now()
	items := make([]*store.Item, len(keys))
	for i, key := range keys {
		if len(answer[i].Item) == 0 {
			continue
		}
		item, err := itemFrom(key.Table, answer[i].Item)
		if err != nil {
			return nil, err
		}
		if item.Key != key {
			return nil, errUnprocessed
		}
		if live(item, now) {
			items[i] = item
		}
	}
	return items, nil
}
