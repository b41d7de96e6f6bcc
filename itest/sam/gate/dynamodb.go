package gate

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/sam/policy"
)

// leadingKeys is the condition key for the partition keys that a call names; see
// "Using IAM policy conditions for fine-grained access control" in the developer
// guide of DynamoDB.
const leadingKeys = "dynamodb:LeadingKeys"

type attributes map[string]struct{ S string }

// write is a write of one item, alone or in a transaction.
type write struct {
	TableName string
	Item, Key attributes
}

func (w write) partition() string {
	name := dynamodb.Definitions()[0].Key.Partition
	if w.Item != nil {
		return w.Item[name].S
	}
	return w.Key[name].S
}

// tableRequests are what IAM is asked about a call to DynamoDB. The guide leaves
// open whether the items of a call are judged one by one or together; the policies
// have to hold either way, so both are asked.
func tableRequests(operation string, body []byte) ([]policy.Request, error) {
	switch operation {
	case "PutItem", "UpdateItem", "DeleteItem":
		var w write
		err := json.Unmarshal(body, &w)
		return []policy.Request{tableRequest(operation, w.TableName, w.partition())}, err
	case "TransactWriteItems":
		return transactRequests(body)
	case "TransactGetItems":
		return snapshotRequests(body)
	case "BatchGetItem":
		return batchRequests(body)
	case "Query":
		return queryRequests(body)
	default:
		return nil, fmt.Errorf("an unknown call of DynamoDB: %s", operation)
	}
}

func tableRequest(action, table string, keys ...string) policy.Request {
	return policy.Request{
		Action:   "dynamodb:" + action,
		Resource: resourceARN("dynamodb", "table/"+table),
		Context:  map[string][]string{leadingKeys: keys},
	}
}

// transactRequests asks about each part of a transaction, and about the parts that
// share action and table together.
func transactRequests(body []byte) ([]policy.Request, error) {
	var in struct{ TransactItems []map[string]write }
	err := json.Unmarshal(body, &in)
	if err != nil {
		return nil, err
	}
	actions := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
	type kind struct{ action, table string }
	together := map[kind][]string{}
	var all []policy.Request
	for _, item := range in.TransactItems {
		for name, w := range item {
			action, known := actions[name]
			if !known {
				return nil, fmt.Errorf("an unknown part of a transaction: %s", name)
			}
			all = append(all, tableRequest(action, w.TableName, w.partition()))
			together[kind{action, w.TableName}] = append(together[kind{action, w.TableName}], w.partition())
		}
	}
	for k, keys := range together {
		all = append(all, tableRequest(k.action, k.table, keys...))
	}
	return all, nil
}

// enclosing is the condition key for the call that an action is part of.
const enclosing = "dynamodb:EnclosingOperation"

// snapshotRequests asks about each item of a TransactGetItems, and about those of
// a table together. IAM knows no action of that name: it asks for GetItem.
func snapshotRequests(body []byte) ([]policy.Request, error) {
	var in struct{ TransactItems []struct{ Get write } }
	err := json.Unmarshal(body, &in)
	if err != nil {
		return nil, err
	}
	var all []policy.Request
	ask := func(table string, keys ...string) {
		r := tableRequest("GetItem", table, keys...)
		r.Context[enclosing] = []string{"TransactGetItems"}
		all = append(all, r)
	}
	together := map[string][]string{}
	for _, item := range in.TransactItems {
		ask(item.Get.TableName, item.Get.partition())
		together[item.Get.TableName] = append(together[item.Get.TableName], item.Get.partition())
	}
	for table, keys := range together {
		ask(table, keys...)
	}
	return all, nil
}

// batchRequests asks about each table with its own keys, and with those of all
// tables.
func batchRequests(body []byte) ([]policy.Request, error) {
	var in struct {
		RequestItems map[string]struct{ Keys []attributes }
	}
	err := json.Unmarshal(body, &in)
	if err != nil {
		return nil, err
	}
	var all []policy.Request
	var every []string
	for table, request := range in.RequestItems {
		var keys []string
		for _, key := range request.Keys {
			keys = append(keys, write{Key: key}.partition())
		}
		all = append(all, tableRequest("BatchGetItem", table, keys...))
		every = append(every, keys...)
	}
	for table := range in.RequestItems {
		all = append(all, tableRequest("BatchGetItem", table, every...))
	}
	return all, nil
}

// partitionEquals is how every query of package dynamodb begins.
var partitionEquals = regexp.MustCompile(`^\w+ = (:\w+)`)

func queryRequests(body []byte) ([]policy.Request, error) {
	var in struct {
		TableName, IndexName, KeyConditionExpression string
		ExpressionAttributeValues                    attributes
	}
	err := json.Unmarshal(body, &in)
	if err != nil {
		return nil, err
	}
	name := partitionEquals.FindStringSubmatch(in.KeyConditionExpression)
	if name == nil {
		return nil, fmt.Errorf("a query of an unknown form: %s", in.KeyConditionExpression)
	}
	r := tableRequest("Query", in.TableName, in.ExpressionAttributeValues[name[1]].S)
	if in.IndexName != "" {
		r.Resource += "/index/" + in.IndexName
	}
	return []policy.Request{r}, nil
}
