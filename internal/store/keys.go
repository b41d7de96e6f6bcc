package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"
)

// This file is the only place that knows the shapes of keys. The first word of
// each partition key appears in the permissions of the functions
// (dynamodb:LeadingKeys), so changing one changes who may do what.

// whole is the sort key of an item that is alone in its partition or its head.
const whole = "-"

const (
	memberPrefix = "MEMBER#"
	grantPrefix  = "CONNECTOR#"
)

func instanceKey() Key { return Key{Config, "INSTANCE", whole} }
func settingsKey() Key { return Key{Config, "SETTINGS", whole} }

// connectorKey is the connector itself, summaryKey its line in the list.
func connectorKey(slug string) Key { return Key{Config, "CONNECTOR#" + slug, whole} }
func summaryKey(slug string) Key   { return Key{Config, "CONNECTOR", slug} }

// keyKey is what is known of a connector's signing key; keyPrintKey tells which
// connector uses the public key with a fingerprint.
func keyKey(slug string) Key             { return Key{Config, "KEY#" + slug, whole} }
func keyPrintKey(fingerprint string) Key { return Key{Config, "KEYPRINT", fingerprint} }

// imageKey is the place of a tile's image.
func imageKey(slug string) Key { return Key{Config, "IMAGE#" + slug, whole} }

func userKey(id string) Key        { return Key{Directory, "USER#" + id, whole} }
func usernameKey(email string) Key { return Key{Directory, "USERNAME", email} }
func credentialKey(id string) Key  { return Key{Directory, "CRED#" + id, whole} }

// nameIDKey is the place of a name ID, nameIDsKey the mark that everybody's are
// taken.
func nameIDKey(nameID string) Key { return Key{Directory, "NAMEID", nameID} }
func nameIDsKey() Key             { return Key{Directory, "NAMEID", whole} }

func ownersKey() Key               { return Key{Directory, "OWNERS", whole} }
func groupKey(id string) Key       { return Key{Directory, "GROUP#" + id, whole} }
func groupNameKey(name string) Key { return Key{Directory, "GROUPNAME", name} }
func memberKey(groupID, userID string) Key {
	return Key{Directory, "GROUP#" + groupID, memberPrefix + userID}
}

// grantKey is a group's side of a grant. It lies beside the connectors, whose
// writers alone may write it.
func grantKey(groupID, slug string) Key {
	return Key{Config, "GROUP#" + groupID, grantPrefix + slug}
}

func sessionKey(userID, id string) Key  { return Key{Activity, "SESSION#" + userID, id} }
func epochKey(userID string) Key        { return Key{Activity, "EPOCH#" + userID, whole} }
func deviceKey(userID, hash string) Key { return Key{Activity, "DEVICE#" + userID, hash} }
func tokenKey(hash string) Key          { return Key{Activity, "APITOKEN", hash} }
func linkKey(hash string) Key           { return Key{Activity, "LINK#" + hash, whole} }
func setupKey() Key                     { return Key{Activity, "SETUP", whole} }

// windowKey is the counter of a name for one window of time. Names are hashed:
// they may be anything that a stranger typed.
func windowKey(name string, window time.Duration, number int64) Key {
	return Key{Activity, counterPartition(name), fmt.Sprintf("%d/%d", window, number)}
}

func attemptsKey(name string) Key { return Key{Activity, counterPartition(name), "attempts"} }

func counterPartition(name string) string {
	sum := sha256.Sum256([]byte(name))
	return "COUNTER#" + hex.EncodeToString(sum[:])
}

// Events are spread over shards of a day, so that no partition is hot; the
// indexes are by person and month, and by connector, day and shard.
const (
	eventShards = 4
	dayLayout   = "2006-01-02"
	monthLayout = "2006-01"
	sortLayout  = "2006-01-02T15:04:05.000000000Z" // in UTC: sorts as time does
)

func eventSort(at time.Time, id string) string { return sortTime(at) + "/" + id }
func sortTime(t time.Time) string              { return t.UTC().Format(sortLayout) }

func eventKey(at time.Time, id string) Key {
	return Key{Activity, eventPartition(at, eventShard(id)), eventSort(at, id)}
}

func eventPartition(day time.Time, shard int) string {
	return "EVENT#" + day.UTC().Format(dayLayout) + "#" + strconv.Itoa(shard)
}

func userEventPartition(month time.Time, userID string) string {
	return "USER#" + userID + "#" + month.UTC().Format(monthLayout)
}

func connectorEventPartition(day time.Time, slug string, shard int) string {
	return "CONNECTOR#" + slug + "#" + day.UTC().Format(dayLayout) + "#" + strconv.Itoa(shard)
}

func eventShard(id string) int {
	h := fnv.New32a()
	h.Write([]byte(id)) // a hash never fails to write
	return int(h.Sum32() % eventShards)
}

// wellFormed reports whether s can be a part of a key that was taken from a
// request: an ID, a slug, a hash. Nothing else is ever looked up.
func wellFormed(parts ...string) bool {
	for _, s := range parts {
		if s == "" || len(s) > 128 || strings.ContainsFunc(s, notInKeys) {
			return false
		}
	}
	return true
}

func notInKeys(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letter && r != '-' && r != '_'
}
