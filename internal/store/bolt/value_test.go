package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

var fullItem = store.Item{
	Key:     store.Key{Table: store.Activity, Partition: "P", Sort: "S"},
	Version: 300, Count: -7, Data: []byte("{\"f\":1}\x00\xff"), Expires: time.Unix(0, 1763985600000000001).UTC(),
	Indexes: []store.IndexKey{{Index: store.ByUser, Partition: "u\u00fc", Sort: "1"}, {Index: store.ByConnector, Partition: "c", Sort: "2"}},
}

func TestAValueComesBackAsItWas(t *testing.T) {
	for name, item := range map[string]store.Item{"full": fullItem, "empty": {Key: fullItem.Key}} {
		t.Run(name, func(t *testing.T) {
			got, err := decodeValue(item.Key, encodeValue(item))
			if err != nil || fmt.Sprintf("%+v", *got) != fmt.Sprintf("%+v", item) {
				t.Fatalf("%+v came back as %+v, %v", item, got, err)
			}
		})
	}
}

func TestAValueThatIsCutInItsHeadIsAnError(t *testing.T) {
	value := encodeValue(fullItem)
	head := len(value) - len(fullItem.Data)
	for n := range head {
		_, err := decodeValue(fullItem.Key, value[:n])
		if !errors.Is(err, store.ErrFormat) {
			t.Fatalf("cut to %d bytes it gives %v", n, err)
		}
	}
}

func TestAValueOfALaterFormatIsAnError(t *testing.T) {
	value := encodeValue(fullItem)
	value[0]++
	_, err := decodeValue(fullItem.Key, value)
	if !errors.Is(err, store.ErrFormat) {
		t.Fatalf("error is %v", err)
	}
}

func FuzzDecodeValue(f *testing.F) {
	f.Add(encodeValue(fullItem))
	f.Add(encodeValue(store.Item{}))
	f.Add([]byte{})
	f.Add([]byte{valueFormat, 1, 0, 0, 255})
	f.Add([]byte{valueFormat, 1, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, value []byte) {
		item, err := decodeValue(fullItem.Key, value)
		if err != nil {
			if !errors.Is(err, store.ErrFormat) {
				t.Fatalf("error is %v", err)
			}
			return
		}
		again, err := decodeValue(fullItem.Key, encodeValue(*item))
		if err != nil || fmt.Sprintf("%+v", again) != fmt.Sprintf("%+v", item) {
			t.Fatalf("%+v came back as %+v, %v", item, again, err)
		}
	})
}

func FuzzSplitKeys(f *testing.F) {
	f.Add(tableKey("P", "S"))
	f.Add(indexKey(fullItem.Indexes[0], tableKey("P", "S")))
	f.Add(endKey(1763985600000000001, store.Activity, tableKey("P", "S")))
	f.Add([]byte{255, 255, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		key, err := splitTableKey(store.Config, b)
		if err == nil && !bytes.Equal(tableKey(key.Partition, key.Sort), b) {
			t.Fatalf("%x came back as %x", b, tableKey(key.Partition, key.Sort))
		}
		base, err := baseOfIndexKey(b)
		if err == nil && !bytes.HasSuffix(b, base) {
			t.Fatalf("%x does not end in %x", b, base)
		}
		end, table, base, err := splitEndKey(b)
		if err == nil && !bytes.Equal(endKey(end, table, base), b) {
			t.Fatalf("%x came back as %x", b, endKey(end, table, base))
		}
	})
}
