package store

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

func TestACursorOpensToItsPosition(t *testing.T) {
	for _, position := range []string{"a", "\x00\xff", strings.Repeat("long", 1200), ""} {
		got, err := openCursor("shape", sealCursor("shape", position))
		if err != nil || got != position {
			t.Errorf("position %.20q came back as %.20q, %v", position, got, err)
		}
	}
}

func TestTheLongestPositionOfAnIndexFitsACursor(t *testing.T) {
	position := strings.Repeat("p", 2*(MaxPartition+MaxSort)+64)
	got, err := openCursor("shape", sealCursor("shape", position))
	if err != nil || got != position {
		t.Fatal(err)
	}
}

func TestACursorIsSpelledInOneWayOnly(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="
	for _, position := range []string{"a", "ab", "abc"} {
		cursor := sealCursor("shape", position)
		for i := range cursor {
			for _, r := range alphabet {
				changed := cursor[:i] + string(r) + cursor[i+1:]
				_, err := openCursor("shape", changed)
				if changed != cursor && !errors.Is(err, ErrCursor) {
					t.Errorf("cursor %q changed to %q gives %v", cursor, changed, err)
				}
			}
		}
	}
}

func FuzzOpenCursor(f *testing.F) {
	f.Add("shape", sealCursor("shape", "position"))
	f.Add("shape", "")
	f.Add("shape", "AAAA")
	f.Add("", sealCursor("", "\x00"))
	f.Add("shape", sealCursor("shape", "position")+"=")
	f.Fuzz(func(t *testing.T, shape, cursor string) {
		position, err := openCursor(shape, cursor)
		if err != nil {
			if !errors.Is(err, ErrCursor) {
				t.Fatalf("error is %v", err)
			}
			return
		}
		if sealCursor(shape, position) != cursor {
			t.Fatalf("cursor %q is not the one of its position %q", cursor, position)
		}
	})
}

// A position that was made up with a right checksum must do no harm either.
func TestAMadeUpPositionOfEventsIsAnError(t *testing.T) {
	for _, position := range []string{"x", "2026-13-45T00:00:00.000000000Z", "/", "\xff"} {
		w := eventWalk{bound: position}
		_, err := w.slot()
		if !errors.Is(err, ErrCursor) {
			t.Errorf("position %q gives %v", position, err)
		}
	}
	raw := base64.RawURLEncoding.EncodeToString([]byte("short"))
	_, err := openCursor("shape", raw)
	if !errors.Is(err, ErrCursor) {
		t.Errorf("a cursor of five bytes gives %v", err)
	}
}
