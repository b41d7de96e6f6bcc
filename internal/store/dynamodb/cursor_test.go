package dynamodb

import (
	"errors"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/store"
)

func ofTable() store.Query {
	return store.Query{Table: store.Activity, Partition: "P", Prefix: "a", Limit: 2}
}

func ofIndex() store.Query {
	return store.Query{Table: store.Activity, Index: store.ByUser, Partition: "u", From: "a", To: "z", Limit: 2}
}

func TestMadeUpPositionsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		q        store.Query
		position string
	}{
		"outside the prefix":                    {ofTable(), "b"},
		"below the range":                       {ofIndex(), "A\x00P\x00s"},
		"above the range":                       {ofIndex(), "zz\x00P\x00s"},
		"of an index in a table":                {ofTable(), "a\x00P\x00s"},
		"of a table in an index":                {ofIndex(), "b"},
		"with four parts":                       {ofIndex(), "b\x00P\x00s\x00t"},
		"with an empty part":                    {ofIndex(), "b\x00\x00s"},
		"that is too long":                      {ofTable(), "a" + strings.Repeat("a", store.MaxSort)},
		"with a partition key that is too long": {ofIndex(), "b\x00" + strings.Repeat("p", store.MaxPartition+1) + "\x00s"},
		"with a sort key that is too long":      {ofIndex(), "b\x00P\x00" + strings.Repeat("p", store.MaxSort+1)},
		"that is not UTF-8":                     {ofTable(), "a\xff"},
	} {
		t.Run("a position "+name, func(t *testing.T) {
			c.q.Cursor = c.position
			start, err := startOf(c.q)
			mustBe(t, err, store.ErrCursor, -1)
			if start != nil {
				t.Errorf("the page begins after %v", start)
			}
		})
	}
}

// FuzzPosition: whatever position is taken comes back from the key that it stands
// for.
func FuzzPosition(f *testing.F) {
	for _, position := range []string{"", "a", "ab", "b", "b\x00P\x00s", "z\x00P\x00", "\x00\x00", "a\xff", "aé\x00p\x00\U0010ffff"} {
		f.Add(position, true)
		f.Add(position, false)
	}
	f.Fuzz(func(t *testing.T, position string, table bool) {
		q := ofIndex()
		if table {
			q = ofTable()
		}
		q.Cursor = position
		start, err := startOf(q)
		if err != nil {
			if !errors.Is(err, store.ErrCursor) {
				t.Fatal(err)
			}
			return
		}
		back, err := cursorOf(q, start)
		if err != nil || back != position {
			t.Fatalf("position %q comes back as %q, %v", position, back, err)
		}
	})
}
