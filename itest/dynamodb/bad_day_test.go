package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	service "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

// day is a store with a proxy between the SDK's one client and an emulator.
type day struct {
	*testing.T
	store.Tables
	proxy  *fault.Proxy
	client *service.Client // the SDK's client, not through the proxy
	names  dynamodb.Names
	direct store.Tables // the same tables, not through the proxy
}

// onEach runs a test on each emulator, with a store that gives up after the
// budget.
func onEach(t *testing.T, patience, budget time.Duration, test func(d day)) {
	t.Run("on kumo", func(t *testing.T) { test(newDay(t, emulator.Kumo(t), patience, budget)) })
	onLocalWithFaults(t, patience, budget, test)
}

func onLocalWithFaults(t *testing.T, patience, budget time.Duration, test func(d day)) {
	t.Run("on DynamoDB Local", func(t *testing.T) { test(newDay(t, emulator.DynamoDBLocal(t), patience, budget)) })
}

// newDay has the items a and b of version 1.
func newDay(t *testing.T, address string, patience, budget time.Duration) day {
	t.Helper()
	client := emulator.Client(address)
	names := emulator.Tables(t, client)
	proxy := fault.New(t, address)
	o := dynamodb.Options{Patience: patience, Budget: budget}
	d := day{t, dynamodb.New(emulator.Client(proxy.URL), names, o), proxy, client, names, dynamodb.New(client, names, patient(time.Now))}
	d.must(d.direct.Write(t.Context(), store.Put(thing("a", "old"), store.Absent()), store.Put(thing("b", "old"), store.Absent())))
	return d
}

// Short budgets make a call give up soon; long ones let it try until it succeeds,
// however busy the machine is.
const (
	patience = 100 * time.Millisecond
	short    = 300 * time.Millisecond
	long     = 2 * time.Minute
)

func thing(sort, data string) store.Item {
	return store.Item{Key: at(sort), Data: []byte(data)}
}

func at(sort string) store.Key {
	return store.Key{Table: store.Activity, Partition: "P", Sort: sort}
}

func (d day) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// stored is what the table itself holds: data, version and count.
func (d day) stored(sort string) string {
	d.Helper()
	items, err := d.direct.Get(d.Context(), []store.Key{at(sort)})
	d.must(err)
	if items[0] == nil {
		return "absent"
	}
	return fmt.Sprintf("%s v%d n%d", items[0].Data, items[0].Version, items[0].Count)
}

func (d day) holds(sort, want string) {
	d.Helper()
	if got := d.stored(sort); got != want {
		d.Errorf("%s is %q, want %q", sort, got, want)
	}
}

// calls are the four methods of the port.
func (d day) calls(ctx context.Context) map[string]func() error {
	return map[string]func() error{
		"get":      func() error { _, err := d.Get(ctx, []store.Key{at("a"), at("b")}); return err },
		"snapshot": func() error { _, err := d.Snapshot(ctx, []store.Key{at("a"), at("b")}); return err },
		"query": func() error {
			_, err := d.Query(ctx, store.Query{Table: store.Activity, Partition: "P", Limit: 10})
			return err
		},
		"write": func() error { return d.Write(ctx, store.Put(thing("c", "new"), store.Always())) },
		"transaction": func() error {
			return d.Write(ctx, store.Put(thing("c", "new"), store.Always()), store.Check(at("a"), store.Present()))
		},
	}
}

// recovers tries each call until it succeeds again, with the same client.
func (d day) recovers() {
	d.Helper()
	for name, call := range d.calls(d.Context()) {
		var err error
		for range 100 {
			err = call()
			if err == nil {
				break
			}
		}
		if err != nil {
			d.Errorf("%s does not recover: %v", name, err)
		}
	}
}

// gone are the faults after which a call must give up.
func gone() map[string]fault.Fault {
	return map[string]fault.Fault{
		"resets every connection":                           fault.Refuse(),
		"is too slow":                                       fault.Hang(),
		"answers too late":                                  fault.LoseSlowly(),
		"loses every answer":                                fault.Lose(),
		"cuts every answer short":                           fault.Cut(),
		"throttles the account":                             fault.Throttle(),
		"throttles the table":                               fault.ThrottleTable(),
		"has an internal error":                             fault.Fail(),
		"is not available":                                  fault.Answer(503, "ServiceUnavailable"),
		"sees another transaction in the way":               fault.Answer(400, "TransactionConflictException"),
		"still works on the earlier try":                    fault.Answer(400, "TransactionInProgressException"),
		"does not know the table":                           fault.Answer(400, "ResourceNotFoundException"),
		"denies access":                                     fault.Answer(400, "AccessDeniedException"),
		"answers with an error that nobody has heard of":    fault.Answer(418, "TeapotException"),
		"is a gateway that says something else than itself": fault.Answer(502, ""),
	}
}

func TestAStoreThatCannotBeUsedIsUnavailableUntilItRecovers(t *testing.T) {
	for name, f := range gone() {
		t.Run("a service that "+name, func(t *testing.T) {
			t.Parallel()
			onEach(t, patience, short, func(d day) {
				d.proxy.Always(fault.Any, f)
				d.isUnavailable()
				d.proxy.Heal()
				d.recovers()
			})
		})
	}
	t.Run("a service that is down", func(t *testing.T) {
		onEach(t, patience, short, func(d day) {
			d.proxy.Down(d.T)
			d.isUnavailable()
			d.proxy.Up(d.T)
			d.recovers()
		})
	})
}

// isUnavailable makes each call once and wants it to give up by itself: the
// caller's time has not ended.
func (d day) isUnavailable() {
	d.Helper()
	for name, call := range d.calls(d.Context()) {
		err := call()
		if !errors.Is(err, store.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
			d.Errorf("%s: error is %v, want unavailable, and not for the end of the caller's time", name, err)
		}
	}
}

func TestTheEndOfTheCallersTimeIsTold(t *testing.T) {
	onEach(t, long, long, func(d day) {
		d.proxy.Always(fault.Any, fault.Hang())
		for call := range d.calls(t.Context()) {
			ctx, cancel := context.WithTimeout(d.Context(), short)
			err := d.calls(ctx)[call]()
			cancel()
			if !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
				d.Errorf("%s: error is %v, want unavailable and the end of the context", call, err)
			}
		}
		d.proxy.Heal()
		d.must(d.calls(d.Context())["get"]())
	})
}

func TestCallsOutliveABadMoment(t *testing.T) {
	for name, f := range gone() {
		switch name {
		case "does not know the table", "denies access", "answers with an error that nobody has heard of":
			continue // asking again would not help
		}
		t.Run("a service that twice "+name, func(t *testing.T) {
			t.Parallel()
			onEach(t, patience, long, func(d day) {
				for call, do := range d.calls(d.Context()) {
					d.proxy.Next(fault.Any, f, f)
					err := do()
					if err != nil {
						d.Errorf("%s: %v", call, err)
					}
				}
			})
		})
	}
}

func TestKeysLeftUnprocessedAreNeverAbsent(t *testing.T) {
	keys := []store.Key{at("a"), at("nothing"), at("b"), {Table: store.Config, Partition: "P", Sort: "a"}}
	onEach(t, patience, long, func(d day) {
		d.proxy.Next("BatchGetItem", fault.Unprocessed(9), fault.Unprocessed(2), fault.Unprocessed(1))
		items, err := d.Get(d.Context(), keys)
		d.must(err)
		if items[0] == nil || items[2] == nil || items[1] != nil || items[3] != nil {
			d.Errorf("got %v; a and b are there, the others are not", items)
		}
	})
	onEach(t, patience, short, func(d day) {
		d.proxy.Always("BatchGetItem", fault.Unprocessed(1))
		items, err := d.Get(d.Context(), keys)
		if !errors.Is(err, store.ErrUnavailable) || items != nil {
			d.Errorf("got %v, %v; want unavailable", items, err)
		}
		d.proxy.Heal()
		d.recovers()
	})
}
