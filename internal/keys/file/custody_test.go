package file

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/keystest"
)

func TestCustody(t *testing.T) {
	keystest.Run(t, func(t *testing.T) keys.Custodian { return open(t, t.TempDir()) }, keystest.Options{CanImport: true})
}

func open(t *testing.T, parent string) *Custody {
	t.Helper()
	c, err := Open(filepath.Join(parent, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := c.Close()
		if err != nil {
			t.Error(err)
		}
	})
	return c
}

// kept is a custody with one key in it, and the path of the key's file.
func kept(t *testing.T) (*Custody, string, *rsa.PrivateKey, string) {
	t.Helper()
	parent := t.TempDir()
	c := open(t, parent)
	key := keystest.Key(0)
	ref, err := c.Import(t.Context(), "aws-a", key)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Signer(t.Context(), ref, &key.PublicKey) // now it is in memory
	if err != nil {
		t.Fatal(err)
	}
	return c, ref, key, filepath.Join(parent, "keys", ref+".pem")
}

func TestFilesAndFolderAreTheOwnersAlone(t *testing.T) {
	c, _, _, path := kept(t)
	for name, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): fs.ModeDir | 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode(), want)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("the folder of one key has %d files: %v", len(entries), entries)
	}
	_ = c
}

func TestAKeyOutlivesTheProcess(t *testing.T) {
	c, ref, key, path := kept(t)
	again, err := Open(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	_, err = again.Signer(t.Context(), ref, &key.PublicKey)
	if err != nil {
		t.Error(err)
	}
	err = c.Delete(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	_, err = again.Signer(t.Context(), ref, &key.PublicKey)
	if !errors.Is(err, keys.ErrNoKey) {
		t.Errorf("deleted by another process: got %v", err)
	}
}

func TestAFileThatChangedUnderneathIsSeen(t *testing.T) {
	otherPEM := func(t *testing.T) []byte {
		key := keystest.Key(1)
		data, err := encode(key)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	tests := []struct {
		name   string
		change func(t *testing.T, path string) error
		want   error
		word   string
	}{
		{"removed", func(_ *testing.T, path string) error { return os.Remove(path) }, keys.ErrNoKey, "no such"},
		{"garbage", func(_ *testing.T, path string) error { return os.WriteFile(path, []byte("garbage"), 0o600) }, keys.ErrUnavailable, "damaged"},
		{"emptied", func(_ *testing.T, path string) error { return os.Truncate(path, 0) }, keys.ErrUnavailable, "damaged"},
		{"cut in the middle", func(_ *testing.T, path string) error { return os.Truncate(path, 800) }, keys.ErrUnavailable, "damaged"},
		{"readable by the group", func(_ *testing.T, path string) error { return os.Chmod(path, 0o640) }, keys.ErrUnavailable, "chmod 600"},
		{"readable by all", func(_ *testing.T, path string) error { return os.Chmod(path, 0o604) }, keys.ErrUnavailable, "chmod 600"},
		{"replaced by another key", func(t *testing.T, path string) error {
			err := os.WriteFile(path+".new", otherPEM(t), 0o600)
			if err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		}, keys.ErrNoKey, "another key"},
		{"overwritten by another key", func(t *testing.T, path string) error {
			err := os.WriteFile(path, otherPEM(t), 0o600)
			if err != nil {
				return err
			}
			return os.Chtimes(path, time.Time{}, time.Now().Add(time.Second)) // a clock of coarse ticks must not hide it
		}, keys.ErrNoKey, "another key"},
		{"made a folder", func(_ *testing.T, path string) error {
			err := os.Remove(path)
			if err != nil {
				return err
			}
			return os.Mkdir(path, 0o700)
		}, keys.ErrUnavailable, "not a plain file"},
		{"made a link", func(_ *testing.T, path string) error {
			err := os.Rename(path, path+".moved")
			if err != nil {
				return err
			}
			return os.Symlink(filepath.Base(path)+".moved", path)
		}, keys.ErrUnavailable, "not a plain file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, ref, key, path := kept(t)
			err := test.change(t, path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Signer(t.Context(), ref, &key.PublicKey)
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.word) {
				t.Errorf("got %v, want %v with %q", err, test.want, test.word)
			}
		})
	}
}

func TestAnOpenFolderIsRefused(t *testing.T) {
	folder := t.TempDir()
	err := os.Chmod(folder, 0o750)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(folder)
	if err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("got %v", err)
	}
}

func TestAFailedWriteLeavesNothing(t *testing.T) {
	c, _, key, path := kept(t)
	err := c.root.Mkdir("occupied.pem", 0o700)
	if err != nil {
		t.Fatal(err)
	}
	err = c.write("occupied", key)
	if err == nil {
		t.Error("a folder was overwritten by a file")
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("the folder has %v", entries)
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	c, ref, key, _ := kept(t)
	for range 2 * maxCached {
		c.remember(strings.ToLower(rand.Text()), cachedKey{})
	}
	if len(c.cached) > maxCached {
		t.Errorf("%d keys are in memory", len(c.cached))
	}
	_, err := c.Signer(t.Context(), ref, &key.PublicKey)
	if err != nil {
		t.Error(err)
	}
}

func FuzzDecodeNeverPanicsNorQuotes(f *testing.F) {
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"))
	f.Add([]byte("garbage"))
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := decode(data)
		if (key == nil) == (err == nil) {
			t.Errorf("key %v beside error %v", key != nil, err)
		}
		if err != nil && len(err.Error()) > 60 {
			t.Errorf("the error is long: %q", err)
		}
	})
}
