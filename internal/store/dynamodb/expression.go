package dynamodb

import (
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

// The conditions of operations. An item that has ended does not exist.
const (
	isAbsent  = "attribute_not_exists(" + attrPartition + ") OR " + attrEnds + " <= :now"
	isPresent = attrEnds + " > :now"
	isVersion = attrVersion + " = :version AND " + isPresent

	// notOurs keeps a repeated update from being made twice.
	notOurs = attrWrite + " <> :write"
)

// order is one operation as DynamoDB takes it: what to put, or how to update, and
// under which condition. An empty condition always holds.
type order struct {
	put       attributes // whole item, for a put
	update    string     // expression, for an update
	condition string
	values    attributes // of both expressions; nil for none
}

// orderFor translates an operation of a write with a random word, made at a
// moment.
func orderFor(op store.Op, write string, now time.Time) order {
	switch {
	case op.Action == store.ActionAdd:
		return addition(op, write, now)
	case op.Action == store.ActionPut && op.If.State == store.StateAbsent:
		o := conditional(op.If, now)
		o.put = wholeItem(op.Item, 1, write)
		return o
	case op.Action == store.ActionPut && op.If.State == store.StateVersion:
		o := conditional(op.If, now)
		o.put = wholeItem(op.Item, op.If.Version+1, write)
		return o
	case op.Action == store.ActionPut:
		return replacement(op, write, now)
	}
	return conditional(op.If, now)
}

func conditional(c store.Condition, now time.Time) order {
	moment := attributes{":now": text(momentOf(now))}
	switch c.State {
	case store.StateAbsent:
		return order{condition: isAbsent, values: moment}
	case store.StatePresent:
		return order{condition: isPresent, values: moment}
	case store.StateVersion:
		moment[":version"] = versionNumber(c.Version)
		return order{condition: isVersion, values: moment}
	}
	return order{}
}

func wholeItem(item store.Item, version uint64, write string) attributes {
	a := contents(item, write)
	a[attrPartition], a[attrSort] = text(item.Key.Partition), text(item.Key.Sort)
	a[attrVersion] = versionNumber(version)
	return a
}

// raiseVersion is the part of an update that gives the next version.
const raiseVersion = "SET " + attrVersion + " = if_not_exists(" + attrVersion + ", :zero) + :one"

// replacement is a put whose new version depends on what is there: an update of
// every attribute.
func replacement(op store.Op, write string, now time.Time) order {
	o := conditional(op.If, now)
	if op.If.State == store.StatePresent {
		o.condition += " AND " + notOurs
	} else {
		o = order{condition: "attribute_not_exists(" + attrPartition + ") OR " + notOurs, values: attributes{}}
	}
	given := contents(op.Item, write)
	sets, removes := []string{raiseVersion, attrWrite + " = :write"}, []string{}
	for _, name := range replaceable(op.Item.Key.Table) {
		value, has := given[name]
		if !has {
			removes = append(removes, name)
			continue
		}
		sets = append(sets, name+" = :"+name)
		o.values[":"+name] = value
	}
	o.values[":zero"], o.values[":one"], o.values[":write"] = integer(0), integer(1), text(write)
	o.update = strings.Join(sets, ", ")
	if len(removes) > 0 {
		o.update += " REMOVE " + strings.Join(removes, ", ")
	}
	return o
}

// replaceable are the attributes that a put replaces, save key, version and word.
func replaceable(table store.Table) []string {
	names := []string{attrCount, attrData, attrEnds, attrTTL}
	if table == store.Activity { // the only one with indexes
		names = append(names, attrUserPartition, attrUserSort, attrConnectorPartition, attrConnectorSort)
	}
	return names
}

// addition leaves the data, the end and the indexes of an item that is there as
// they are.
func addition(op store.Op, write string, now time.Time) order {
	room := op.Limit - op.By
	present := isPresent + " AND " + notOurs
	values := attributes{
		":now": text(momentOf(now)), ":write": text(write), ":zero": integer(0), ":one": integer(1), ":by": integer(op.By),
		":end": text(momentOf(op.Item.Expires)), ":ttl": integer(secondsOf(op.Item.Expires)),
	}
	if op.Limit > 0 {
		present += " AND " + attrCount + " <= :room"
		values[":room"] = integer(room)
	}
	o := order{condition: present, values: values}
	if op.Limit == 0 || room >= 0 { // else a new item would pass the limit at once
		o.condition = "attribute_not_exists(" + attrPartition + ") OR (" + present + ")"
	}
	o.update = strings.Join([]string{
		raiseVersion,
		attrCount + " = if_not_exists(" + attrCount + ", :zero) + :by",
		attrEnds + " = if_not_exists(" + attrEnds + ", :end)",
		attrTTL + " = if_not_exists(" + attrTTL + ", :ttl)",
		attrWrite + " = :write",
	}, ", ")
	return o
}
