package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

const (
	// LockAfter is how many failures in a row an account may have before it is
	// locked for a time, from browsers that are not known; and how many one known
	// browser of a person may.
	LockAfter = 5

	// devicesLockAfter is how many all known browsers of a person together may.
	devicesLockAfter = 4 * LockAfter

	firstLock   = 30 * time.Second
	longestLock = 15 * time.Minute
)

// limit is a counter of failures in a row, and how many of them lock.
type limit struct {
	name  string
	after int
}

// lockFor is how long the lock holds once so many attempts in a row have failed.
func (l limit) lockFor(fails int) time.Duration {
	if fails < l.after {
		return 0
	}
	lock := firstLock
	for n := l.after; n < fails && lock < longestLock; n++ {
		lock *= 2
	}
	return min(lock, longestLock)
}

// limitsOf is what an attempt counts under. A stranger's counts under the name, so
// that it locks the name for strangers; one from a browser that the person signed
// in with before counts under that browser, and under all of theirs together: no
// stranger can shut those out. Where there is a mark it is looked for whoever is
// named. The mark that is returned is that of the browser if it is the person's own.
//
// The counters of browsers carry the epoch, and begin anew with whatever ends the
// person's sessions.
func (s *Service) limitsOf(ctx context.Context, a Attempt, d store.Device) ([]limit, session.Device, error) {
	strangers := []limit{{accountName(a.Username), LockAfter}}
	if a.Device == (session.Device{}) {
		return strangers, session.Device{}, nil
	}
	d.Hash = a.Device.Hash()
	known, err := s.store.KnowsDevice(ctx, d)
	if err != nil {
		return nil, session.Device{}, fmt.Errorf("read device: %w", err)
	}
	if !known {
		return strangers, session.Device{}, nil
	}
	all := fmt.Sprintf("signin/devices/%s/%d", d.UserID, d.Epochs.User)
	return []limit{{all + "/" + d.Hash, LockAfter}, {all, devicesLockAfter}}, a.Device, nil
}

// remember notes that the person signed in with the browser, under the mark that it
// is known by or else a new one: who put another into the browser would know it. It
// may fail: the person is signed in all the same, and a stranger the next time.
func (s *Service) remember(ctx context.Context, c candidate) session.Device {
	mark := c.device
	if mark == (session.Device{}) {
		mark = session.NewDevice()
	}
	err := s.store.PutDevice(ctx, store.Device{UserID: c.user.ID, Hash: mark.Hash(), Epochs: c.epochs})
	if err != nil {
		return session.Device{}
	}
	return mark
}

// accountName is the counter of the attempts on a username, whether or not there
// is such a person. The hash gives it a bounded length, whatever was typed.
func accountName(username string) string {
	sum := sha256.Sum256([]byte(idp.NormalEmail(username)))
	return "signin/account/" + hex.EncodeToString(sum[:])
}
