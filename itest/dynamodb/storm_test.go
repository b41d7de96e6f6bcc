package dynamodb

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/fault"
)

// TestAStormOfFailedConditions: each write is told so once, and none is tried again
// and again.
func TestAStormOfFailedConditions(t *testing.T) {
	failed := fault.Answer(http.StatusBadRequest, "ConditionalCheckFailedException")
	t.Run("keeps every response back", func(t *testing.T) {
		onEach(t, long, long, func(d day) {
			service, request := d.launchable()
			d.proxy.Always("PutItem", failed)
			for range 5 {
				d.proxy.Forget()
				issued, err := launch(d.Context(), service, request)
				if issued != nil || !errors.Is(err, sso.ErrUnavailable) {
					d.Fatalf("got %v, %v", issued, err)
				}
				// The event, and then the failure of what it may have announced.
				if got := d.proxy.Calls(); !slices.Equal(got, []string{"TransactGetItems", "PutItem", "PutItem"}) {
					d.Errorf("the calls are %q", got)
				}
			}
		})
	})
	t.Run("is a version that has gone, told after one call", func(t *testing.T) {
		onEach(t, long, long, func(d day) {
			d.proxy.Always("PutItem", failed)
			d.proxy.Forget()
			err := d.Write(d.Context(), store.Put(thing("a", "new"), store.Version(1)))
			if !errors.Is(err, store.ErrStale) && !errors.Is(err, store.ErrNotFound) {
				d.Errorf("got %v", err)
			}
			if got := d.proxy.Calls(); len(got) != 1 {
				d.Errorf("the calls are %q", got)
			}
			d.holds("a", "old v1 n0")
		})
	})
}

// TestEveryReadIsConsistent: an eventually consistent one may show an item as it was,
// and what somebody lost would open once more. Indexes, which lag, show events alone.
func TestEveryReadIsConsistent(t *testing.T) {
	onEach(t, long, long, func(d day) {
		var mu sync.Mutex
		bodies := map[string][]string{}
		for _, operation := range []string{"BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"} {
			d.proxy.Always(operation, fault.Look(func(_ http.Header, body []byte) {
				mu.Lock()
				defer mu.Unlock()
				bodies[operation] = append(bodies[operation], string(body))
			}))
		}
		for name, call := range d.calls(d.Context()) {
			if err := call(); err != nil {
				d.Errorf("%s: %v", name, err)
			}
		}
		service, request := d.launchable()
		_, err := launch(d.Context(), service, request)
		d.must(err)
		if len(bodies["BatchGetItem"]) == 0 || len(bodies["Query"]) == 0 || len(bodies["TransactGetItems"]) != 2 {
			d.Fatalf("the reads are %v", bodies)
		}
		for operation, all := range bodies {
			for _, body := range all {
				if operation != "TransactGetItems" && !strings.Contains(body, `"ConsistentRead":true`) {
					d.Errorf("%s reads what may be old: %s", operation, body)
				}
				if strings.Contains(body, "IndexName") {
					d.Errorf("%s reads an index, which lags: %s", operation, body)
				}
				if !json.Valid([]byte(body)) {
					d.Errorf("%s is no JSON", operation)
				}
			}
		}
	})
}

// TestAnItemThatDynamoDBFindsTooLarge is refused once, in its own words, and nothing
// of the write happens.
func TestAnItemThatDynamoDBFindsTooLarge(t *testing.T) {
	const said = "Item size has exceeded the maximum allowed size"
	onEach(t, long, long, func(d day) {
		d.proxy.Always("PutItem", fault.Wire(http.StatusBadRequest, nil, `{"__type":"com.amazon.coral.validate#ValidationException","message":"`+said+`"}`))
		d.proxy.Forget()
		err := d.Write(d.Context(), store.Put(thing("a", "new"), store.Version(1)))
		if err == nil || !strings.Contains(err.Error(), said) {
			d.Errorf("got %v", err)
		}
		if got := d.proxy.Calls(); len(got) != 1 {
			d.Errorf("the calls are %q", got)
		}
		d.holds("a", "old v1 n0")
	})
}
