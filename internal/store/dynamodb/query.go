package dynamodb

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/gatepost/gatepost/internal/store"
)

// Query implements [store.Tables]. A query of a table is consistent; one of an
// index cannot be.
func (t *Tables) Query(ctx context.Context, q store.Query) (store.Page, error) {
	start, err := startOf(q)
	if err != nil {
		return store.Page{}, err
	}
	if q.From != "" && q.To != "" && q.From > q.To { // DynamoDB calls such a range a mistake
		return store.Page{}, nil
	}
	condition, values := within(q)
	input := &dynamodb.QueryInput{
		TableName:                 aws.String(t.names.of(q.Table)),
		KeyConditionExpression:    aws.String(condition),
		ExpressionAttributeValues: values,
		ExclusiveStartKey:         start,
		Limit:                     aws.Int32(int32(q.Limit)),
		ScanIndexForward:          aws.Bool(!q.Descending),
		ConsistentRead:            aws.Bool(q.Index == ""),
	}
	if q.Index != "" {
		input.IndexName = aws.String(string(q.Index))
	}
	var out *dynamodb.QueryOutput
	_, err = t.repeat(ctx, func(ctx context.Context) error {
		var err error
		out, err = t.api.Query(ctx, input, once)
		return err
	})
	if err != nil {
		return store.Page{}, fmt.Errorf("query table %s: %w", q.Table, err)
	}
	return t.pageOf(q, out)
}

// within is the condition on the keys that a query asks for.
func within(q store.Query) (string, attributes) {
	key := keyOf(q.Index)
	condition := key.Partition + " = :partition"
	values := attributes{":partition": text(q.Partition)}
	switch {
	case q.Prefix != "":
		condition += " AND begins_with(" + key.Sort + ", :prefix)"
		values[":prefix"] = text(q.Prefix)
	case q.From != "" && q.To != "":
		condition += " AND " + key.Sort + " BETWEEN :from AND :to"
		values[":from"], values[":to"] = text(q.From), text(q.To)
	case q.From != "":
		condition += " AND " + key.Sort + " >= :from"
		values[":from"] = text(q.From)
	case q.To != "":
		condition += " AND " + key.Sort + " <= :to"
		values[":to"] = text(q.To)
	}
	return condition, values
}

func (t *Tables) pageOf(q store.Query, out *dynamodb.QueryOutput) (store.Page, error) {
	now := t.now()
	var page store.Page
	for _, a := range out.Items {
		item, err := itemFrom(q.Table, a)
		if err != nil {
			return store.Page{}, fmt.Errorf("query table %s: %w", q.Table, err)
		}
		if live(item, now) {
			page.Items = append(page.Items, *item)
		}
	}
	cursor, err := cursorOf(q, out.LastEvaluatedKey)
	if err != nil {
		return store.Page{}, fmt.Errorf("query table %s: %w", q.Table, err)
	}
	page.Cursor = cursor
	return page, nil
}
