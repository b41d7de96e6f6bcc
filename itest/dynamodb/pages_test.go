package dynamodb

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	service "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/fault"
)

// ample is time for one call on a busy machine; a store that asks again and again
// for what it cannot read must not do so for long.
const ample = 15 * time.Second

func inPartition(limit int) store.Query {
	return store.Query{Table: store.Activity, Partition: "P", Limit: limit}
}

// found are the sort keys of a page.
func found(p store.Page) string {
	var sorts []string
	for _, item := range p.Items {
		sorts = append(sorts, item.Key.Sort)
	}
	return fmt.Sprint(sorts)
}

// follows asks for the page after one that has a cursor and no items.
func (d day) follows(first store.Page, want string) {
	d.Helper()
	if len(first.Items) != 0 || first.Cursor == "" {
		d.Fatalf("got %+v, want no items and a cursor", first)
	}
	next := inPartition(10)
	next.Cursor = first.Cursor
	page, err := d.Query(d.Context(), next)
	d.must(err)
	if found(page) != want {
		d.Errorf("the next page has %s, want %s", found(page), want)
	}
}

// TestAPageWithoutItemsMayHaveACursor has such a page once of the service, which
// may end one anywhere: see LastEvaluatedKey in
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html.
func TestAPageWithoutItemsMayHaveACursor(t *testing.T) {
	t.Run("a page that is empty", func(t *testing.T) {
		onEach(t, long, long, func(d day) {
			d.proxy.Next("Query", fault.Wire(http.StatusOK, nil,
				`{"Count":0,"Items":[],"LastEvaluatedKey":{"pk":{"S":"P"},"sk":{"S":"a"}},"ScannedCount":0}`))
			page, err := d.Query(d.Context(), inPartition(10))
			d.must(err)
			d.follows(page, "[b]")
		})
	})
	t.Run("a page whose items have all ended", func(t *testing.T) {
		onEach(t, long, long, func(d day) {
			ended := thing("0", "old")
			ended.Expires = time.Now().Add(-time.Second)
			d.must(d.direct.Write(d.Context(), store.Put(ended, store.Always())))
			page, err := d.Query(d.Context(), inPartition(1))
			d.must(err)
			d.follows(page, "[a b]")
		})
	})
}

func TestAQueryThatCanFindNothingAsksNothing(t *testing.T) {
	onKumoWithFaults(t, func(d day) {
		q := inPartition(10)
		q.From, q.To = "b", "a"
		page, err := d.Query(d.Context(), q)
		d.must(err)
		if len(page.Items) != 0 || page.Cursor != "" {
			d.Errorf("got %+v of a range the wrong way round", page)
		}
		q = inPartition(10)
		q.Cursor = "a\x00made\x00up"
		_, err = d.Query(d.Context(), q)
		refusedOperation(d.T, err, store.ErrCursor, -1)
		d.called(0)
	})
}

// puts stores an item that the store does not write.
func (d day) puts(item map[string]types.AttributeValue) {
	d.Helper()
	_, err := d.client.PutItem(d.Context(), &service.PutItemInput{TableName: aws.String(d.names.Activity), Item: item})
	d.must(err)
}

func TestABrokenItemIsAnErrorAndNeverAskedForAgain(t *testing.T) {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	number := func(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }
	key := dynamodb.Definitions()[0].Key
	for name, change := range map[string]func(map[string]types.AttributeValue){
		"without version":        func(item map[string]types.AttributeValue) { delete(item, "item_version") },
		"with a number as end":   func(item map[string]types.AttributeValue) { item["ends_at"] = number("1") },
		"with an end in words":   func(item map[string]types.AttributeValue) { item["ends_at"] = text("tomorrow") },
		"with text as data":      func(item map[string]types.AttributeValue) { item["item_data"] = text("d") },
		"with half an index key": func(item map[string]types.AttributeValue) { item["user_pk"] = text("u") },
	} {
		t.Run("an item "+name, func(t *testing.T) {
			onEach(t, ample, ample, func(d day) {
				item := map[string]types.AttributeValue{
					key.Partition: text("P"), key.Sort: text("c"), "item_version": number("3"), "item_count": number("0"),
					"ends_at": text("9999-12-31T23:59:59.000000000Z"), "write_id": text("w"),
				}
				change(item)
				d.puts(item)
				_, err := d.Get(d.Context(), []store.Key{at("a"), at("c")})
				refusedOperation(d.T, err, store.ErrFormat, -1)
				page, err := d.Query(d.Context(), inPartition(10))
				refusedOperation(d.T, err, store.ErrFormat, -1)
				if len(page.Items) != 0 {
					d.Errorf("got %+v beside the error", page)
				}
				d.called(2)
			})
		})
	}
}

func TestAConditionThatMeetsABrokenItemIsTold(t *testing.T) {
	onEach(t, ample, ample, func(d day) {
		d.puts(map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "P"}, "sk": &types.AttributeValueMemberS{Value: "c"},
			"ends_at": &types.AttributeValueMemberN{Value: "1"},
		})
		err := d.Write(d.Context(), store.Put(thing("c", "new"), store.Version(2)))
		refusedOperation(d.T, err, store.ErrNotFound, 0)
		err = d.Write(d.Context(), store.Check(at("a"), store.Present()), store.Delete(at("c"), store.Version(2)))
		refusedOperation(d.T, err, store.ErrNotFound, 1)
		d.called(2)
	})
}

func TestABrokenLastKeyIsAnError(t *testing.T) {
	onKumoWithFaults(t, func(d day) {
		d.proxy.Next("Query", says(http.StatusOK, `{"Count":0,"Items":[],"LastEvaluatedKey":{"pk":{"S":"P"}},"ScannedCount":0}`))
		_, err := d.Query(d.Context(), inPartition(10))
		refusedOperation(d.T, err, store.ErrFormat, -1)
		d.called(1)
	})
}
