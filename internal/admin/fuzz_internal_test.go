package admin

import (
	"bytes"
	"encoding/hex"
	"errors"
	"image"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// FuzzRedraw states that whatever a file holds, it is refused with a remedy, or
// becomes a small PNG that is drawn to itself.
func FuzzRedraw(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"))
	f.Add([]byte("GIF89a"))
	dot, err := hex.DecodeString("89504e470d0a1a0a0000000d4948445200000001000000010806000000" +
		"1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(dot)
	f.Fuzz(func(t *testing.T, data []byte) {
		size, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err == nil && size.Width <= maxImageSide && size.Height <= maxImageSide && size.Width*size.Height > 1<<20 {
			return // takes long, and shows nothing that a smaller one does not
		}
		drawn, err := new(Service).redraw(data)
		if err != nil {
			var problems idp.Problems
			if !errors.As(err, &problems) || problems[0].Field != "image" || problems[0].Remedy == "" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		size, kind, err := image.DecodeConfig(bytes.NewReader(drawn))
		if err != nil || kind != "png" || size.Width > imageSide || size.Height > imageSide || len(drawn) > store.MaxImage {
			t.Fatalf("drawn as %s of %d by %d and %d bytes, %v", kind, size.Width, size.Height, len(drawn), err)
		}
		again, err := new(Service).redraw(drawn)
		if err != nil || !bytes.Equal(again, drawn) {
			t.Fatalf("drawn again it is another, %v", err)
		}
	})
}

// FuzzReadPeople states that whatever a file holds, it is refused with a remedy, or
// read as lines in order, none of which has a cell that begins a formula unless it
// says so.
func FuzzReadPeople(f *testing.F) {
	for _, file := range []string{
		"", "email\n", "\xef\xbb\xbfemail,name\r\na@example.com,\"A, B\"\r\n", "email,attributes.team,groups\na@b.c,=1+1,x;y\n",
		"email,email\n", "email\n\"", "email\n\xff\n", "email,name\n a@example.com,\t@x\n", "Email\nx\n",
	} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, err := readPeople(file)
		if err != nil {
			var problems idp.Problems
			if !errors.As(err, &problems) || problems[0].Field != "file" || problems[0].Remedy == "" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		line := 1
		for _, row := range rows {
			if row.line <= line {
				t.Fatalf("line %d comes after line %d", row.line, line)
			}
			line = row.line
			for _, cell := range []string{row.email, row.name} {
				if row.fault == "" && strings.ContainsAny(first(cell), formula) {
					t.Fatalf("line %d: %q is taken", line, cell)
				}
			}
			for _, cell := range row.attributes {
				if row.fault == "" && strings.ContainsAny(first(cell), formula) {
					t.Fatalf("line %d: %q is taken", line, cell)
				}
			}
		}
	})
}

func first(s string) string { return s[:min(1, len(s))] }
