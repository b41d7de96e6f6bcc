package store

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The shapes of keys are in the permissions of the functions, and in every store
// there is: this file must change with both.
func TestKeysHaveTheShapesThatPermissionsName(t *testing.T) {
	day := time.Date(2026, 11, 24, 23, 59, 59, 5, time.FixedZone("", -3600))
	var b strings.Builder
	line := func(name string, k Key) {
		fmt.Fprintf(&b, "%-16s %-10s %s  /  %s\n", name, k.Table, k.Partition, k.Sort)
	}
	index := func(name, partition string) { fmt.Fprintf(&b, "%-16s %-10s %s\n", name, "(index)", partition) }
	line("instance", instanceKey())
	line("connector", connectorKey("aws-a"))
	line("summary", summaryKey("aws-a"))
	line("grant", grantKey("g1", "aws-a"))
	line("key", keyKey("aws-a"))
	line("key print", keyPrintKey("0123abcd"))
	line("image", imageKey("aws-a"))
	line("user", userKey("u1"))
	line("username", usernameKey("alice@example.com"))
	line("credential", credentialKey("u1"))
	line("owners", ownersKey())
	line("group", groupKey("g1"))
	line("group name", groupNameKey("SSO-AWS-A"))
	line("member", memberKey("g1", "u1"))
	line("session", sessionKey("u1", "0123abcd"))
	line("device", deviceKey("u1", "0123abcd"))
	line("epoch", epochKey("u1"))
	line("token", tokenKey("0123abcd"))
	line("link", linkKey("0123abcd"))
	line("setup", setupKey())
	line("window", windowKey("ip 192.0.2.1", time.Minute, 29733120))
	line("attempts", attemptsKey("alice@example.com"))
	line("event", eventKey(day, "e1"))
	index("by user", userEventPartition(day, "u1"))
	index("by connector", connectorEventPartition(day, "aws-a", eventShard("e1")))
	golden(t, "keys.txt", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		err := os.WriteFile(path, []byte(got), 0o600)
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Fatalf("%s differs; got:\n%s", path, got)
	}
}

func TestEventsAreSpreadOverAllShards(t *testing.T) {
	var counts [eventShards]int
	for i := range 4000 {
		counts[eventShard(fmt.Sprint("event ", i))]++
	}
	for shard, n := range counts {
		if n < 800 {
			t.Errorf("shard %d has %d of 4000 events", shard, n)
		}
	}
}

func TestSortKeysOfEventsSortAsTimeDoes(t *testing.T) {
	at := time.Date(2026, 12, 31, 23, 59, 59, 999999999, time.UTC)
	later := []time.Duration{1, 2, time.Second, time.Hour, 24 * time.Hour, 365 * 24 * time.Hour}
	for _, d := range later {
		if eventSort(at, "zzz") >= eventSort(at.Add(d), "a") {
			t.Errorf("%v later sorts before", d)
		}
		if eventSort(at, "zzz") >= sortTime(at.Add(d)) || eventSort(at.Add(d), "a") <= sortTime(at.Add(d)) {
			t.Errorf("the moment %v later does not divide the events", d)
		}
	}
}

func TestWhatStrangersTypeIsPartOfAKeyOnlyWhenItIsAWord(t *testing.T) {
	for _, s := range []string{"aws-a", "u_1", "0123abcdEF", strings.Repeat("a", 128)} {
		if !wellFormed(s) {
			t.Errorf("%q is refused", s)
		}
	}
	for _, s := range []string{"", "a#b", "a/b", "a b", "a.b", "é", "a\x00", "\xff", "a\n", strings.Repeat("a", 129)} {
		if wellFormed(s) || wellFormed("good", s) {
			t.Errorf("%q is taken", s)
		}
	}
}
