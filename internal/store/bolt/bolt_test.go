package bolt_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
	"github.com/gatepost/gatepost/internal/store/storetest"
)

func TestTables(t *testing.T) { storetest.Run(t, open) }

func TestRepositories(t *testing.T) { storetest.RunRepositories(t, open) }

func open(t *testing.T, now func() time.Time) store.Tables {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "gatepost.db"), bolt.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := db.Close()
		if err != nil {
			t.Error(err)
		}
	})
	return db
}
