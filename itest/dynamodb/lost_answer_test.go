package dynamodb

import (
	"errors"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/fault"
)

// lossy are the faults in which a write happens and nobody says so.
func lossy() map[string]fault.Fault {
	return map[string]fault.Fault{"is lost": fault.Lose(), "comes too late": fault.LoseSlowly(), "is cut short": fault.Cut()}
}

func TestAWriteWhoseAnswerIsLostHappensOnceAndSucceeds(t *testing.T) {
	cases := map[string]struct {
		ops  []store.Op
		want string // what is stored as a
	}{
		"a put under Absent":  {[]store.Op{store.Put(thing("c", "new"), store.Absent())}, "old v1 n0"},
		"a put under Present": {[]store.Op{store.Put(thing("a", "new"), store.Present())}, "new v2 n0"},
		"a put under Always":  {[]store.Op{store.Put(thing("a", "new"), store.Always())}, "new v2 n0"},
		"a put under Version": {[]store.Op{store.Put(thing("a", "new"), store.Version(1))}, "new v2 n0"},
		"an addition":         {[]store.Op{store.Add(at("a"), 3, 3, time.Time{})}, "old v2 n3"},
		"a blind deletion":    {[]store.Op{store.Delete(at("a"), store.Always())}, "absent"},
		"a check":             {[]store.Op{store.Check(at("a"), store.Version(1))}, "old v1 n0"},
		"a transaction that puts": {[]store.Op{
			store.Delete(at("a"), store.Version(1)), store.Check(at("b"), store.Version(1)), store.Put(thing("c", "new"), store.Absent()),
		}, "absent"},
		"a transaction that adds": {[]store.Op{
			store.Add(at("a"), 3, 3, time.Time{}), store.Check(at("c"), store.Absent()),
		}, "old v2 n3"},
	}
	for name, c := range cases {
		for how, f := range lossy() {
			t.Run(name+" whose answer "+how, func(t *testing.T) {
				onEach(t, patience, long, func(d day) {
					d.proxy.Next(fault.Any, f)
					d.must(d.Write(d.Context(), c.ops...))
					d.holds("a", c.want)
				})
			})
		}
	}
}

// other loses an answer, and has someone else write the item meanwhile.
func other(d day) fault.Fault {
	return fault.LoseThen(func() {
		err := d.direct.Write(d.Context(), store.Put(thing("a", "other"), store.Always()))
		if err != nil {
			d.Error(err)
		}
	})
}

// TestAnOvertakenWrite lets someone else write the item between the write and its
// repeat, so that the repeat cannot find its own traces.
func TestAnOvertakenWriteIsNeverCalledSomeoneElsesDoing(t *testing.T) {
	for name, op := range map[string]store.Op{
		"a put under Version":      store.Put(thing("a", "new"), store.Version(1)),
		"an addition to its limit": store.Add(at("a"), 3, 3, time.Time{}),
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, patience, long, func(d day) {
				d.proxy.Next(fault.Any, other(d))
				err := d.Write(d.Context(), op)
				if op.Action == store.ActionAdd {
					d.must(err) // the other write took the count away: there is room again
					d.holds("a", "other v4 n3")
					return
				}
				var refused *store.OpError
				if !errors.Is(err, store.ErrUnavailable) || errors.As(err, &refused) {
					d.Errorf("error is %v, want unavailable", err)
				}
			})
		})
	}
}

// TestADeletion is for the emulator that knows tokens. On kumo a repeat of such a
// write is a write of its own.
func TestADeletionWhoseAnswerIsLostLeavesWhatCameAfterIt(t *testing.T) {
	for name, op := range map[string]store.Op{
		"under Version": store.Delete(at("a"), store.Version(1)),
		"under Present": store.Delete(at("a"), store.Present()),
	} {
		t.Run(name, func(t *testing.T) {
			onLocalWithFaults(t, patience, long, func(d day) {
				d.proxy.Next(fault.Any, fault.Lose())
				d.must(d.Write(d.Context(), op))
				d.holds("a", "absent")
			})
			onLocalWithFaults(t, patience, long, func(d day) {
				d.proxy.Next(fault.Any, other(d))
				d.must(d.Write(d.Context(), op))
				d.holds("a", "other v1 n0")
			})
		})
	}
}

func TestAConditionThatFailsAfterARefusalIsToldAsItIs(t *testing.T) {
	for name, f := range map[string]fault.Fault{"throttling": fault.Throttle(), "a conflict": fault.Answer(400, "TransactionConflictException")} {
		t.Run("after "+name, func(t *testing.T) {
			onEach(t, long, long, func(d day) {
				d.proxy.Next(fault.Any, f)
				err := d.Write(d.Context(), store.Put(thing("a", "new"), store.Version(9)))
				if !errors.Is(err, store.ErrStale) {
					d.Errorf("error is %v, want stale: the refused try certainly did not happen", err)
				}
			})
		})
	}
}
