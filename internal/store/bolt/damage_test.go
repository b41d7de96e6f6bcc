package bolt_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

func TestFilesThatAreNoStoreAreRefusedWithAClearWord(t *testing.T) {
	foreign := func(path string) {
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err }), db.Close())
		if err != nil {
			t.Fatal(err)
		}
	}
	later := func(path string) {
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("gatepost")).Put([]byte("format"), []byte("2")) }), db.Close())
		if err != nil {
			t.Fatal(err)
		}
	}
	rewrite := func(change func([]byte) []byte) func(string) {
		return func(path string) {
			data, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path, change(data), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	remake := func(make func(string)) func(string) {
		return func(path string) {
			err := os.Remove(path)
			if err != nil {
				t.Fatal(err)
			}
			make(path)
		}
	}
	for name, c := range map[string]struct {
		spoil func(path string)
		word  string
	}{
		"text":                         {rewrite(func([]byte) []byte { return bytes.Repeat([]byte("garbage\n"), 9000) }), "damaged or not a store"},
		"a few bytes":                  {rewrite(func([]byte) []byte { return []byte("x") }), "damaged or not a store"},
		"zeros":                        {rewrite(func(b []byte) []byte { return make([]byte, len(b)) }), "damaged or not a store"},
		"a file without its end":       {rewrite(func(b []byte) []byte { return b[:5*os.Getpagesize()] }), "damaged"},
		"a file without most":          {rewrite(func(b []byte) []byte { return b[:2*os.Getpagesize()] }), "damaged"},
		"a file without its last page": {cutLastPage(t), " bytes"},
		"overwritten pages": {rewrite(func(b []byte) []byte {
			return append(b[:2*os.Getpagesize():2*os.Getpagesize()], bytes.Repeat([]byte("x"), len(b)-2*os.Getpagesize())...)
		}), "damaged"},
		"another program's file": {remake(foreign), "belongs to another program"},
		"a later format":         {later, `file format "2", this version reads 1`},
		"a folder":               {remake(func(path string) { _ = os.Mkdir(path, 0o700) }), "not a regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filled(t)
			c.spoil(path)
			_, err := bolt.Open(path, bolt.Options{})
			if !errors.Is(err, store.ErrFormat) || !strings.Contains(err.Error(), c.word) {
				t.Fatalf("error is %v, want %q and %q", err, c.word, store.ErrFormat)
			}
		})
	}
}

// cutLastPage cuts the file after the last page but one that is in use.
func cutLastPage(t *testing.T) func(path string) {
	return func(path string) {
		t.Helper()
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		var used int64
		err = errors.Join(db.View(func(tx *bbolt.Tx) error { used = tx.Size(); return nil }), db.Close())
		if err != nil {
			t.Fatal(err)
		}
		err = os.Truncate(path, used-int64(os.Getpagesize()))
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPagesThatProveDamagedLaterAreAnErrorAndNoCrash(t *testing.T) {
	path := filled(t)
	db := mustOpen(t, path, bolt.Options{})
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt(bytes.Repeat([]byte("x"), int(info.Size())-2*os.Getpagesize()), int64(2*os.Getpagesize()))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err = db.Get(t.Context(), []store.Key{itemKey("07")})
		if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "damaged") {
			t.Fatalf("reading gives %v", err)
		}
		err = put(t, db, "new", 1)
		if !errors.Is(err, store.ErrUnavailable) {
			t.Fatalf("writing gives %v", err)
		}
	}
}
