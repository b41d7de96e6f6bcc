package sam_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/sam/policy"
	"github.com/gatepost/gatepost/itest/sam/template"
)

// The words of the table below, and the actions that they stand for. A put whose
// item may be there already is an update for DynamoDB, as the adapter makes it.
var words = map[string]string{
	"get":      "dynamodb:BatchGetItem",
	"snapshot": "dynamodb:GetItem" + together,
	"list":     "dynamodb:Query",
	"check":    "dynamodb:ConditionCheckItem",
	"put":      "dynamodb:PutItem",
	"update":   "dynamodb:UpdateItem",
	"delete":   "dynamodb:DeleteItem",
}

// together marks an action that is asked for inside of a TransactGetItems.
const together = " in TransactGetItems"

// dataActions are all actions of DynamoDB on items that are asked about.
var dataActions = []string{
	"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:GetItem" + together, "dynamodb:Query", "dynamodb:ConditionCheckItem",
	"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem",
}

// item is the items under one first word of a partition key, and what each
// function may do with them.
type item struct {
	row       string // of the table design, below
	table     store.Table
	partition string // "#" at its end: the word and something after it

	sso, portal, metadata, admin, keys string
}

// access is the table of who may do what. Everything that is not in it is denied.
// Of the grants (GROUP# of the configuration) the function admin may more than it
// does: its statements are over all tables, and the groups themselves have that
// word, too.
var access = []item{
	// row of the design                          table            partition     sso    portal                metadata  admin  keys
	{"connectors", store.Config, "INSTANCE", "snapshot", "get snapshot", "", "get snapshot put", ""},
	{"settings", store.Config, "SETTINGS", "", "get", "", "get put", ""},
	{"connectors", store.Config, "CONNECTOR", "", "", "", "list update delete", "list"},
	{"connectors", store.Config, "CONNECTOR#", "snapshot", "get", "get", "get put delete", "get check"},
	{"connectors", store.Config, "IMAGE#", "", "get", "", "get update delete", ""},
	{"connectors", store.Config, "GROUP#", "", "get list", "", "get list check put update delete", ""},
	{"keys' items", store.Config, "KEY#", "snapshot", "", "get", "get check", "get put delete"},
	{"keys' items", store.Config, "KEYPRINT", "", "", "", "", "get put delete"},
	{"users, memberships, groups", store.Directory, "USER#", "snapshot", "get snapshot check", "", "get snapshot check put delete", ""},
	{"users, memberships, groups", store.Directory, "USERNAME", "", "get", "", "get list put delete", ""},
	{"name IDs", store.Directory, "NAMEID", "", "", "", "get put", ""},
	{"users, memberships, groups", store.Directory, "OWNERS", "", "", "", "get put", ""},
	{"users, memberships, groups", store.Directory, "GROUP#", "", "get", "", "get list check put update delete", ""},
	{"users, memberships, groups", store.Directory, "GROUPNAME", "", "", "", "get list put delete", ""},
	{"credentials, one-time links", store.Directory, "CRED#", "", "get put update", "", "delete", ""},
	{"credentials, one-time links", store.Activity, "LINK#", "", "get delete", "", "put", ""},
	{"sessions, epochs", store.Activity, "SESSION#", "snapshot", "get snapshot list put delete", "", "get snapshot list delete", ""},
	{"sessions, epochs", store.Activity, "EPOCH#", "snapshot", "get snapshot update", "", "get snapshot update delete", ""},
	{"known browsers", store.Activity, "DEVICE#", "", "get list update delete", "", "list delete", ""},
	{"tokens of the API", store.Activity, "APITOKEN", "", "", "", "get snapshot list put delete", ""},
	{"tokens of the command line", store.Activity, "LAUNCH#", "snapshot", "get list put delete", "", "", ""},
	{"counters", store.Activity, "COUNTER#", "", "get put update delete", "", "delete", ""},
	{"events", store.Activity, "EVENT#", "put", "put", "", "list put", "put"},
	{"setup token", store.Activity, "SETUP", "", "", "", "get delete", "update"},
}

func (i item) of(f function) string {
	return map[string]string{"sso": i.sso, "portal": i.portal, "metadata": i.metadata, "admin": i.admin, "keys": i.keys}[f.name]
}

// key is a partition key of the items.
func (i item) key() string {
	if strings.HasSuffix(i.partition, "#") {
		return i.partition + "0a1b"
	}
	return i.partition
}

var tableIDs = map[store.Table]string{
	store.Config: "ConfigTable", store.Directory: "DirectoryTable", store.Activity: "ActivityTable",
}

// accessComplaints asks of each function, action, table and kind of item in it
// whether it is let through, and compares with the table. A statement may name
// several tables and the words of all: there are no items under the words of
// another table, and package store never asks for them.
func accessComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, nil)
	if s == nil {
		return c.list
	}
	for _, f := range functions {
		statements := c.statements(s, f)
		for table, id := range tableIDs {
			for _, i := range append(itemsOf(table), item{partition: "NOTHING"}, item{partition: "#"}, item{partition: ""}) {
				var want []string
				for word := range strings.FieldsSeq(i.of(f)) {
					want = append(want, words[word])
				}
				got := allowed(statements, tableARN(id), i.key())
				c.same(fmt.Sprintf("%s, items %q of table %s", f.name, i.partition, table), got, want)
			}
			c.indexes(f, statements, table, id)
		}
	}
	return c.list
}

// indexes asks what a role may do with the indexes of a table, under whatever key.
// They hold events and nothing else, by person and by connector; only admin reads
// events.
func (c *complaint) indexes(f function, statements []policy.Statement, table store.Table, id string) {
	keys := [][]string{nil, {"USER#0a1b#2026-11"}, {"CONNECTOR#aws-a#2026-11-24#0"}}
	for _, i := range access {
		keys = append(keys, []string{i.key()})
	}
	for _, index := range []store.Index{store.ByUser, store.ByConnector, "another"} {
		resource := tableARN(id) + "/index/" + string(index)
		var got, want []string
		for _, action := range dataActions {
			if slices.ContainsFunc(keys, func(key []string) bool { return policy.Allows(statements, onItem(action, resource, key...)) }) {
				got = append(got, action)
			}
		}
		if f.name == "admin" && table == store.Activity && index != "another" {
			want = []string{words["list"]}
		}
		c.same(fmt.Sprintf("%s, index %s of table %s", f.name, index, table), got, want)
	}
}

func tableARN(id string) string {
	return "arn:aws:dynamodb:eu-central-1:111122223333:table/gatepost-" + id
}

// onItem is a call that names items by their partition keys.
func onItem(action, resource string, keys ...string) policy.Request {
	r := policy.Request{Action: action, Resource: resource, Context: map[string][]string{"dynamodb:LeadingKeys": keys}}
	if bare, enclosed := strings.CutSuffix(action, together); enclosed {
		r.Action = bare
		r.Context["dynamodb:EnclosingOperation"] = []string{"TransactGetItems"}
	}
	return r
}

func itemsOf(table store.Table) []item {
	return slices.DeleteFunc(slices.Clone(access), func(i item) bool { return i.table != table })
}

// allowed are the actions that a role may call on the items with a key. A call
// that names a forbidden key as well, or none, must be refused.
func allowed(statements []policy.Statement, table, key string) []string {
	const forbidden = "NOTHING"
	var all []string
	ask := func(action, resource string, keys ...string) bool {
		return policy.Allows(statements, onItem(action, resource, keys...))
	}
	for _, action := range dataActions {
		if ask(action, table, key) {
			all = append(all, action)
		}
		for what, through := range map[string]bool{
			"beside a forbidden key": ask(action, table, key, forbidden) || ask(action, table, forbidden, key),
			"without a key":          ask(action, table),
		} {
			if through {
				all = append(all, action+" "+what)
			}
		}
	}
	return all
}

// level is a cell of the table design: what a function may do with the items of a
// row together.
func level(row string, f function) string {
	var does []string
	for _, i := range access {
		if i.row == row {
			does = append(does, strings.Fields(i.of(f))...)
		}
	}
	has := func(any ...string) bool {
		return slices.ContainsFunc(any, func(word string) bool { return slices.Contains(does, word) })
	}
	reads, puts, deletes := has("get", "snapshot", "list", "check"), has("put", "update"), has("delete")
	switch {
	case !reads && !puts && !deletes:
		return "–"
	case !puts && !deletes:
		return "read"
	case !reads && !deletes:
		return "put"
	case !reads && !puts:
		return "delete"
	case !reads: // removes what is there, and makes what it cannot read back
		return "reset, make"
	case !puts:
		return "read, delete"
	case !deletes && !has("update"):
		return "put, read"
	default:
		return "write"
	}
}

// design is the coarse table that was agreed on before there was a template, and
// that docs/functions.md gives the reasons for: what a function is for, by kind of
// item. Row by row the table access must come to the same.
var design = []struct{ row, sso, portal, metadata, admin, keys string }{
	{"connectors", "read", "read", "read", "write", "read"},
	{"settings", "–", "read", "–", "put, read", "–"},
	{"keys' items", "read", "–", "read", "read", "write"},
	{"name IDs", "–", "–", "–", "put, read", "–"},
	{"users, memberships, groups", "read", "read", "–", "write", "–"},
	{"credentials, one-time links", "–", "write", "–", "reset, make", "–"},
	{"sessions, epochs", "read", "write", "–", "write", "–"},
	{"known browsers", "–", "write", "–", "read, delete", "–"},
	{"tokens of the API", "–", "–", "–", "write", "–"},
	{"tokens of the command line", "read", "write", "–", "–", "–"},
	{"counters", "–", "write", "–", "delete", "–"},
	{"events", "put", "put", "–", "put, read", "put"},
	{"setup token", "–", "–", "–", "read, delete", "put"},
}

func TestTheTableOfItemsIsTheTableOfTheDesign(t *testing.T) {
	rows := map[string]bool{}
	for _, d := range design {
		rows[d.row] = true
		for i, want := range []string{d.sso, d.portal, d.metadata, d.admin, d.keys} {
			if got := level(d.row, functions[i]); got != want {
				t.Errorf("%s, %s: %s, the design says %s", d.row, functions[i].name, got, want)
			}
		}
	}
	for _, i := range access {
		if !rows[i.row] {
			t.Errorf("row %q is not in the design", i.row)
		}
	}
}

// planned are words of partition keys that the template has rules for, and nothing
// stores yet.
var planned = []string{"LAUNCH#"}

// notFirst are words of package store's keys that begin no partition key.
var notFirst = []string{"MEMBER#"}

func TestEveryWordOfTheStoresKeysIsInTheTable(t *testing.T) {
	path := filepath.Join(repository(), "internal", "store", "keys.go")
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`^[A-Z]+#?$`)
	found := slices.Clone(planned)
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err == nil && word.MatchString(text) && !slices.Contains(notFirst, text) {
			found = append(found, text)
		}
		return true
	})
	var inTable []string
	for _, i := range access {
		inTable = append(inTable, i.partition)
	}
	for _, text := range found {
		if !slices.Contains(inTable, text) {
			t.Errorf("keys.go has %q, the table of who may do what has not", text)
		}
	}
	for _, text := range inTable {
		if !slices.Contains(found, text) {
			t.Errorf("the table of who may do what has %q, keys.go has not", text)
		}
	}
}
