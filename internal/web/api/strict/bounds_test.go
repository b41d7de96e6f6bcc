package strict

import (
	"errors"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
)

func TestAListOfTooManyEntriesIsOneProblemAndNotRead(t *testing.T) {
	type shape struct {
		Roles []struct {
			RoleARN string `json:"role_arn"`
		} `json:"roles"`
	}
	list := func(n int, entry string) []byte {
		return []byte(`{"roles":[` + strings.TrimSuffix(strings.Repeat(entry+",", n), ",") + `]}`)
	}
	_, err := Decode[shape](list(maxEntries, "{}"))
	if err != nil {
		t.Fatal(err)
	}
	value, err := Decode[shape](list(300000, "{}"))
	var problems idp.Problems
	if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Field != "roles" || len(value.Roles) != 0 {
		t.Fatalf("got %d roles, %v", len(value.Roles), err)
	}
	// Past the bound an entry costs no allocation.
	work := func(n int) float64 {
		text := list(n, `{"wrong":1}`)
		return testing.AllocsPerRun(2, func() { _, _ = Decode[shape](text) })
	}
	if one, two := work(50000), work(100000); two > 1.2*one {
		t.Errorf("%.0f allocations, of twice the list %.0f", one, two)
	}
}
