package bolt

import (
	"bytes"
	"errors"

	"go.etcd.io/bbolt"

	"github.com/gatepost/gatepost/internal/store"
)

// checkAll looks at every condition before anything changes. The operations are
// on different items, so none can change what another one asks.
func (db *DB) checkAll(tx *bbolt.Tx, ops []store.Op) error {
	for i, op := range ops {
		item, err := db.live(tx, op.Item.Key)
		if err != nil {
			return err
		}
		err = check(op, item)
		if err != nil {
			return &store.OpError{Index: i, Key: op.Item.Key, Err: err}
		}
	}
	return nil
}

func check(op store.Op, item *store.Item) error {
	if op.Action == store.ActionAdd {
		return checkLimit(op, item)
	}
	switch op.If.State {
	case store.StateAbsent:
		if item != nil {
			return store.ErrExists
		}
	case store.StatePresent:
		if item == nil {
			return store.ErrNotFound
		}
	case store.StateVersion:
		if item == nil {
			return store.ErrNotFound
		}
		if item.Version != op.If.Version {
			return store.ErrStale
		}
	case store.StateAny:
	}
	return nil
}

func checkLimit(op store.Op, item *store.Item) error {
	count := int64(0)
	if item != nil {
		count = item.Count
	}
	if op.Limit > 0 && count > op.Limit-op.By {
		return store.ErrLimit
	}
	return nil
}

// apply carries out one operation whose condition holds.
func (db *DB) apply(tx *bbolt.Tx, op store.Op) error {
	if op.Action == store.ActionCheck {
		return nil
	}
	old, err := stored(tx, op.Item.Key)
	if err != nil {
		return err
	}
	err = remove(tx, old)
	if err != nil || op.Action == store.ActionDelete {
		return err
	}
	if old != nil && db.ended(old) {
		old = nil
	}
	item := op.Item
	if op.Action == store.ActionAdd {
		item = added(op, old)
	}
	item.Version = 1
	if old != nil {
		item.Version = old.Version + 1
	}
	return insert(tx, item)
}

func added(op store.Op, old *store.Item) store.Item {
	item := op.Item
	if old != nil {
		item = *old
	}
	item.Count += op.By
	return item
}

// insert puts an item where none is: in its table, its indexes, the list of
// ends.
func insert(tx *bbolt.Tx, item store.Item) error {
	base := tableKey(item.Key.Partition, item.Key.Sort)
	err := tx.Bucket([]byte(item.Key.Table)).Put(base, encodeValue(item))
	for _, key := range item.Indexes {
		err = errors.Join(err, tx.Bucket([]byte(key.Index)).Put(indexKey(key, base), []byte{}))
	}
	if !item.Expires.IsZero() {
		err = errors.Join(err, tx.Bucket([]byte(bucketEnds)).Put(endKey(endOf(item.Expires), item.Key.Table, base), []byte{}))
	}
	return err
}

// remove takes an item, if there is one, out of everything it is in.
func remove(tx *bbolt.Tx, item *store.Item) error {
	if item == nil {
		return nil
	}
	base := tableKey(item.Key.Partition, item.Key.Sort)
	err := tx.Bucket([]byte(item.Key.Table)).Delete(base)
	for _, key := range item.Indexes {
		err = errors.Join(err, tx.Bucket([]byte(key.Index)).Delete(indexKey(key, base)))
	}
	if !item.Expires.IsZero() {
		err = errors.Join(err, tx.Bucket([]byte(bucketEnds)).Delete(endKey(endOf(item.Expires), item.Key.Table, base)))
	}
	return err
}

// sweep removes at most n items that have ended.
func (db *DB) sweep(tx *bbolt.Tx, n int) error {
	now := db.now().UnixNano()
	ends := tx.Bucket([]byte(bucketEnds))
	for range n {
		key, _ := ends.Cursor().First()
		if key == nil {
			return nil
		}
		end, table, base, err := splitEndKey(key)
		if err != nil || end > now {
			return err
		}
		whose, err := splitTableKey(table, base)
		if err != nil {
			return err
		}
		item, err := stored(tx, whose)
		if err != nil {
			return err
		}
		err = errors.Join(ends.Delete(bytes.Clone(key)), remove(tx, item))
		if err != nil {
			return err
		}
	}
	return nil
}
