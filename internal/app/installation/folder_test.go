package installation_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/app/installation"
)

func open(t *testing.T, path string) error {
	t.Helper()
	site, err := installation.OpenFolder(t.Context(), installation.FolderOptions{Path: path, Now: time.Now})
	if err != nil {
		return err
	}
	return site.Close()
}

// Who may write in the folder may put another store into the place of ours.
func TestAFolderThatOthersMayWriteInIsRefused(t *testing.T) {
	for mode, refused := range map[os.FileMode]string{0o700: "", 0o755: "", 0o750: "", 0o775: "0775", 0o777: "0777", 0o757: "0757", 0o777 | os.ModeSticky: "0777"} {
		t.Run(mode.String(), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data")
			for range 2 { // empty, and with a store in it
				err := os.MkdirAll(path, 0o700)
				if err != nil {
					t.Fatal(err)
				}
				err = os.Chmod(path, mode)
				if err != nil {
					t.Fatal(err)
				}
				err = open(t, path)
				if refused == "" && err != nil || refused != "" && (err == nil || !strings.Contains(err.Error(), refused) || !strings.Contains(err.Error(), "chmod go-w "+path)) {
					t.Fatalf("got %v", err)
				}
				err = os.Chmod(path, 0o700)
				if err != nil {
					t.Fatal(err)
				}
				err = open(t, path)
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestANewFolderIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in", "data")
	err := open(t, path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode is %v, %v", info.Mode(), err)
	}
}
