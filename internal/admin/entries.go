package admin

import (
	"encoding/json"
	"reflect"
)

// maxTold is how many entries of a list an event tells: as many as its size has room
// for. How many there are of a longer one stands in a field of its own.
const maxTold = 100

// countSuffix ends the name of the field that counts the entries of a long list.
const countSuffix = "_count"

// changed keeps of two states the fields that differ, and of lists and maps in both
// the entries that differ: one of five hundred roles must not hide among the others.
func changed(before, after map[string]any) (old, new map[string]any) {
	old, new = map[string]any{}, map[string]any{}
	for name, was := range before {
		is, stays := after[name]
		if !stays {
			tell(old, name, was)
			continue
		}
		if !reflect.DeepEqual(was, is) {
			was, is = entries(was, is)
			tell(old, name, was)
			tell(new, name, is)
		}
	}
	for name, is := range after {
		_, stood := before[name]
		if !stood {
			tell(new, name, is)
		}
	}
	return old, new
}

// tell sets a field, of a long list its beginning and its length.
func tell(fields map[string]any, name string, value any) {
	list := reflect.ValueOf(value)
	if list.Kind() == reflect.Slice && list.Len() > maxTold {
		fields[name], fields[name+countSuffix] = list.Slice(0, maxTold).Interface(), list.Len()
		return
	}
	fields[name] = value
}

// entries are those of two lists, or of two maps, that the other lacks. Lists that
// differ in nothing but their order stay whole.
func entries(was, is any) (gone, come any) {
	left, right := reflect.ValueOf(was), reflect.ValueOf(is)
	if left.Kind() != right.Kind() {
		return was, is
	}
	switch left.Kind() {
	case reflect.Slice:
		gone, come := lacking(left, right), lacking(right, left)
		if gone.Len()+come.Len() > 0 {
			return gone.Interface(), come.Interface()
		}
	case reflect.Map:
		return differingKeys(left, right).Interface(), differingKeys(right, left).Interface()
	}
	return was, is
}

// lacking are the entries of a list that another has less often.
func lacking(list, other reflect.Value) reflect.Value {
	there := map[string]int{}
	for i := range other.Len() {
		there[spelled(other.Index(i))]++
	}
	left := reflect.MakeSlice(list.Type(), 0, 0)
	for i := range list.Len() {
		key := spelled(list.Index(i))
		if there[key] == 0 {
			left = reflect.Append(left, list.Index(i))
		}
		there[key]--
	}
	return left
}

// spelled tells entries apart.
func spelled(entry reflect.Value) string {
	text, err := json.Marshal(entry.Interface())
	if err != nil {
		return "" // no shape has what JSON cannot spell
	}
	return string(text)
}

func differingKeys(fields, others reflect.Value) reflect.Value {
	left := reflect.MakeMap(fields.Type())
	for _, key := range fields.MapKeys() {
		other := others.MapIndex(key)
		if !other.IsValid() || !other.Equal(fields.MapIndex(key)) {
			left.SetMapIndex(key, fields.MapIndex(key))
		}
	}
	return left
}
