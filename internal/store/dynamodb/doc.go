// Package dynamodb is the table port of package store on three DynamoDB tables:
// the store of the deployed shape.
//
// # Items
//
// Every table has a partition key and a sort key, both strings, and [Definitions]
// says which attributes hold them, the keys of the two indexes, and the end that
// DynamoDB's time to live goes by. An item always has an end, to the nanosecond;
// one that lasts for ever has it in the year 9999. The service removes an item
// hours or days after its end, so every condition and every read look at the end
// themselves. The indexes hold whole items and are eventually consistent: an event
// may be missing from them for a moment after it was stored.
//
// # Calls
//
// Each method is one call, so a policy needs these actions, on the keys that
// the table of docs/functions.md names:
//
//   - Get: BatchGetItem, always consistent, always, even for one key.
//   - Snapshot: GetItem, enclosed in TransactGetItems.
//   - Query: Query, of the table or of one index.
//   - Write of one operation: PutItem for [store.Put] under Absent or Version;
//     UpdateItem for a put under Always or Present, which must add to a version
//     that the caller does not know, and for [store.Add]; DeleteItem for
//     [store.Delete] under Always.
//   - Write of several operations, of one [store.Check], or of one [store.Delete]
//     under another condition: TransactWriteItems, which needs the same actions,
//     and ConditionCheckItem for a check.
//
// Nothing scans a table, and nothing uses PartiQL.
//
// # Faults
//
// Calls that are throttled, lost, cut short or answered with a fault of the
// service are repeated with growing, random pauses, until [Options].Budget is
// spent or the context ends; then the answer is [store.ErrUnavailable]. So are
// keys that the service left unprocessed, and snapshots that a write got in the way
// of. The client's own repeating is switched
// off for these calls, because only this package can tell what a repeated write
// means: every write carries a random word, stored in each item that it puts and
// given as the token of a transaction. A repeat that finds its own word has
// already happened and succeeds. What a repeat of a single put or addition cannot
// know is whether the first try happened and another write came after it:
//
//   - a condition that fails then is reported as ErrUnavailable, not as someone
//     else's doing;
//   - an addition, or a put under Always or Present, is made (again), so that a
//     counter may count one try too many, never past its limit.
//
// Neither can befall a transaction: the service knows its token for ten minutes.
package dynamodb
