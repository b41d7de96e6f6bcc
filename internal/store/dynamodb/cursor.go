package dynamodb

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gatepost/gatepost/internal/store"
)

// A position is DynamoDB's LastEvaluatedKey without what the query says anyway:
// the sort key, and in an index the key in the table too, with NULs between,
// which no part of a key has.
const separator = "\x00"

func cursorOf(q store.Query, last attributes) (string, error) {
	if len(last) == 0 {
		return "", nil
	}
	r := reader{from: last}
	position := r.text(keyOf(q.Index).Sort)
	if q.Index != "" {
		position = strings.Join([]string{position, r.text(attrPartition), r.text(attrSort)}, separator)
	}
	if r.bad != "" {
		return "", fmt.Errorf("a last key without a proper %q: %w", r.bad, store.ErrFormat)
	}
	return position, nil
}

// startOf is the ExclusiveStartKey for a query's cursor: nil at the beginning.
func startOf(q store.Query) (attributes, error) {
	if q.Cursor == "" {
		return nil, nil
	}
	parts := strings.Split(q.Cursor, separator)
	if len(parts) != partsOf(q) || !contains(q, parts[0]) {
		return nil, fmt.Errorf("a position outside the query: %w", store.ErrCursor)
	}
	for i, part := range parts {
		if part == "" || len(part) > longest(i) || !utf8.ValidString(part) {
			return nil, fmt.Errorf("a position that is no key: %w", store.ErrCursor)
		}
	}
	if q.Index == "" {
		return keyAttributes(store.Key{Partition: q.Partition, Sort: parts[0]}), nil
	}
	start := keyAttributes(store.Key{Partition: parts[1], Sort: parts[2]})
	key := keyOf(q.Index)
	start[key.Partition], start[key.Sort] = text(q.Partition), text(parts[0])
	return start, nil
}

func partsOf(q store.Query) int {
	if q.Index == "" {
		return 1
	}
	return 3
}

// longest is how long a part of a position may be: only the second is a partition
// key.
func longest(part int) int {
	if part == 1 {
		return store.MaxPartition
	}
	return store.MaxSort
}

// contains reports whether a query can find items at the sort key.
func contains(q store.Query, sort string) bool {
	return strings.HasPrefix(sort, q.Prefix) && sort >= q.From && (q.To == "" || sort <= q.To)
}
