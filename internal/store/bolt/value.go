package bolt

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

// A value is: a format byte, then as varints the version, the count, the end in
// nanoseconds since 1970 (0 for none) and the number of indexes; then for each
// index its name and the two parts of its key, each after its length; then the
// data to the end.
const valueFormat = 1

func encodeValue(item store.Item) []byte {
	b := []byte{valueFormat}
	b = binary.AppendUvarint(b, item.Version)
	b = binary.AppendVarint(b, item.Count)
	b = binary.AppendVarint(b, endOf(item.Expires))
	b = binary.AppendUvarint(b, uint64(len(item.Indexes)))
	for _, key := range item.Indexes {
		b = appendText(b, string(key.Index))
		b = appendText(b, key.Partition)
		b = appendText(b, key.Sort)
	}
	return append(b, item.Data...)
}

// decodeValue copies: what bbolt lends is valid within its transaction only.
func decodeValue(key store.Key, value []byte) (*store.Item, error) {
	if len(value) == 0 || value[0] != valueFormat {
		return nil, fmt.Errorf("an item of an unknown format: %w", store.ErrFormat)
	}
	r := reader{rest: value[1:]}
	item := &store.Item{Key: key, Version: r.uvarint(), Count: r.varint(), Expires: timeOf(r.varint())}
	n := r.uvarint()
	if n > store.MaxIndexes {
		r.bad = true
	}
	for i := uint64(0); i < n && !r.bad; i++ {
		item.Indexes = append(item.Indexes, store.IndexKey{Index: store.Index(r.text()), Partition: r.text(), Sort: r.text()})
	}
	if r.bad {
		return nil, fmt.Errorf("a damaged item: %w", store.ErrFormat)
	}
	item.Data = append([]byte(nil), r.rest...)
	return item, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// reader takes a value apart; bad is set by the first part that is cut short.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	r.skip(n)
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.rest)
	r.skip(n)
	return v
}

func (r *reader) text() string {
	size := r.uvarint()
	if size > uint64(len(r.rest)) {
		r.bad = true
	}
	if r.bad {
		return ""
	}
	s := string(r.rest[:size])
	r.rest = r.rest[size:]
	return s
}

func (r *reader) skip(n int) {
	if n <= 0 {
		r.bad, r.rest = true, nil
		return
	}
	r.rest = r.rest[n:]
}

func endOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func timeOf(end int64) time.Time {
	if end == 0 {
		return time.Time{}
	}
	return time.Unix(0, end).UTC()
}
