package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
)

// Unprocessed has a BatchGetItem look up all keys but some, at most n, and say
// that those were left unprocessed, as DynamoDB does when there is too much to do.
// Of a call that asks for n keys or fewer, none is looked up.
func Unprocessed(n int) Fault {
	return func(c *call) {
		asked, left, err := divide(c.body, n)
		if err != nil {
			panic(fmt.Sprintf("fault: a BatchGetItem that is none: %v", err)) // fails the call, and so the test
		}
		answer := map[string]json.RawMessage{"Responses": json.RawMessage("{}")}
		if len(asked) > 0 {
			said := c.forward(encode(map[string]any{"RequestItems": asked}))
			if json.Unmarshal(said.Body.Bytes(), &answer) != nil {
				c.deliver(said)
				return
			}
		}
		answer["UnprocessedKeys"] = encode(left)
		c.deliver(inJSON(encode(answer)))
	}
}

// Conflict answers as DynamoDB does when a write under way on one of its items
// cancels a transaction.
func Conflict() Fault {
	return func(c *call) {
		answer := inJSON([]byte(`{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",` +
			`"Message":"Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]",` +
			`"CancellationReasons":[{"Code":"None"},{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"}]}`))
		answer.Code = http.StatusBadRequest
		c.deliver(answer)
	}
}

// inJSON is an answer of DynamoDB with a body.
func inJSON(body []byte) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "application/x-amz-json-1.0")
	rec.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE(body)))
	rec.Body = bytes.NewBuffer(body)
	return rec
}

// part is what a BatchGetItem asks of one table: its keys, and how.
type part map[string]json.RawMessage

// divide takes up to n keys out of a request.
func divide(body []byte, n int) (map[string]part, map[string]part, error) {
	var request struct{ RequestItems map[string]part }
	err := json.Unmarshal(body, &request)
	if err != nil {
		return nil, nil, err
	}
	asked, left := map[string]part{}, map[string]part{}
	for table, p := range request.RequestItems {
		var keys []json.RawMessage
		err := json.Unmarshal(p["Keys"], &keys)
		if err != nil {
			return nil, nil, err
		}
		take := min(n, len(keys))
		n -= take
		if take > 0 {
			left[table] = p.with(keys[:take])
		}
		if take < len(keys) {
			asked[table] = p.with(keys[take:])
		}
	}
	return asked, left, nil
}

func (p part) with(keys []json.RawMessage) part {
	changed := part{}
	for name, value := range p {
		changed[name] = value
	}
	changed["Keys"] = encode(keys)
	return changed
}

func encode(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("fault: encode: %v", err)) // all of it was decoded from JSON
	}
	return data
}
