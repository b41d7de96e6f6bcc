package dynamodb

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/store"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func key(sort string) store.Key {
	return store.Key{Table: store.Activity, Partition: "P", Sort: sort}
}

func fullItem() store.Item {
	return store.Item{
		Key: key("s"), Version: 7, Count: -42, Data: []byte("d"), Expires: noon().Add(time.Hour + 1),
		Indexes: []store.IndexKey{{Index: store.ByUser, Partition: "u", Sort: "1"}, {Index: store.ByConnector, Partition: "c", Sort: "2"}},
	}
}

func TestItemsComeBackAsTheyWere(t *testing.T) {
	for name, item := range map[string]store.Item{
		"with all fields": fullItem(),
		"with none":       {Key: key("s"), Version: 7},
		"without end":     {Key: key("s"), Version: 7, Data: []byte{0, 0xff}},
		"with a late end": {Key: key("s"), Version: 7, Expires: time.Date(2261, 12, 31, 23, 59, 59, 999999999, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := itemFrom(store.Activity, wholeItem(item, 7, "w"))
			if err != nil || !reflect.DeepEqual(*got, item) {
				t.Errorf("got %+v, %v; want %+v", got, err, item)
			}
		})
	}
}

func TestABrokenItemIsNeverGuessedAt(t *testing.T) {
	for name, spoil := range map[string]func(attributes){
		"without partition key":      func(a attributes) { delete(a, attrPartition) },
		"with a number as sort key":  func(a attributes) { a[attrSort] = integer(1) },
		"without version":            func(a attributes) { delete(a, attrVersion) },
		"with the version 0":         func(a attributes) { a[attrVersion] = integer(0) },
		"with a version in words":    func(a attributes) { a[attrVersion] = text("seven") },
		"without count":              func(a attributes) { delete(a, attrCount) },
		"with a count beyond bounds": func(a attributes) { a[attrCount] = &types.AttributeValueMemberN{Value: "1e40"} },
		"with text as data":          func(a attributes) { a[attrData] = text("d") },
		"without end":                func(a attributes) { delete(a, attrEnds) },
		"with an end in words":       func(a attributes) { a[attrEnds] = text("tomorrow") },
		"with half an index key":     func(a attributes) { delete(a, attrUserSort) },
	} {
		t.Run("an item "+name, func(t *testing.T) {
			a := wholeItem(fullItem(), 7, "w")
			spoil(a)
			item, err := itemFrom(store.Activity, a)
			if item != nil {
				t.Errorf("got %+v", item)
			}
			mustBe(t, err, store.ErrFormat, -1)
		})
	}
}

func TestTheServiceNeverRemovesAnItemBeforeItsEnd(t *testing.T) {
	for end, want := range map[time.Time]int64{
		noon():                      noon().Unix(),
		noon().Add(1):               noon().Unix() + 1,
		noon().Add(time.Second - 1): noon().Unix() + 1,
		noon().Add(time.Second):     noon().Unix() + 1,
		{}:                          253402300799,
	} {
		if got := secondsOf(end); got != want {
			t.Errorf("an end at %v is %d for the service, want %d", end, got, want)
		}
	}
}

// TestTheOverheadIsWhatThePortCounts: an item that the port takes must not be too
// large for DynamoDB, which counts the names of attributes too.
// See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html.
func TestTheOverheadIsWhatThePortCounts(t *testing.T) {
	item := fullItem()
	item.Count = -1 << 63
	size := 0
	for name, value := range wholeItem(item, 1<<64-1, newWord()) {
		size += len(name)
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			size += len(v.Value)
		case *types.AttributeValueMemberN:
			size += 21 // the most that a number takes
		case *types.AttributeValueMemberB:
			size += len(v.Value)
		}
	}
	counted := len("P") + len("s") + len("d") + len("u") + len("1") + len("c") + len("2")
	if overhead := size - counted; overhead > 256 {
		t.Errorf("%d bytes beside keys and data, the port counts 256", overhead)
	}
}

func TestTheTablesHaveTheIndexesOfThePort(t *testing.T) {
	var got []string
	for _, d := range Definitions() {
		got = append(got, fmt.Sprint(d))
	}
	want := []string{
		"{config {pk sk} [] ttl_seconds}",
		"{directory {pk sk} [] ttl_seconds}",
		"{activity {pk sk} [{by-user {user_pk user_sk}} {by-connector {connector_pk connector_sk}}] ttl_seconds}",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the definitions are %q, want %q: a deployed table cannot change its keys", got, want)
	}
}

// mustBe wants an OpError of the operation with the index, or with -1 an error
// that is none. A nil error has the index -1.
func mustBe(t *testing.T, err, want error, index int) {
	t.Helper()
	var op *store.OpError
	got := -1
	if errors.As(err, &op) {
		got = op.Index
	}
	if !errors.Is(err, want) || got != index {
		t.Errorf("error is %v (operation %d), want %v (operation %d)", err, got, want, index)
	}
}
