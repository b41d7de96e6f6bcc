package fault

import (
	"encoding/json"
	"fmt"
)

// Torn lets something happen in the middle of a read: a BatchGetItem looks its
// tables up one by one, in the order given, and something happens after the first
// of them, as the service may do it. A read that cannot be torn comes whole, after
// it has happened.
func Torn(tables []string, do func()) Fault {
	return func(c *call) {
		if operationOf(c.r) != "BatchGetItem" {
			do()
			passOn(c)
			return
		}
		var request struct{ RequestItems map[string]json.RawMessage }
		if json.Unmarshal(c.body, &request) != nil {
			panic("fault: a BatchGetItem that is none") // fails the call, and so the test
		}
		all := map[string]json.RawMessage{}
		for i, table := range tables {
			if i == 1 {
				do()
			}
			asked, ok := request.RequestItems[table]
			if !ok {
				continue
			}
			var said struct{ Responses map[string]json.RawMessage }
			answer := c.forward(encode(map[string]any{"RequestItems": map[string]json.RawMessage{table: asked}}))
			if json.Unmarshal(answer.Body.Bytes(), &said) != nil {
				panic(fmt.Sprintf("fault: an answer that is none: %s", answer.Body))
			}
			all[table] = said.Responses[table]
		}
		c.deliver(inJSON(encode(map[string]any{"Responses": all, "UnprocessedKeys": map[string]any{}})))
	}
}
