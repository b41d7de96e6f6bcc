package admin

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
)

// A cell of 240 KB took half a minute: each group in it was compared with all
// before it.
func TestACellOfManyGroupsIsRefusedWithoutReadingItToItsEnd(t *testing.T) {
	var cell strings.Builder
	for i := range 120000 {
		fmt.Fprintf(&cell, "%x;", i)
	}
	rows, err := readPeople([]byte("email,groups\nalice@example.com," + cell.String() + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows[0].groups) > idp.MaxMemberships+1 || rows[0].fault != "has more than 200 groups" {
		t.Errorf("%d groups, fault %q", len(rows[0].groups), rows[0].fault)
	}
}
