package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/gatepost/gatepost/internal/store"
)

// In a table's bucket an item's key is the length of the partition key in two
// bytes, the partition key, and the sort key: a partition lies together and is in
// the order of its sort keys. In an index's bucket it is the same of the index
// key, then a NUL, then the key in the table. In the bucket of ends it is the end
// in eight bytes, the table, a NUL, and the key in the table. The parts of keys
// have no NUL: the port refuses it.

func tableKey(partition, sort string) []byte {
	return append(partitionKey(partition), sort...)
}

func partitionKey(partition string) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(partition)))
	return append(b, partition...)
}

func indexKey(key store.IndexKey, base []byte) []byte {
	b := append(tableKey(key.Partition, key.Sort), 0)
	return append(b, base...)
}

func endKey(end int64, table store.Table, base []byte) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(end))
	b = append(append(b, table...), 0)
	return append(b, base...)
}

// splitTableKey undoes tableKey.
func splitTableKey(table store.Table, b []byte) (store.Key, error) {
	if len(b) < 2 || len(b) < 2+int(binary.BigEndian.Uint16(b)) {
		return store.Key{}, fmt.Errorf("a damaged key: %w", store.ErrFormat)
	}
	end := 2 + int(binary.BigEndian.Uint16(b))
	return store.Key{Table: table, Partition: string(b[2:end]), Sort: string(b[end:])}, nil
}

// baseOfIndexKey is the key in the table that an index key leads to.
func baseOfIndexKey(b []byte) ([]byte, error) {
	if len(b) < 2 {
		return nil, fmt.Errorf("a damaged index key: %w", store.ErrFormat)
	}
	_, base, found := bytes.Cut(b[min(len(b), 2+int(binary.BigEndian.Uint16(b))):], []byte{0})
	if !found {
		return nil, fmt.Errorf("a damaged index key: %w", store.ErrFormat)
	}
	return base, nil
}

// splitEndKey undoes endKey.
func splitEndKey(b []byte) (int64, store.Table, []byte, error) {
	if len(b) >= 8 {
		table, base, found := bytes.Cut(b[8:], []byte{0})
		if found {
			return int64(binary.BigEndian.Uint64(b)), store.Table(table), base, nil
		}
	}
	return 0, "", nil, fmt.Errorf("a damaged list of ends: %w", store.ErrFormat)
}

// stretch is a range of a bucket's keys: from low, up to but not with high.
type stretch struct{ low, high []byte }

// stretchOf is where the items that q asks for lie, from the cursor on.
func stretchOf(q store.Query) (stretch, error) {
	low, high := partitionKey(q.Partition), []byte(nil)
	switch {
	case q.To != "":
		high = append(tableKey(q.Partition, q.To), 1) // past To itself and, in an index, past all items at To
	default:
		high = after(tableKey(q.Partition, q.Prefix))
	}
	low = append(low, q.Prefix+q.From...)
	if q.Cursor == "" {
		return stretch{low, high}, nil
	}
	position := []byte(q.Cursor)
	if bytes.Compare(position, low) < 0 || bytes.Compare(position, high) >= 0 {
		return stretch{}, store.ErrCursor
	}
	if q.Descending {
		return stretch{low, position}, nil
	}
	return stretch{append(position, 0), high}, nil
}

// after is the first key that does not begin with the prefix. There always is
// one: a prefix begins with a length of at most [store.MaxPartition].
func after(prefix []byte) []byte {
	b := bytes.Clone(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		b[i]++
		if b[i] != 0 {
			return b[:i+1]
		}
	}
	return b
}
