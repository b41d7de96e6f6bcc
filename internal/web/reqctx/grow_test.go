package reqctx_test

import (
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/growtest"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

func TestTheWorkOfReadingAnAddressGrowsWithIt(t *testing.T) {
	for _, of := range []string{"a=b&", "a&", "%41", "&", "=", "a", "%", "a[]=b&"} {
		t.Run(of, func(t *testing.T) {
			growtest.Linear(t, func(n int) string { return strings.Repeat(of, n/len(of)) }, func(raw []byte) { _, _ = reqctx.Query(string(raw)) })
		})
	}
}
