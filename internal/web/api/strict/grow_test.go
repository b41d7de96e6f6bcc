package strict_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/growtest"
	"github.com/gatepost/gatepost/internal/web/api/strict"
)

func TestTheWorkOfReadingABodyGrowsWithIt(t *testing.T) {
	type shape struct {
		Name  string            `json:"name"`
		Texts map[string]string `json:"texts"`
		List  []struct {
			Name string `json:"name"`
		} `json:"list"`
	}
	again := func(head, text, tail string) func(int) string {
		return func(n int) string { return head + strings.Repeat(text, n/len(text)) + tail }
	}
	counted := func(head, format, tail string) func(int) string {
		return func(n int) string {
			var b strings.Builder
			b.WriteString(head)
			for i := range n / len(fmt.Sprintf(format, 10_000)) {
				fmt.Fprintf(&b, format, i)
			}
			return b.String() + tail
		}
	}
	for name, input := range map[string]func(int) string{
		"members": counted(`{`, `"k%d":1,`, `"name":"a"}`), "one member": again(`{`, `"name":"a",`, `"name":"a"}`), "texts": counted(`{"texts":{`, `"k%d":"",`, `"k":""}}`),
		"a list": again(`{"list":[`, `{},`, `{}]}`), "faults": again(`{"list":[`, `{"nam":1},`, `{}]}`), "depth": again(`{"list":`, `[`, ``), "a text": again(`{"name":"`, `a`, `"}`),
		"escapes": again(`{"name":"`, `\u0041`, `"}`), "blanks": again(`{`, " ", `}`), "digits": again(`{"name":`, `1`, `}`), "a name": again(`{"`, `n`, `":1}`),
	} {
		t.Run(name, func(t *testing.T) {
			growtest.Linear(t, input, func(text []byte) { _, _ = strict.Decode[shape](text) })
		})
	}
}
