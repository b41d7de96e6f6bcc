package emulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
)

// query has the emulator find all items and makes the page itself, as DynamoDB
// does: in the order of the sort keys and, where those are the same, of the keys
// in the table; after the start key, be it there or not; with a last key whenever
// the limit was reached, even at the end.
func (m *mended) query(r *http.Request, body []byte) answer {
	request := map[string]json.RawMessage{}
	var asked struct {
		IndexName         string
		Limit             int
		ScanIndexForward  *bool
		ExclusiveStartKey item
	}
	if json.Unmarshal(body, &request) != nil || json.Unmarshal(body, &asked) != nil {
		return m.send(r, "Query", body)
	}
	delete(request, "Limit")
	delete(request, "ExclusiveStartKey")
	whole, err := json.Marshal(request)
	if err != nil {
		return m.send(r, "Query", body)
	}
	a := m.send(r, "Query", whole)
	var found struct{ Items []item }
	if a.status != http.StatusOK || json.Unmarshal(a.body, &found) != nil {
		return a
	}
	names := keyNames(asked.IndexName)
	items := found.Items
	direction := 1
	if asked.ScanIndexForward != nil && !*asked.ScanIndexForward {
		direction = -1
	}
	slices.SortFunc(items, func(a, b item) int { return direction * compare(names, a, b) })
	if asked.ExclusiveStartKey != nil {
		items = slices.DeleteFunc(items, func(it item) bool { return direction*compare(names, it, asked.ExclusiveStartKey) <= 0 })
	}
	page := map[string]any{"Items": append([]item{}, items...), "Count": len(items), "ScannedCount": len(items)}
	if asked.Limit > 0 && len(items) >= asked.Limit {
		items = items[:asked.Limit]
		page["Items"], page["Count"], page["ScannedCount"] = items, len(items), len(items)
		page["LastEvaluatedKey"] = keyOf(names, items[len(items)-1])
	}
	return a.with(page)
}

// keyNames are the attributes of a key: those that order an index first, then
// those of the table.
func keyNames(index string) []string {
	var names []string
	for _, d := range dynamodb.Definitions() {
		for _, in := range d.Indexes {
			if in.Name == store.Index(index) {
				names = append(names, in.Key.Partition, in.Key.Sort)
			}
		}
	}
	key := dynamodb.Definitions()[0].Key
	return append(names, key.Partition, key.Sort)
}

func compare(names []string, a, b item) int {
	for _, name := range names {
		c := strings.Compare(stringOf(a[name]), stringOf(b[name]))
		if c != 0 {
			return c
		}
	}
	return 0
}

// stringOf is the value of a string attribute.
func stringOf(value json.RawMessage) string {
	var s struct{ S string }
	_ = json.Unmarshal(value, &s)
	return s.S
}

func keyOf(names []string, of item) item {
	key := item{}
	for _, name := range names {
		key[name] = of[name]
	}
	return key
}
