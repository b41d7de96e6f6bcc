package admin

import (
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/growtest"
)

func TestTheWorkOfReadingPeopleGrowsWithTheirFile(t *testing.T) {
	for name, of := range map[string][2]string{
		"lines": {"email,name\n", "a@example.com,A\n"}, "columns": {"email", ",attributes.a"}, "groups": {"email,groups\na@example.com,", "a;"},
		"a cell": {"email\n", "a"}, "quotes": {"email\n\"", "\"\""}, "breaks": {"email\n\"", "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			growtest.Linear(t, func(n int) string { return of[0] + strings.Repeat(of[1], n/len(of[1])) }, func(file []byte) { _, _ = readPeople(file) })
		})
	}
}
