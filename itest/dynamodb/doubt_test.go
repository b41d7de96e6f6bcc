package dynamodb

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	service "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

// nobody is an address at which nobody listens: a reserved port.
const nobody = "127.0.0.1:1"

// unconnected is the store with a client whose first connection is refused.
func (d day) unconnected() store.Tables {
	var dials atomic.Int64
	transport := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if dials.Add(1) == 1 {
				address = nobody
			}
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}
	})
	o := emulator.Client(d.proxy.URL).Options()
	o.HTTPClient = environment.Send(transport)
	return dynamodb.New(service.New(o), d.names, patient(time.Now))
}

func TestACallThatFoundNoConnectionDidNotHappen(t *testing.T) {
	onEach(t, long, long, func(d day) {
		err := d.unconnected().Write(d.Context(), store.Put(thing("a", "new"), store.Absent()))
		refusedOperation(d.T, err, store.ErrExists, 0)
		err = d.unconnected().Write(d.Context(), store.Put(thing("c", "new"), store.Absent()))
		d.must(err)
		d.called(2)
		d.holds("a", "old v1 n0")
		d.holds("c", "new v1 n0")
	})
}

// TestAfterABrokenConnection has one that broke off, maybe after the call came
// through: only a transaction, which has a token, can tell then that a condition
// of its own failed.
func TestAfterABrokenConnectionOnlyATransactionTellsAFailedCondition(t *testing.T) {
	put := store.Put(thing("a", "new"), store.Absent())
	for name, c := range map[string]struct {
		ops   []store.Op
		want  error
		index int
	}{
		"a put":               {[]store.Op{put}, store.ErrUnavailable, -1},
		"a put under Present": {[]store.Op{store.Put(thing("c", "new"), store.Present())}, store.ErrUnavailable, -1},
		"an addition":         {[]store.Op{store.Add(at("a"), 6, 5, time.Time{})}, store.ErrUnavailable, -1},
		"a transaction":       {[]store.Op{store.Check(at("b"), store.Present()), put}, store.ErrExists, 1},
		"a check":             {[]store.Op{store.Check(at("b"), store.Absent())}, store.ErrExists, 0},
		"a deletion":          {[]store.Op{store.Delete(at("b"), store.Version(2))}, store.ErrStale, 0},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, long, long, func(d day) {
				d.proxy.Next(fault.Any, fault.Refuse())
				refusedOperation(d.T, d.Write(d.Context(), c.ops...), c.want, c.index)
				d.called(2)
				d.holds("a", "old v1 n0")
			})
		})
	}
}

// TestAnotherItemInTheNewItemsPlace lets someone else remove the item whose answer
// was lost and put another in its place.
func TestAnotherItemInTheNewItemsPlaceLeavesAPutInDoubt(t *testing.T) {
	onEach(t, long, long, func(d day) {
		d.proxy.Next("PutItem", fault.LoseThen(func() {
			err := d.direct.Write(d.Context(), store.Delete(at("c"), store.Present()))
			if err != nil {
				d.Error(err)
			}
			err = d.direct.Write(d.Context(), store.Put(thing("c", "other"), store.Absent()))
			if err != nil {
				d.Error(err)
			}
		}))
		err := d.Write(d.Context(), store.Put(thing("c", "new"), store.Absent()))
		refusedOperation(d.T, err, store.ErrUnavailable, -1)
		d.holds("c", "other v1 n0")
	})
}

// TestUnprocessedKeys has keys come back without what was said of their
// consistency, which API_BatchGetItem does not promise to repeat.
func TestUnprocessedKeysAreAskedForAgainConsistently(t *testing.T) {
	type part struct {
		ConsistentRead bool
		Keys           []any
	}
	onEach(t, long, long, func(d day) {
		left := map[string]any{d.names.Activity: map[string]any{"Keys": []any{map[string]any{"pk": map[string]string{"S": "P"}, "sk": map[string]string{"S": "b"}}}}}
		body, err := json.Marshal(map[string]any{"Responses": map[string]any{}, "UnprocessedKeys": left})
		d.must(err)
		asked := make(chan part, 1)
		d.proxy.Next("BatchGetItem", says(http.StatusOK, string(body)), fault.Throttle(), fault.Look(func(_ http.Header, body []byte) {
			var request struct{ RequestItems map[string]part }
			_ = json.Unmarshal(body, &request)
			asked <- request.RequestItems[d.names.Activity]
		}))
		items, err := d.Get(d.Context(), []store.Key{at("gone"), at("b")})
		d.must(err)
		if items[0] != nil || items[1] == nil || string(items[1].Data) != "old" {
			d.Errorf("got %v, want b alone", items)
		}
		d.called(3)
		close(asked)
		if last := <-asked; !last.ConsistentRead || len(last.Keys) != 1 {
			d.Errorf("asked at last for %d keys, consistently: %v; want one", len(last.Keys), last.ConsistentRead)
		}
	})
}
