package store

import (
	"context"
	"time"
)

// Tables is the port to a database of items. An adapter for one database
// implements it; callers use it behind [Guard], which keeps the limits below, so
// that an adapter sees only calls that are in order.
//
// Implementations MUST be safe for concurrent use and MUST honour the context: a
// call whose context has ended returns promptly, with an error for which both
// errors.Is(err, ErrUnavailable) and errors.Is(err, ctx.Err()) hold. A write
// that fails with [ErrUnavailable] may have happened; any other error means that
// it did not. An adapter that repeats a write whose answer was lost must not
// report its own earlier success as a failed condition.
//
// When a write returns nil, it is durable: it outlives the process and the
// machine's power, and every later read sees it, save reads of an index.
//
// An item whose Expires is not after the adapter's clock is absent: to Get, to
// Query and to every condition, whether or not it has been removed yet. Adapters
// remove such items when it suits them.
//
// No method may need more than one call to DynamoDB, apart from repeating calls
// for keys that were left unprocessed.
type Tables interface {
	// Get returns the items of keys, aligned with them: nil stands for an item
	// that does not exist. It reads each item consistently, as of some moment
	// after the call began, but the items together are no snapshot. It answers
	// for all keys or fails: an item that could not be read in time is an error,
	// never absent.
	//
	// At most [MaxGet] keys, all different.
	Get(ctx context.Context, keys []Key) ([]*Item, error)

	// Snapshot returns the items of keys as Get does, and all of them as they were
	// at one moment after the call began: a change that one write made to several
	// of them is seen whole or not at all, and so are changes that came one after
	// the other. Whatever decides on access by several items reads them so. A write
	// under way on one of the items may be in its way: an adapter tries again, and
	// fails with [ErrUnavailable] when there is no time left.
	//
	// At most [MaxSnapshot] keys, all different.
	Snapshot(ctx context.Context, keys []Key) ([]*Item, error)

	// Query returns items of one partition in the order of their sort keys,
	// compared byte by byte. A page may hold fewer items than the limit, even
	// none, and still have a cursor: only an empty cursor means the end. A query
	// of a table is consistent; one of an index may lag behind writes.
	Query(ctx context.Context, q Query) (Page, error)

	// Write makes all changes or none. A condition that does not hold fails the
	// whole write with an [*OpError] for the first such operation, in the order
	// given; see [Condition] for the errors. Writes that overlap in time appear to
	// happen one after the other.
	//
	// At most [MaxOps] operations, each on a different item, and [MaxWrite] bytes
	// together.
	Write(ctx context.Context, ops ...Op) error
}

// Limits of the port: DynamoDB's, for BatchGetItem, TransactGetItems,
// TransactWriteItems, items, keys and filters. [Guard] keeps them before an adapter is asked.
//
// See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html.
const (
	MaxGet       = 100       // keys of one Get
	MaxSnapshot  = 10        // keys of one Snapshot: so many items, however large, are within what one call returns (4 MiB)
	MaxOps       = 100       // operations of one Write
	MaxWrite     = 4 << 20   // bytes of one Write
	MaxItem      = 400 << 10 // bytes of one item, its keys and the names of its fields included
	MaxPartition = 2048      // bytes of a partition key
	MaxSort      = 1024      // bytes of a sort key
	MaxIndexes   = 2         // indexes that one item is in
	MaxQuery     = 5000      // items of one page of a query: a page ends before, at 1 MiB
)

// Table names one of the tables. They follow trust boundaries: a function's
// permissions are given by table, then by the first word of the partition key.
type Table string

// The tables.
const (
	Config    Table = "config"    // connectors, grants, keys' certificates, the instance
	Directory Table = "directory" // people, credentials, groups, memberships
	Activity  Table = "activity"  // sessions, events, counters, one-time tokens
)

// Key names an item for life. Both parts are UTF-8, not empty and without NUL.
type Key struct {
	Table     Table
	Partition string
	Sort      string
}

// Index names a second order in which items of [Activity] can be queried.
type Index string

// The indexes.
const (
	ByUser      Index = "by-user"
	ByConnector Index = "by-connector"
)

// IndexKey is an item's place in an index. Several items may share one.
type IndexKey struct {
	Index     Index
	Partition string
	Sort      string
}

// Item is what the tables hold.
type Item struct {
	Key     Key
	Version uint64     // given by the table: 1 or more for a new item, one more at each write, never used again while the item lives
	Count   int64      // a number beside the data that [Add] can change blindly
	Data    []byte     // opaque to the table
	Expires time.Time  // when the item ceases to exist, to the nanosecond; zero for never
	Indexes []IndexKey // the indexes it is in; only in Activity
}

// State is what a [Condition] asks of an item.
type State int

// The states.
const (
	StateAny State = iota
	StateAbsent
	StatePresent
	StateVersion
)

// Condition must hold for a write to happen.
type Condition struct {
	State   State
	Version uint64 // for StateVersion
}

// Always holds whatever the table has.
func Always() Condition { return Condition{State: StateAny} }

// Absent holds when there is no such item; else the write fails with
// [ErrExists].
func Absent() Condition { return Condition{State: StateAbsent} }

// Present holds when there is such an item; else the write fails with
// [ErrNotFound].
func Present() Condition { return Condition{State: StatePresent} }

// Version holds when the item is there with version n; else the write fails with
// [ErrNotFound] or [ErrStale].
func Version(n uint64) Condition { return Condition{State: StateVersion, Version: n} }

// Action is what an [Op] does.
type Action int

// The actions.
const (
	ActionPut Action = iota + 1
	ActionDelete
	ActionCheck
	ActionAdd
)

// Op is one operation of a write. Make it with [Put], [Delete], [Check] or
// [Add].
type Op struct {
	Action Action
	Item   Item // whole for ActionPut, Key and Expires for ActionAdd, else Key
	If     Condition
	By     int64 // for ActionAdd
	Limit  int64 // for ActionAdd; zero for none
}

// Put stores the item in place of what is there, all of it but Version, which is
// ignored. The new version is one more than that of the item it replaces, and 1
// when there was none; an item put with [Always] over one that has expired but
// is not removed yet may begin higher.
func Put(item Item, cond Condition) Op { return Op{Action: ActionPut, Item: item, If: cond} }

// Delete removes the item. With [Always] it is no error when there is none.
func Delete(key Key, cond Condition) Op {
	return Op{Action: ActionDelete, Item: Item{Key: key}, If: cond}
}

// Check changes nothing: it only makes the whole write depend on the condition.
func Check(key Key, cond Condition) Op {
	return Op{Action: ActionCheck, Item: Item{Key: key}, If: cond}
}

// Add raises the item's Count by one or more, and its Version by one. When the
// count would pass a limit other than zero, it fails with [ErrLimit] and changes
// nothing. It makes the item when there is none, with the given end; the data
// and the end of an item that is there stay.
//
// An item that has expired is never counted on: Add begins anew or fails with
// ErrLimit, as the adapter can. So the key of a counter that ends carries the
// time it is for, and its end lies after that time.
//
// A single Add whose answer was lost on the way may be made again, so that the
// count can be one try too high. It never passes its limit.
func Add(key Key, by, limit int64, expires time.Time) Op {
	return Op{Action: ActionAdd, Item: Item{Key: key, Expires: expires}, By: by, Limit: limit}
}

// Query asks for a page of one partition. At most one of Prefix and the range
// From to To is given.
type Query struct {
	Table      Table
	Index      Index // empty for the table itself
	Partition  string
	Prefix     string // of the sort key
	From, To   string // inclusive bounds of the sort key; empty for open
	Descending bool
	Limit      int    // 1 to [MaxQuery]
	Cursor     string // from the page before; empty for the first
}

// Page is an answer to a [Query].
type Page struct {
	Items []Item

	// Cursor asks for the next page of the same query, with any limit; empty at
	// the end. Callers of a guarded table treat it as opaque. An adapter returns,
	// and is given back, a position in any form it likes, and answers one that
	// lies outside the query with [ErrCursor].
	Cursor string
}
