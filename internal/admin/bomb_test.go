package admin_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
)

// scans is a progressive JPEG of 2048 by 2048 pixels with n scans of 18 bytes, each of
// which says of all blocks that nothing is in them (ITU-T T.81, G.1.2.2).
func scans(n int) []byte {
	quantization := append([]byte{0xff, 0xdb, 0, 67, 0}, bytes.Repeat([]byte{1}, 64)...)
	frame := []byte{0xff, 0xc2, 0, 11, 8, 8, 0, 8, 0, 1, 1, 0x11, 0}
	// One code of one bit: a run of at least 1<<14 blocks, with 14 more bits.
	codes := slices.Concat([]byte{0xff, 0xc4, 0, 20, 0x10, 1}, make([]byte, 15), []byte{0xe0})
	scan := slices.Concat([]byte{0xff, 0xda, 0, 8, 1, 1, 0, 1, 1, 0}, make([]byte, 8))
	return slices.Concat([]byte{0xff, 0xd8}, quantization, frame, codes, bytes.Repeat(scan, n), []byte{0xff, 0xd9})
}

func TestAnImageOfManyScansIsRefused(t *testing.T) {
	d := newOffice(t)
	a := d.as(idp.AdminConnectors)
	d.must(nil, a.PutImage(t.Context(), "aws-a", scans(64)))
	for _, n := range []int{65, 1000} {
		err := a.PutImage(t.Context(), "aws-a", scans(n))
		var problems idp.Problems
		if !errors.As(err, &problems) || !strings.Contains(problems[0].Reason, "scans") {
			t.Errorf("%d scans: %v", n, err)
		}
	}
}
