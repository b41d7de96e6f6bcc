package dynamodb

import (
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

// The answers here are those that an emulator does not give on demand. They follow
// the API reference of DynamoDB, under "Response Elements" and "Errors" of
// API_TransactWriteItems, API_BatchGetItem and API_Query, and API_CancellationReason:
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html.

// onKumoWithFaults is for answers that no emulator gives: what stands behind the proxy does
// not matter then.
func onKumoWithFaults(t *testing.T, test func(d day)) {
	t.Helper()
	test(newDay(t, emulator.Kumo(t), long, long))
}

// says answers as DynamoDB does, with the checksum of its answers.
func says(status int, body string) fault.Fault {
	return fault.Wire(status, map[string]string{
		"Content-Type": "application/x-amz-json-1.0",
		"X-Amz-Crc32":  fmt.Sprint(crc32.ChecksumIEEE([]byte(body))),
	}, body)
}

// cancelled is the answer to a transaction, with a reason for each operation.
func cancelled(reasons ...string) fault.Fault {
	return says(http.StatusBadRequest, fmt.Sprintf(
		`{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",`+
			`"Message":"Transaction cancelled, please refer cancellation reasons for specific reasons",`+
			`"CancellationReasons":[%s]}`, strings.Join(reasons, ",")))
}

// reason is why an operation cancelled its transaction: the code is None where it
// did not.
func reason(code string) string {
	if code == "None" {
		return `{"Code":"None"}`
	}
	return fmt.Sprintf(`{"Code":%q,"Message":"made by the test"}`, code)
}

// failed is the reason of an operation whose condition failed on an item of that
// version, which it had asked to see.
func failed(version int) string {
	return fmt.Sprintf(`{"Code":"ConditionalCheckFailed","Message":"The conditional request failed","Item":{`+
		`"pk":{"S":"P"},"sk":{"S":"b"},"item_version":{"N":"%d"},"item_count":{"N":"0"},`+
		`"ends_at":{"S":"9999-12-31T23:59:59.000000000Z"},"ttl_seconds":{"N":"253402300799"},"write_id":{"S":"theirs"}}}`, version)
}

// refusedOperation wants an error for one operation, counted from 0, and -1 for
// one that is about none.
func refusedOperation(t *testing.T, err, want error, index int) {
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

// called wants the number of calls that left the process.
func (d day) called(want int) {
	d.Helper()
	if got := d.proxy.Calls(); len(got) != want {
		d.Errorf("the calls are %q, want %d", got, want)
	}
}

func TestTheFirstFailedConditionOfATransactionIsTold(t *testing.T) {
	ops := []store.Op{
		store.Put(thing("c", "new"), store.Always()), store.Delete(at("b"), store.Version(2)), store.Check(at("d"), store.Present()),
	}
	last := reason("ConditionalCheckFailed")
	for name, c := range map[string]struct {
		answer fault.Fault
		want   error
		index  int
	}{
		"behind an operation without a reason": {cancelled(reason("None"), failed(3), last), store.ErrStale, 1},
		"behind a conflict":                    {cancelled(reason("TransactionConflict"), failed(3), reason("ThrottlingError")), store.ErrStale, 1},
		"without the item that it met":         {cancelled(reason("None"), last, last), store.ErrNotFound, 1},
		"at the end":                           {cancelled(reason("None"), reason("None"), last), store.ErrNotFound, 2},
		"of an operation that was not sent":    {cancelled(reason("None"), reason("None"), reason("None"), last), store.ErrUnavailable, -1},
	} {
		t.Run("a condition "+name, func(t *testing.T) {
			onKumoWithFaults(t, func(d day) {
				d.proxy.Next("TransactWriteItems", c.answer)
				refusedOperation(d.T, d.Write(d.Context(), ops...), c.want, c.index)
				d.called(1)
			})
		})
	}
}

func TestACancelledTransactionIsRepeatedWhereThatHelps(t *testing.T) {
	ops := []store.Op{store.Put(thing("c", "new"), store.Always()), store.Check(at("a"), store.Version(1))}
	for name, c := range map[string]struct {
		answer fault.Fault
		calls  int
		want   error
		stored string
	}{
		"for a conflict":                       {cancelled(reason("None"), reason("TransactionConflict")), 2, nil, "new v1 n0"},
		"for a busy account":                   {cancelled(reason("ThrottlingError"), reason("None")), 2, nil, "new v1 n0"},
		"for a busy table":                     {cancelled(reason("ProvisionedThroughputExceeded"), reason("None")), 2, nil, "new v1 n0"},
		"for no reason that is given":          {cancelled(), 2, nil, "new v1 n0"},
		"for an item that is too large":        {cancelled(reason("ValidationError"), reason("None")), 1, store.ErrUnavailable, "absent"},
		"for a conflict beside a bad item":     {cancelled(reason("TransactionConflict"), reason("ValidationError")), 1, store.ErrUnavailable, "absent"},
		"for a collection that grew too large": {cancelled(reason("ItemCollectionSizeLimitExceeded"), reason("None")), 1, store.ErrUnavailable, "absent"},
	} {
		t.Run("a transaction cancelled "+name, func(t *testing.T) {
			onKumoWithFaults(t, func(d day) {
				d.proxy.Next("TransactWriteItems", c.answer)
				refusedOperation(d.T, d.Write(d.Context(), ops...), c.want, -1)
				d.called(c.calls)
				d.holds("c", c.stored)
			})
		})
	}
}

// TestTheClientRepeatsNothingByItself has an error that the SDK asks again for when left
// to itself, and the store does not: so a second call is the SDK's. See
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html.
func TestTheClientRepeatsNothingByItself(t *testing.T) {
	onKumoWithFaults(t, func(d day) {
		d.proxy.Always(fault.Any, fault.Answer(http.StatusBadRequest, "RequestTimeout"))
		for name, call := range map[string]func() error{
			"BatchGetItem":     func() error { _, err := d.Get(d.Context(), []store.Key{at("a")}); return err },
			"TransactGetItems": func() error { _, err := d.Snapshot(d.Context(), []store.Key{at("a")}); return err },
			"Query": func() error {
				_, err := d.Query(d.Context(), store.Query{Table: store.Config, Partition: "P", Limit: 1})
				return err
			},
			"PutItem":            func() error { return d.Write(d.Context(), store.Put(thing("c", ""), store.Absent())) },
			"UpdateItem":         func() error { return d.Write(d.Context(), store.Put(thing("c", ""), store.Always())) },
			"DeleteItem":         func() error { return d.Write(d.Context(), store.Delete(at("a"), store.Always())) },
			"TransactWriteItems": func() error { return d.Write(d.Context(), store.Check(at("a"), store.Present())) },
		} {
			d.proxy.Forget()
			refusedOperation(d.T, call(), store.ErrUnavailable, -1)
			if got := d.proxy.Calls(); len(got) != 1 || got[0] != name {
				d.Errorf("the calls are %q, want one %s", got, name)
			}
		}
	})
}
