package dynamodb

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/store"
)

// attributes is an item, a key, or the values of an expression.
type attributes map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func integer(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func versionNumber(n uint64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatUint(n, 10)}
}

func keyAttributes(key store.Key) attributes {
	return attributes{attrPartition: text(key.Partition), attrSort: text(key.Sort)}
}

// contents are the attributes of an item that a put gives it, save key and
// version. Empty data is left out: an attribute that is not there is the same.
func contents(item store.Item, write string) attributes {
	a := attributes{
		attrCount: integer(item.Count),
		attrEnds:  text(momentOf(item.Expires)),
		attrTTL:   integer(secondsOf(item.Expires)),
		attrWrite: text(write),
	}
	if len(item.Data) > 0 {
		a[attrData] = &types.AttributeValueMemberB{Value: item.Data}
	}
	for _, in := range item.Indexes {
		key := keyOf(in.Index)
		a[key.Partition] = text(in.Partition)
		a[key.Sort] = text(in.Sort)
	}
	return a
}

// momentLayout sorts as time does, and as DynamoDB compares strings.
const momentLayout = "2006-01-02T15:04:05.000000000Z"

// endless is the end of an item that has none. The port allows no end so late.
func endless() time.Time { return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC) }

func momentOf(end time.Time) string {
	if end.IsZero() {
		end = endless()
	}
	return end.UTC().Format(momentLayout)
}

// secondsOf rounds up: the service must not remove an item before its end.
func secondsOf(end time.Time) int64 {
	if end.IsZero() {
		end = endless()
	}
	return end.Add(time.Second - 1).Unix()
}

// itemFrom reads an item of the table back, with its key. An attribute that is
// missing or of another kind than this version writes is [store.ErrFormat].
func itemFrom(table store.Table, a attributes) (*store.Item, error) {
	r := reader{from: a}
	item := &store.Item{
		Key:     store.Key{Table: table, Partition: r.text(attrPartition), Sort: r.text(attrSort)},
		Version: r.version(),
		Count:   r.count(),
		Data:    r.data(),
		Expires: r.end(),
	}
	for _, index := range []store.Index{store.ByUser, store.ByConnector} {
		key := keyOf(index)
		if _, in := a[key.Partition]; in {
			item.Indexes = append(item.Indexes, store.IndexKey{Index: index, Partition: r.text(key.Partition), Sort: r.text(key.Sort)})
		}
	}
	if r.bad != "" {
		return nil, fmt.Errorf("an item of table %s without a proper %q: %w", table, r.bad, store.ErrFormat)
	}
	return item, nil
}

// reader takes an item apart; bad is the last attribute that could not be read.
type reader struct {
	from attributes
	bad  string
}

func (r *reader) text(name string) string {
	s, ok := r.from[name].(*types.AttributeValueMemberS)
	if !ok || s.Value == "" {
		r.bad = name
		return ""
	}
	return s.Value
}

func (r *reader) number(name string) string {
	n, ok := r.from[name].(*types.AttributeValueMemberN)
	if !ok {
		r.bad = name
		return ""
	}
	return n.Value
}

func (r *reader) version() uint64 {
	n, err := strconv.ParseUint(r.number(attrVersion), 10, 64)
	if err != nil || n == 0 {
		r.bad = attrVersion
	}
	return n
}

func (r *reader) count() int64 {
	n, err := strconv.ParseInt(r.number(attrCount), 10, 64)
	if err != nil {
		r.bad = attrCount
	}
	return n
}

func (r *reader) data() []byte {
	value, there := r.from[attrData]
	if !there {
		return nil
	}
	b, ok := value.(*types.AttributeValueMemberB)
	if !ok {
		r.bad = attrData
		return nil
	}
	return b.Value
}

func (r *reader) end() time.Time {
	t, err := time.Parse(momentLayout, r.text(attrEnds))
	if err != nil {
		r.bad = attrEnds
		return time.Time{}
	}
	if t.Equal(endless()) {
		return time.Time{}
	}
	return t
}

// live reports whether an item has not ended at the moment.
func live(item *store.Item, at time.Time) bool {
	return item.Expires.IsZero() || at.Before(item.Expires)
}
