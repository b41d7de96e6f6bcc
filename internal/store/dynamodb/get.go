package dynamodb

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/store"
)

// errUnprocessed stands for keys that the service has not looked up: because the
// answer grew too large, or because there was too much to do.
var errUnprocessed = errors.New("keys were left unprocessed")

// Get implements [store.Tables]. See [API BatchGetItem] on keys that are left
// unprocessed: they are asked for again, never taken for absent.
//
// [API BatchGetItem]: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
func (t *Tables) Get(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	places := make(map[store.Key]int, len(keys))
	for i, key := range keys {
		places[key] = i
	}
	items := make([]*store.Item, len(keys))
	pending := t.requestOf(keys)
	_, err := t.repeat(ctx, func(ctx context.Context) error {
		out, err := t.api.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: pending}, once)
		if err != nil {
			return err
		}
		err = t.place(items, places, out.Responses)
		if err != nil {
			return err
		}
		if len(out.UnprocessedKeys) == 0 {
			return nil
		}
		pending = consistent(out.UnprocessedKeys)
		return errUnprocessed
	})
	if err != nil {
		return nil, fmt.Errorf("get %d items: %w", len(keys), err)
	}
	return items, nil
}

func (t *Tables) requestOf(keys []store.Key) map[string]types.KeysAndAttributes {
	request := map[string]types.KeysAndAttributes{}
	for _, key := range keys {
		name := t.names.of(key.Table)
		part := request[name]
		part.Keys = append(part.Keys, keyAttributes(key))
		request[name] = part
	}
	return consistent(request)
}

func consistent(request map[string]types.KeysAndAttributes) map[string]types.KeysAndAttributes {
	for name, part := range request {
		part.ConsistentRead = aws.Bool(true)
		request[name] = part
	}
	return request
}

// place puts the items of an answer that have not ended where their keys were.
func (t *Tables) place(items []*store.Item, places map[store.Key]int, answer map[string][]map[string]types.AttributeValue) error {
	now := t.now()
	for _, table := range []store.Table{store.Config, store.Directory, store.Activity} {
		for _, a := range answer[t.names.of(table)] {
			item, err := itemFrom(table, a)
			if err != nil {
				return err
			}
			i, asked := places[item.Key]
			if asked && live(item, now) {
				items[i] = item
			}
		}
	}
	return nil
}
