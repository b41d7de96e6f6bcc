package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"

	"github.com/gatepost/gatepost/internal/store"
)

// prepareFile tells whether the file is still to be made. One that others may have
// changed is refused, since they may be owners in it by now; the access to one that
// they could only read is taken away. A link is not followed: it says nothing of who
// may put another file where it leads.
func prepareFile(path string) (bool, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, unavailable(err)
	}
	if info.Mode().Type() == fs.ModeSymlink {
		return false, unavailable(errors.New("it is a symbolic link; put the file itself in its place, or name the folder that the file is in"))
	}
	if !info.Mode().IsRegular() {
		return false, fmt.Errorf("it is not a regular file: %w", store.ErrFormat)
	}
	err = checkOwn(path, info)
	if err != nil {
		return false, unavailable(err)
	}
	if info.Mode().Perm() == fileMode {
		return false, nil
	}
	err = os.Chmod(path, fileMode)
	if err != nil {
		return false, unavailable(err)
	}
	return false, nil
}

// checkOwn refuses a file that others may write, or that is somebody else's.
func checkOwn(path string, info fs.FileInfo) error {
	owner, known := ownerOf(info)
	self := os.Geteuid()
	if known && owner != self {
		return fmt.Errorf("%q belongs to user %d, and not to user %d who opens it: run as that user, or make sure that it is your store and take it with: chown %d %s", path, owner, self, self, path)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%q has mode %04o: others than its owner may have changed it; make sure that nobody did, and close it with: chmod 600 %s", path, info.Mode().Perm(), path)
	}
	return nil
}
