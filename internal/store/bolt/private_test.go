package bolt_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

func mustBeRefused(t *testing.T, path, told string) {
	t.Helper()
	db, err := bolt.Open(path, bolt.Options{})
	if err == nil {
		mustClose(t, db)
	}
	if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), told) {
		t.Errorf("got %v, want %q", err, told)
	}
}

// Whoever may write the file may have made themselves an owner in it.
func TestAFileThatOthersMayWriteIsRefused(t *testing.T) {
	for _, mode := range []os.FileMode{0o666, 0o660, 0o602, 0o620} {
		path := filled(t)
		err := os.Chmod(path, mode)
		if err != nil {
			t.Fatal(err)
		}
		mustBeRefused(t, path, fmt.Sprintf("mode %04o", mode))
		mustBeRefused(t, path, "chmod 600 "+path)
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("mode is %v now, %v", info.Mode(), err)
		}
	}
}

func TestAFileOfAnotherUserIsRefused(t *testing.T) {
	const other = 65534
	path := filled(t)
	err := os.Chown(path, other, -1)
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip("only root can give a file away: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	mustBeRefused(t, path, fmt.Sprintf("user %d", other))
	mustBeRefused(t, path, fmt.Sprintf("chown %d %s", os.Geteuid(), path))
}

func TestALinkIsNotFollowed(t *testing.T) {
	for name, target := range map[string]string{"to a store": filled(t), "to nothing": filepath.Join(t.TempDir(), "new.db")} {
		t.Run(name, func(t *testing.T) {
			before, _ := os.Stat(target)
			path := filepath.Join(t.TempDir(), "gatepost.db")
			err := os.Symlink(target, path)
			if err != nil {
				t.Fatal(err)
			}
			db, err := bolt.Open(path, bolt.Options{})
			if err == nil {
				mustClose(t, db)
			}
			if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "symbolic link") {
				t.Errorf("got %v", err)
			}
			after, _ := os.Stat(target)
			if before == nil && after != nil {
				t.Error("the file was made where the link leads")
			}
		})
	}
}
