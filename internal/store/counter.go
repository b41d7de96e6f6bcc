package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Reserve counts one use of name in the present window of time, of which the
// windows of that length since 1970 are meant. When the window's limit is
// reached it counts nothing, and returns how long the window still lasts with
// [ErrLimit]. Two windows that meet can let through twice the limit within the
// length of one. The name may be any text.
func (s *Store) Reserve(ctx context.Context, name string, window time.Duration, limit int) (time.Duration, error) {
	if window <= 0 || limit <= 0 {
		return window, fmt.Errorf("reserve %d in %v: %w", limit, window, ErrLimit)
	}
	now := s.time()
	number := now.UnixNano() / int64(window)
	end := time.Unix(0, (number+1)*int64(window))
	err := s.tables.Write(ctx, Add(windowKey(name, window, number), 1, int64(limit), end.Add(window)))
	if errors.Is(err, ErrLimit) {
		return end.Sub(now), fmt.Errorf("reserve: %w", err)
	}
	if err != nil {
		return 0, fmt.Errorf("reserve: %w", err)
	}
	return 0, nil
}

// AttemptsKept is how long failed attempts count after the last of them, or
// after the lock that they led to.
const AttemptsKept = 24 * time.Hour

// Attempts are the failures in a row under one name.
type Attempts struct {
	Fails       int
	LockedUntil time.Time // zero: not locked
	Version     uint64    // zero: none are stored
}

type attemptsRecord struct {
	Fails       int       `json:"fails"`
	LockedUntil time.Time `json:"locked_until,omitzero"`
}

// Attempts reads the failures under a name, which may be any text; the zero
// value when there are none.
func (s *Store) Attempts(ctx context.Context, name string) (Attempts, error) {
	item, err := s.get(ctx, attemptsKey(name))
	if err != nil || item == nil {
		return Attempts{}, err
	}
	r, err := decode[attemptsRecord](item.Data)
	if err != nil {
		return Attempts{}, fmt.Errorf("read attempts: %w", err)
	}
	return Attempts{r.Fails, r.LockedUntil, item.Version}, nil
}

// PutAttempts stores a in place of the version that it was read as, for
// [AttemptsKept]. It fails with [ErrStale] when the attempts under the name have
// changed since, as they have when another attempt was reserved: the caller reads
// again.
func (s *Store) PutAttempts(ctx context.Context, name string, a *Attempts) error {
	data, err := encode(attemptsRecord{a.Fails, a.LockedUntil.UTC()})
	if err != nil {
		return err
	}
	last := s.time()
	if a.LockedUntil.After(last) {
		last = a.LockedUntil
	}
	item := Item{Key: attemptsKey(name), Data: data, Expires: last.Add(AttemptsKept)}
	err = s.tables.Write(ctx, Put(item, unchanged(a.Version)))
	if err != nil {
		return fmt.Errorf("attempts: %w", lost(err, item.Key))
	}
	a.Version++
	return nil
}

// ClearAttempts forgets the failures under a name.
func (s *Store) ClearAttempts(ctx context.Context, name string) error {
	err := s.tables.Write(ctx, Delete(attemptsKey(name), Always()))
	if err != nil {
		return fmt.Errorf("attempts: %w", err)
	}
	return nil
}
