package dynamodb

import "github.com/gatepost/gatepost/internal/store"

// The attributes of items. None is a word that DynamoDB reserves, so that
// expressions can name them as they are. With their names and all values but the
// keys and the data they take fewer than the 256 bytes that the port counts for
// them.
const (
	attrPartition          = "pk"
	attrSort               = "sk"
	attrVersion            = "item_version"
	attrCount              = "item_count"
	attrData               = "item_data"
	attrEnds               = "ends_at"     // in UTC to the nanosecond, in a form that sorts as time does
	attrTTL                = "ttl_seconds" // the same in seconds since 1970, rounded up, for DynamoDB
	attrWrite              = "write_id"    // the random word of the last write
	attrUserPartition      = "user_pk"
	attrUserSort           = "user_sk"
	attrConnectorPartition = "connector_pk"
	attrConnectorSort      = "connector_sk"
)

// Definition is the shape of one table: what a template must say of it and a test
// makes it from.
type Definition struct {
	Table   store.Table
	Key     KeySchema
	Indexes []IndexDefinition
	TTL     string // the attribute by which DynamoDB removes items
}

// KeySchema names the attributes of a key. Both are strings (type S).
type KeySchema struct{ Partition, Sort string }

// IndexDefinition is a global secondary index. It projects all attributes.
type IndexDefinition struct {
	Name store.Index
	Key  KeySchema
}

// Definitions are the shapes of the three tables.
func Definitions() []Definition {
	key := KeySchema{attrPartition, attrSort}
	return []Definition{
		{Table: store.Config, Key: key, TTL: attrTTL},
		{Table: store.Directory, Key: key, TTL: attrTTL},
		{Table: store.Activity, Key: key, TTL: attrTTL, Indexes: []IndexDefinition{
			{store.ByUser, keyOf(store.ByUser)},
			{store.ByConnector, keyOf(store.ByConnector)},
		}},
	}
}

// keyOf is the key of an index; the empty index is the table itself.
func keyOf(index store.Index) KeySchema {
	switch index {
	case store.ByUser:
		return KeySchema{attrUserPartition, attrUserSort}
	case store.ByConnector:
		return KeySchema{attrConnectorPartition, attrConnectorSort}
	default:
		return KeySchema{attrPartition, attrSort}
	}
}
