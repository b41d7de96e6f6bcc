package dynamodb

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestOperationsAreSentAsTheyAlwaysWere holds against a golden file what leaves
// the process for each operation: which call, so which permission, under which
// condition.
func TestOperationsAreSentAsTheyAlwaysWere(t *testing.T) {
	config := store.Item{Key: store.Key{Table: store.Config, Partition: "P", Sort: "s"}}
	end := noon().Add(time.Minute)
	var got strings.Builder
	for _, c := range []struct {
		name string
		ops  []store.Op
	}{
		{"put under Absent", []store.Op{store.Put(fullItem(), store.Absent())}},
		{"put under Version(7)", []store.Op{store.Put(config, store.Version(7))}},
		{"put under Present", []store.Op{store.Put(config, store.Present())}},
		{"put under Always", []store.Op{store.Put(fullItem(), store.Always())}},
		{"put under Always of an item in no index", []store.Op{store.Put(store.Item{Key: key("s")}, store.Always())}},
		{"delete under Always", []store.Op{store.Delete(key("s"), store.Always())}},
		{"delete under Present", []store.Op{store.Delete(key("s"), store.Present())}},
		{"check under Absent", []store.Op{store.Check(key("s"), store.Absent())}},
		{"add without limit", []store.Op{store.Add(key("s"), 2, 0, time.Time{})}},
		{"add up to a limit", []store.Op{store.Add(key("s"), 2, 5, end)}},
		{"add more than the limit", []store.Op{store.Add(key("s"), 6, 5, end)}},
		{"all of them", []store.Op{
			store.Put(config, store.Absent()), store.Put(config, store.Always()), store.Delete(key("s"), store.Always()),
			store.Delete(key("s"), store.Version(1)), store.Check(key("s"), store.Present()), store.Add(key("s"), 1, 0, end),
		}},
	} {
		tables, f := tablesOn(answer{})
		err := tables.Write(t.Context(), c.ops...)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "# %s\n", c.name)
		describe(&got, f.inputs[0])
	}
	golden(t, "orders.txt", got.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		err := os.WriteFile(path, []byte(got), 0o644)
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func describe(w *strings.Builder, input any) {
	switch in := input.(type) {
	case *dynamodb.PutItemInput:
		describeOne(w, "PutItem", in.TableName, in.Item, nil, in.ConditionExpression, in.ExpressionAttributeValues, in.ReturnValuesOnConditionCheckFailure)
	case *dynamodb.UpdateItemInput:
		describeOne(w, "UpdateItem", in.TableName, in.Key, in.UpdateExpression, in.ConditionExpression, in.ExpressionAttributeValues, in.ReturnValuesOnConditionCheckFailure)
	case *dynamodb.DeleteItemInput:
		describeOne(w, "DeleteItem", in.TableName, in.Key, nil, in.ConditionExpression, in.ExpressionAttributeValues, in.ReturnValuesOnConditionCheckFailure)
	case *dynamodb.TransactWriteItemsInput:
		fmt.Fprintf(w, "TransactWriteItems with a token of %d characters\n", len(aws.ToString(in.ClientRequestToken)))
		for _, item := range in.TransactItems {
			describeItem(w, item)
		}
	}
}

func describeItem(w *strings.Builder, item types.TransactWriteItem) {
	switch {
	case item.Put != nil:
		describeOne(w, "Put", item.Put.TableName, item.Put.Item, nil, item.Put.ConditionExpression, item.Put.ExpressionAttributeValues, item.Put.ReturnValuesOnConditionCheckFailure)
	case item.Update != nil:
		describeOne(w, "Update", item.Update.TableName, item.Update.Key, item.Update.UpdateExpression, item.Update.ConditionExpression, item.Update.ExpressionAttributeValues, item.Update.ReturnValuesOnConditionCheckFailure)
	case item.Delete != nil:
		describeOne(w, "Delete", item.Delete.TableName, item.Delete.Key, nil, item.Delete.ConditionExpression, item.Delete.ExpressionAttributeValues, item.Delete.ReturnValuesOnConditionCheckFailure)
	case item.ConditionCheck != nil:
		describeOne(w, "ConditionCheck", item.ConditionCheck.TableName, item.ConditionCheck.Key, nil, item.ConditionCheck.ConditionExpression, item.ConditionCheck.ExpressionAttributeValues, item.ConditionCheck.ReturnValuesOnConditionCheckFailure)
	}
}

func describeOne(w *strings.Builder, action string, table *string, item attributes, update, condition *string, values attributes, old types.ReturnValuesOnConditionCheckFailure) {
	fmt.Fprintf(w, "%s in %s: %s\n", action, aws.ToString(table), describeAttributes(item))
	if update != nil {
		fmt.Fprintf(w, "  update %s\n", *update)
	}
	if condition != nil {
		fmt.Fprintf(w, "  if %s, else %s\n", *condition, old)
	}
	if values != nil {
		fmt.Fprintf(w, "  with %s\n", describeAttributes(values))
	}
}

func describeAttributes(a attributes) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(a)) {
		value := ""
		switch v := a[name].(type) {
		case *types.AttributeValueMemberS:
			value = v.Value
		case *types.AttributeValueMemberN:
			value = "number " + v.Value
		case *types.AttributeValueMemberB:
			value = fmt.Sprintf("bytes %x", v.Value)
		}
		if name == attrWrite || name == ":write" {
			value = fmt.Sprintf("a word of %d characters", len(value))
		}
		parts = append(parts, name+"="+value)
	}
	return strings.Join(parts, " ")
}
