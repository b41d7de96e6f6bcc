// Package store keeps what Gatepost knows: connectors, people, groups, sessions,
// events, keys' certificates and the state of the installation.
//
// It has two floors. Below is the table port, [Tables]: four methods over items
// with a partition key, a sort key and a version, narrow enough that each call is
// one call to DynamoDB. Adapters live in packages of their own (store/bolt, store/dynamodb) and
// must pass the suite of store/storetest unchanged. Above are the repositories,
// methods of [Store], written once over the port: they know the shapes of keys
// (keys.go alone spells them), the form of stored records, and which facts must
// change together.
//
// The rules that the repositories keep:
//
//   - A change and its [idp.Event] are one transaction: neither is stored without
//     the other. An event without an ID or a time is given them.
//   - A change that depends on what was read is conditional on its version. Where
//     the caller holds the version (a connector, a person, a group, a key, the
//     instance), a lost race is [ErrStale] and the caller reads again. Plain facts
//     (a grant, a membership) are read, changed and tried again here.
//   - A fact that is listed from two sides is written to both in one transaction.
//   - What a person was given (a cookie, a slug, a token) may be hostile: as part
//     of a key it finds nothing, and never reaches another kind of item.
//   - Records carry a format number. A record of an unknown format, or with a
//     field this version does not know, is [ErrFormat], never a guess.
//
// Methods are safe for concurrent use. They return copies: what a caller changes
// in an answer changes nothing in the store.
package store
