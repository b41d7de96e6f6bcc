package store

import (
	"errors"
	"fmt"
)

// Errors that callers decide by, with errors.Is. All are wrapped with what they
// are about.
var (
	ErrNotFound    = errors.New("not found")
	ErrExists      = errors.New("exists already")
	ErrStale       = errors.New("changed by someone else since it was read")
	ErrLimit       = errors.New("limit reached")
	ErrTooLarge    = errors.New("too large")
	ErrKey         = errors.New("not a possible key")
	ErrCursor      = errors.New("not a cursor of this list")
	ErrInUse       = errors.New("in use by another process")
	ErrUnavailable = errors.New("store unavailable") // full, slow, closed: try later
	ErrFormat      = errors.New("stored in a form that this version cannot read")

	ErrLastOwner = errors.New("the last active owner must stay")
	ErrKeyInUse  = errors.New("the key is in use by another connector")
	ErrClosed    = errors.New("the group is about to be destroyed and takes no new members or grants")
	ErrActive    = errors.New("the connector is active")
	ErrNameID    = fmt.Errorf("the name ID is or was another person's, and stays theirs for ever: %w", ErrExists)
)

// OpError tells which operation of a write kept all of it from happening. It
// unwraps to ErrExists, ErrNotFound, ErrStale or ErrLimit. Its text leaves out
// the key, which may hold a person's address.
type OpError struct {
	Index int // of the operation, from 0
	Key   Key
	Err   error
}

// Error tells the reason and the place of the operation.
func (e *OpError) Error() string {
	return fmt.Sprintf("operation %d on table %s: %v", e.Index+1, e.Key.Table, e.Err)
}

// Unwrap returns the reason.
func (e *OpError) Unwrap() error { return e.Err }

// Subject is an error with the thing that it is about, which people may be told;
// what the error says beyond its kind may be how the store works.
type Subject struct {
	Thing string // such as connector, or what was to be done with it
	Name  string // of the thing; empty where it has none
	Err   error
}

// About is err with what it is about: a [*Subject], and nil where err is.
func About(thing, name string, err error) error {
	if err == nil {
		return nil
	}
	return &Subject{thing, name, err}
}

// What is the thing with its name.
func (s *Subject) What() string {
	if s.Name == "" {
		return s.Thing
	}
	return fmt.Sprintf("%s %q", s.Thing, s.Name)
}

// Error tells what it is about, then what is wrong.
func (s *Subject) Error() string { return s.What() + ": " + s.Err.Error() }

// Unwrap is what is wrong.
func (s *Subject) Unwrap() error { return s.Err }
