package dynamodb

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/store"
)

func ofTable() store.Query {
	return store.Query{Table: store.Activity, Partition: "P", Prefix: "a", Limit: 2}
}

func ofIndex() store.Query {
	return store.Query{Table: store.Activity, Index: store.ByUser, Partition: "u", From: "a", To: "z", Limit: 2}
}

func TestAPageWithoutItemsMayHaveACursor(t *testing.T) {
	ended := wire(store.Item{Key: key("a1"), Expires: noon().Add(-time.Second)}, 1, "w")
	for name, items := range map[string][]map[string]types.AttributeValue{"that is empty": nil, "whose items have all ended": {ended}} {
		t.Run("a page "+name, func(t *testing.T) {
			tables, f := tablesOn(answer{out: &dynamodb.QueryOutput{Items: items, LastEvaluatedKey: keyAttributes(key("a1"))}})
			page, err := tables.Query(t.Context(), ofTable())
			if err != nil || len(page.Items) != 0 || page.Cursor == "" {
				t.Fatalf("got %+v, %v; want no items and a cursor", page, err)
			}
			next := ofTable()
			next.Cursor = page.Cursor
			_, err = tables.Query(t.Context(), next)
			if err != nil {
				t.Fatal(err)
			}
			start := reader{from: f.inputs[1].(*dynamodb.QueryInput).ExclusiveStartKey}
			if start.text(attrPartition) != "P" || start.text(attrSort) != "a1" {
				t.Errorf("the next page begins after %v", start.from)
			}
		})
	}
}

func TestQueriesAreConsistentWhereTheyCanBe(t *testing.T) {
	for _, q := range []store.Query{ofTable(), ofIndex()} {
		tables, f := tablesOn(answer{})
		_, err := tables.Query(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		in := f.inputs[0].(*dynamodb.QueryInput)
		if aws.ToBool(in.ConsistentRead) == (q.Index != "") || aws.ToString(in.IndexName) != string(q.Index) {
			t.Errorf("index %q is asked as %q, consistently: %v", q.Index, aws.ToString(in.IndexName), aws.ToBool(in.ConsistentRead))
		}
	}
}

func TestARangeTheWrongWayRoundAsksNothing(t *testing.T) {
	tables, f := tablesOn(answer{})
	q := ofIndex()
	q.From, q.To = "b", "a"
	page, err := tables.Query(t.Context(), q)
	if err != nil || len(page.Items) != 0 || page.Cursor != "" || len(f.calls) != 0 {
		t.Errorf("got %+v, %v after the calls %v", page, err, f.calls)
	}
}

func TestAnAnswerThatCannotBeReadIsAnError(t *testing.T) {
	for name, out := range map[string]*dynamodb.QueryOutput{
		"a broken item":     {Items: []map[string]types.AttributeValue{{attrPartition: text("P")}}},
		"a broken last key": {LastEvaluatedKey: attributes{attrPartition: text("P")}},
	} {
		t.Run(name, func(t *testing.T) {
			tables, _ := tablesOn(answer{out: out})
			_, err := tables.Query(t.Context(), ofTable())
			mustBe(t, err, store.ErrFormat, -1)
		})
	}
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
			tables, f := tablesOn(answer{})
			c.q.Cursor = c.position
			_, err := tables.Query(t.Context(), c.q)
			mustBe(t, err, store.ErrCursor, -1)
			if len(f.calls) != 0 {
				t.Error("the service was asked")
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
