package plan

import (
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/idp"
)

// decoder turns nodes of a YAML tree into values and gathers every fault with its
// line. It is stricter than yaml.v3's own decoder, which stops at the first unknown
// field, takes 1 for text and null for anything, and looks for repeated fields in
// quadratic time.
type decoder struct {
	faults []*located
	fields map[reflect.Type]map[string]int            // index of each field by its name in the file
	hints  func(field string) (reason, remedy string) // of fields that no value knows of; may be nil
}

// A keyed value is named by one of its fields in what is said about it.
type keyed interface{ keyField() string }

// A defaulted value has defaults that are not zero.
type defaulted interface{ setDefaults() }

// A hinted value knows what to say of fields that people expect it to have.
type hinted interface {
	hint(field string) (reason, remedy string)
}

// A nodeReader reads itself.
type nodeReader interface {
	readNode(d *decoder, n *yaml.Node, path string)
}

// located is a fault with its line.
type located struct {
	idp.Problem
	line int
}

func (d *decoder) fault(n *yaml.Node, path, value, reason, remedy string) {
	if path == "" {
		path = "file"
	}
	d.add(n.Line, idp.Problem{Field: path, Value: value, Reason: reason, Remedy: remedy})
}

func (d *decoder) add(line int, p idp.Problem) *located {
	one := &located{p, line}
	d.faults = append(d.faults, one)
	return one
}

// value decodes a node into v, which can be set.
func (d *decoder) value(v reflect.Value, n *yaml.Node, path string) {
	if !d.plain(n, path) {
		return
	}
	own, reads := v.Addr().Interface().(nodeReader)
	if reads {
		own.readNode(d, n, path)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(d.text(n, path))
	case reflect.Bool:
		v.SetBool(d.truth(n, path))
	case reflect.Uint64:
		v.SetUint(d.number(n, path))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(v.Elem(), n, path)
	case reflect.Slice:
		d.list(v, n, path)
	case reflect.Map:
		d.texts(v, n, path)
	case reflect.Struct:
		d.object(v, n, path)
	}
}

// plain refuses what would say a thing in a way that a reader of the file does
// not see: aliases (a few lines of them can stand for gigabytes), tags, nothing.
func (d *decoder) plain(n *yaml.Node, path string) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		d.fault(n, path, "", "is an alias", "write the value out")
	case n.Anchor != "":
		d.fault(n, path, "", "has an anchor", "remove &"+n.Anchor+" and write the value out where it is used")
	case n.Style&yaml.TaggedStyle != 0:
		d.fault(n, path, "", "has a tag", "remove "+n.Tag)
	case n.ShortTag() == "!!null":
		d.fault(n, path, "", "has no value", "give it one, or leave the field out")
	default:
		return true
	}
	return false
}

// kindOf says what a node is, in the words of people.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "is a set of fields"
	case yaml.SequenceNode:
		return "is a list"
	}
	switch n.ShortTag() {
	case "!!bool":
		return "is true or false"
	case "!!int", "!!float":
		return "is a number"
	}
	return "is text"
}

func (d *decoder) text(n *yaml.Node, path string) string {
	remedy := "write text"
	if n.Kind == yaml.ScalarNode {
		tag := n.ShortTag()
		if tag == "!!str" || tag == "!!timestamp" {
			return n.Value
		}
		remedy = "put it in quotes: " + strconv.Quote(n.Value)
	}
	if n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0 {
		remedy = "put text that begins with { in quotes"
	}
	d.fault(n, path, n.Value, kindOf(n)+" where text is wanted", remedy)
	return ""
}

func (d *decoder) truth(n *yaml.Node, path string) bool {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		d.fault(n, path, n.Value, kindOf(n)+" where true or false is wanted", "write true or false, without quotes")
		return false
	}
	return n.Value == "true" || n.Value == "True" || n.Value == "TRUE"
}

func (d *decoder) number(n *yaml.Node, path string) uint64 {
	number, err := strconv.ParseUint(n.Value, 10, 64)
	if err != nil || n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" {
		d.fault(n, path, n.Value, kindOf(n)+" where a number is wanted", "write its digits, without quotes")
	}
	return number
}

func (d *decoder) list(v reflect.Value, n *yaml.Node, path string) {
	if !d.isList(n, path) {
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		d.value(list.Index(i), item, itemPath(path, i, item, list.Index(i).Addr().Interface()))
	}
	v.Set(list)
}

func (d *decoder) isList(n *yaml.Node, path string) bool {
	if n.Kind == yaml.SequenceNode {
		return true
	}
	d.fault(n, path, n.Value, kindOf(n)+" where a list is wanted", "begin each entry with a hyphen, or write [] for none")
	return false
}

// itemPath names an entry of a list by its key where it has one, as people do,
// and otherwise by its place.
func itemPath(path string, i int, n *yaml.Node, item any) string {
	named, ok := item.(keyed)
	if ok && n.Kind == yaml.MappingNode {
		at := child(n, named.keyField())
		if at != nil && at.Kind == yaml.ScalarNode && at.Value != "" && short(at.Value) == at.Value {
			return fmt.Sprintf("%s[%q]", path, at.Value)
		}
	}
	return fmt.Sprintf("%s[%d]", path, i)
}

// texts decodes the fields of a map from text to text.
func (d *decoder) texts(v reflect.Value, n *yaml.Node, path string) {
	entries := map[string]string{}
	d.entries(n, path, func(name string, value *yaml.Node, at string) {
		if d.plain(value, at) {
			entries[name] = d.text(value, at)
		}
	})
	v.Set(reflect.ValueOf(entries))
}

// entries walks the fields of a mapping with names of the file's choosing.
func (d *decoder) entries(n *yaml.Node, path string, each func(name string, value *yaml.Node, at string)) {
	if !d.isObject(n, path) {
		return
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		at := fmt.Sprintf("%s[%q]", path, short(key.Value))
		before, twice := lines[key.Value]
		switch {
		case !d.isKey(key, path):
		case twice:
			d.fault(key, at, "", fmt.Sprintf("is there already, in line %d", before), "keep one of them")
		default:
			lines[key.Value] = key.Line
			each(key.Value, n.Content[i+1], at)
		}
	}
}

func (d *decoder) isObject(n *yaml.Node, path string) bool {
	if n.Kind == yaml.MappingNode {
		return true
	}
	d.fault(n, path, n.Value, kindOf(n)+" where fields are wanted", "write each as NAME: VALUE")
	return false
}

// isKey takes numbers and words such as on for names too: as names they mean
// nothing else.
func (d *decoder) isKey(key *yaml.Node, path string) bool {
	if key.Kind == yaml.ScalarNode && key.Anchor == "" && key.Style&yaml.TaggedStyle == 0 && key.ShortTag() != "!!merge" && key.Value != "" {
		return true
	}
	d.fault(key, path, key.Value, "has a field whose name is not plain text", "write each as NAME: VALUE, without anchors, aliases, tags and <<")
	return false
}

// object decodes the fields of a struct.
func (d *decoder) object(v reflect.Value, n *yaml.Node, path string) {
	with, ok := v.Addr().Interface().(defaulted)
	if ok {
		with.setDefaults()
	}
	known := d.fieldsOf(v.Type())
	d.named(n, path, func(key, value *yaml.Node, at string) bool {
		i, found := known[key.Value]
		if !found {
			d.unknown(v.Addr().Interface(), key, at, known)
			return false
		}
		d.value(v.Field(i), value, at)
		return true
	})
}

// named walks the fields of a mapping with names of our choosing. Each is looked
// at once; do reports whether it knows the name.
func (d *decoder) named(n *yaml.Node, path string, do func(key, value *yaml.Node, at string) bool) {
	if !d.isObject(n, path) {
		return
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if !d.isKey(key, path) {
			continue
		}
		at := strings.TrimPrefix(path+"."+short(key.Value), ".")
		before, twice := lines[key.Value]
		if twice {
			d.fault(key, at, "", fmt.Sprintf("is there already, in line %d", before), "keep one of them")
			continue
		}
		if do(key, n.Content[i+1], at) {
			lines[key.Value] = key.Line
		}
	}
}

// unknown tells what a field that v does not have may have been meant for.
func (d *decoder) unknown(v any, key *yaml.Node, path string, known map[string]int) {
	knows, ok := v.(hinted)
	if ok {
		reason, remedy := knows.hint(key.Value)
		if reason != "" {
			d.fault(key, path, "", reason, remedy)
			return
		}
	}
	if d.hints != nil {
		reason, remedy := d.hints(key.Value)
		if reason != "" {
			d.fault(key, path, "", reason, remedy)
			return
		}
	}
	d.unknownName(key, path, "is not a field here", maps.Keys(known))
}

// unknownName tells of a name that is none of those that are known, and which of
// them it may have been meant for. Of a file full of them nobody reads that.
func (d *decoder) unknownName(key *yaml.Node, path, reason string, names iter.Seq[string]) {
	if len(d.faults) > idp.MaxProblems {
		d.fault(key, path, "", reason, "")
		return
	}
	known := slices.Sorted(names)
	remedy := "the fields here are " + strings.Join(known, ", ")
	name := loose(key.Value)
	for _, same := range []func(typed, meant string) bool{func(a, b string) bool { return a == b }, likely} {
		i := slices.IndexFunc(known, func(other string) bool { return same(name, loose(other)) })
		if i >= 0 {
			remedy = "write " + known[i]
			break
		}
	}
	d.fault(key, path, "", reason, remedy)
}

// likely reports whether one name is another but for a letter too many, missing,
// wrong or swapped with its neighbour.
func likely(typed, meant string) bool {
	i := 0
	for i < min(len(typed), len(meant)) && typed[i] == meant[i] {
		i++
	}
	typed, meant = typed[i:], meant[i:]
	switch len(typed) - len(meant) {
	case 1:
		return typed[1:] == meant
	case -1:
		return typed == meant[1:]
	case 0:
		swapped := len(typed) > 1 && typed[0] == meant[1] && typed[1] == meant[0] && typed[2:] == meant[2:]
		return typed == "" || typed[1:] == meant[1:] || swapped
	}
	return false
}

// short keeps a name in the path of a fault from flooding a page; no name of ours
// is as long, and no email and no ARN either.
func short(name string) string {
	const most = 512
	if len(name) <= most {
		return name
	}
	return strings.ToValidUTF8(name[:most], "") + "…"
}

func loose(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
}

func (d *decoder) fieldsOf(t reflect.Type) map[string]int {
	names, done := d.fields[t]
	if done {
		return names
	}
	names = map[string]int{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name != "-" {
			names[name] = i
		}
	}
	if d.fields == nil {
		d.fields = map[reflect.Type]map[string]int{}
	}
	d.fields[t] = names
	return names
}
