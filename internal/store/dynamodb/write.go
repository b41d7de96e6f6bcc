package dynamodb

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/store"
)

// Write implements [store.Tables]. What is sent is decided once: a repeat sends
// the same, by which the service knows a transaction again.
func (t *Tables) Write(ctx context.Context, ops ...store.Op) error {
	w := writing{ops: ops, word: newWord(), at: t.now()}
	if needsToken(ops) {
		_, err := t.repeat(ctx, t.transaction(w))
		return w.verdict(err, false)
	}
	doubt, err := t.repeat(ctx, t.single(w))
	return w.verdict(err, doubt)
}

// needsToken reports whether a write is a transaction: for its several
// operations, for a check, which is nothing else, or for a deletion under a
// condition, which leaves nothing behind by which a repeat could know its own
// work.
func needsToken(ops []store.Op) bool {
	return len(ops) > 1 || ops[0].Action == store.ActionCheck || ops[0].Action == store.ActionDelete && ops[0].If.State != store.StateAny
}

// newWord is 32 characters; the token of a transaction may have 36.
func newWord() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails: it would end the program
	return hex.EncodeToString(b)
}

// single is the call for one operation.
func (t *Tables) single(w writing) func(context.Context) error {
	op := w.ops[0]
	o := orderFor(op, w.word, w.at)
	table := aws.String(t.names.of(op.Item.Key.Table))
	switch {
	case o.put != nil:
		input := &dynamodb.PutItemInput{
			TableName: table, Item: o.put, ConditionExpression: aws.String(o.condition), ExpressionAttributeValues: o.values,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}
		return func(ctx context.Context) error { _, err := t.api.PutItem(ctx, input, once); return err }
	case o.update != "":
		input := &dynamodb.UpdateItemInput{
			TableName: table, Key: keyAttributes(op.Item.Key), UpdateExpression: aws.String(o.update),
			ConditionExpression: aws.String(o.condition), ExpressionAttributeValues: o.values,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}
		return func(ctx context.Context) error { _, err := t.api.UpdateItem(ctx, input, once); return err }
	}
	input := &dynamodb.DeleteItemInput{TableName: table, Key: keyAttributes(op.Item.Key)}
	return func(ctx context.Context) error { _, err := t.api.DeleteItem(ctx, input, once); return err }
}

// transaction is the call for a write with a token.
func (t *Tables) transaction(w writing) func(context.Context) error {
	input := &dynamodb.TransactWriteItemsInput{ClientRequestToken: aws.String(w.word)}
	for _, op := range w.ops {
		table := aws.String(t.names.of(op.Item.Key.Table))
		input.TransactItems = append(input.TransactItems, transactItem(table, op, orderFor(op, w.word, w.at)))
	}
	same := &sameBytes{}
	return func(ctx context.Context) error {
		_, err := t.api.TransactWriteItems(ctx, input, once, same.option)
		return err
	}
}

func transactItem(table *string, op store.Op, o order) types.TransactWriteItem {
	condition, old := optional(o.condition), types.ReturnValuesOnConditionCheckFailureAllOld
	switch {
	case o.put != nil:
		return types.TransactWriteItem{Put: &types.Put{
			TableName: table, Item: o.put, ConditionExpression: condition,
			ExpressionAttributeValues: o.values, ReturnValuesOnConditionCheckFailure: old,
		}}
	case o.update != "":
		return types.TransactWriteItem{Update: &types.Update{
			TableName: table, Key: keyAttributes(op.Item.Key), UpdateExpression: aws.String(o.update), ConditionExpression: condition,
			ExpressionAttributeValues: o.values, ReturnValuesOnConditionCheckFailure: old,
		}}
	case op.Action == store.ActionCheck:
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: table, Key: keyAttributes(op.Item.Key), ConditionExpression: condition,
			ExpressionAttributeValues: o.values, ReturnValuesOnConditionCheckFailure: old,
		}}
	}
	return types.TransactWriteItem{Delete: &types.Delete{
		TableName: table, Key: keyAttributes(op.Item.Key), ConditionExpression: condition,
		ExpressionAttributeValues: o.values, ReturnValuesOnConditionCheckFailure: old,
	}}
}

// optional leaves an empty expression out.
func optional(expression string) *string {
	if expression == "" {
		return nil
	}
	return aws.String(expression)
}

// describe tells what a failed write was about, without keys, which may hold a
// person's address.
func (w writing) describe(err error) error {
	return fmt.Errorf("write %d operations: %w", len(w.ops), err)
}
