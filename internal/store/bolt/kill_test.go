package bolt_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

// childFile tells the test binary, started again, to be the process that is
// killed: it names the store to write to.
const childFile = "GATEPOST_TEST_BOLT_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(childFile); path != "" {
		err := writeForEver(path)
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForEver writes two items at a time and says so when they are stored.
func writeForEver(path string) error {
	db, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		name := fmt.Sprintf("%06d", i)
		err := db.Write(context.Background(),
			store.Put(store.Item{Key: itemKey(name), Data: []byte(strings.Repeat("x", i%5000))}, store.Absent()),
			store.Put(store.Item{Key: store.Key{Table: store.Activity, Partition: "P", Sort: name}}, store.Absent()),
		)
		if err != nil {
			return err
		}
		fmt.Println(name)
	}
}

func TestAProcessThatIsKilledLosesNothingItAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gatepost.db")
	for round := 1; round <= 3; round++ {
		file := fmt.Sprint(path, round)
		acknowledged := killAfter(t, file, 40*round)
		db := mustOpen(t, file, bolt.Options{})
		for _, name := range acknowledged {
			items, err := db.Get(t.Context(), []store.Key{itemKey(name), {Table: store.Activity, Partition: "P", Sort: name}})
			if err != nil || items[0] == nil || items[1] == nil {
				t.Fatalf("item %s was acknowledged and is lost: %v, %v", name, items, err)
			}
		}
		next := fmt.Sprintf("%06d", len(acknowledged))
		items, err := db.Get(t.Context(), []store.Key{itemKey(next), {Table: store.Activity, Partition: "P", Sort: next}})
		if err != nil || (items[0] == nil) != (items[1] == nil) {
			t.Fatalf("item %s is half written: %v, %v", next, items, err)
		}
		mustClose(t, db)
	}
}

// killAfter starts a writer, kills it when it has acknowledged at least n
// writes, and returns all that it acknowledged.
func killAfter(t *testing.T, path string, n int) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), childFile+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	err = child.Start()
	if err != nil {
		t.Fatal(err)
	}
	var acknowledged []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == n {
			err := child.Process.Kill()
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	err = child.Wait()
	if len(acknowledged) < n || child.ProcessState.Exited() {
		t.Fatalf("the writer ended by itself after %d writes: %v", len(acknowledged), err)
	}
	return acknowledged
}
