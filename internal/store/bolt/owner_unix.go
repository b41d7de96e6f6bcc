//go:build unix

package bolt

import (
	"io/fs"
	"syscall"
)

// ownerOf is the number of the user whose file it is.
func ownerOf(info fs.FileInfo) (int, bool) {
	of, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return 0, false
	}
	return int(of.Uid), true
}
