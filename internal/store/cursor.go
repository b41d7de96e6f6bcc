package store

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// A cursor is a position and a checksum over it and over the list it belongs
// to. The checksum catches a cursor that was damaged or used with another list;
// it is no secret, so whoever reads a position must bear a made-up one.
const (
	cursorSum = 9        // bytes of the checksum
	maxCursor = 16 << 10 // characters; the longest keys of an item and its index make some 8,200
)

// sealCursor is the cursor for a position in the list of that shape; an empty
// position is the end and gives an empty cursor.
func sealCursor(shape, position string) string {
	if position == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(cursorCheck(shape, position) + position))
}

// openCursor is the position of a cursor; an empty cursor is the beginning.
func openCursor(shape, cursor string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	if len(cursor) > maxCursor {
		return "", fmt.Errorf("a cursor of %d characters: %w", len(cursor), ErrCursor)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) <= cursorSum {
		return "", About("cursor", cursor, ErrCursor)
	}
	position := string(raw[cursorSum:])
	if string(raw[:cursorSum]) != cursorCheck(shape, position) {
		return "", About("cursor", cursor, ErrCursor)
	}
	return position, nil
}

func cursorCheck(shape, position string) string {
	sum := sha256.Sum256([]byte(shape + "\x00" + position))
	return string(sum[:cursorSum])
}

// shape tells queries apart whose cursors must not be mixed up. No part of it
// can hold a NUL.
func (q Query) shape() string {
	parts := []string{string(q.Table), string(q.Index), q.Partition, q.Prefix, q.From, q.To, strconv.FormatBool(q.Descending)}
	return strings.Join(parts, "\x00")
}
